"""Checkpoints of runs in SQLite: what an interrupted analysis had reached, to go on from there.

Reads    a folder, and what makes two runs the same run
Returns  a ``Checkpoint``, held by one process at a time; gone once the run is done
Cost     a few milliseconds a run; one small database beside the findings cache

Only the types listed here are ever built from what the file holds; anything else in it stays plain
data, and a state that is not what this version would have written is thrown away. Checkpoints never
stand in the way: on a disk that is full or broken no more are written, ``problem`` says so, and the
run goes on.
"""

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from emer.graphs import model_use, refusals, report
from emer.graphs.state import Look
from emer.graphs.tasks.reading import ReadingDraft
from emer.tools import findings
from emer.tools.media import info

KEPT_S: Final = 7 * 24 * 3600.0
"""Interrupted runs that nobody took up again for this long are forgotten."""
VERSION: Final = 4
"""Of what a checkpoint holds; runs of another version are not taken up."""
STATE_TYPES: Final[tuple[type, ...]] = (
    Look, info.MediaInfo, info.AudioStream, info.VideoStream, info.SubtitleStream,
    findings.TimeSpan, findings.Evidence, findings.Gap, findings.GapCode, findings.Modality,
    findings.Person, findings.Utterance,
    report.Agreement, report.CaseShown, refusals.Checks, report.Claim, report.Decision, report.Dropped,
    report.Label, report.Polarity, report.Reaction, refusals.Repair, report.Report, report.Segment, report.Shift, report.ToolRun,
    ReadingDraft, model_use.ModelCall,
)  # fmt: skip
"""Everything of ours that the state is made of."""
_NOT_DAMAGE: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM,
    }
)  # fmt: skip
"""What other processes or the disk are to blame for: no reason to throw a file away."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where one run is kept."""

    saver: "_LastOnly"
    thread: str

    @property
    def problem(self) -> str:
        """Why no more of this run is kept, for a person; empty while all is well."""
        return self.saver.problem

    def is_begun(self) -> bool:
        """Whether an earlier process began this run and left it unfinished and whole."""
        with suppress(ValueError):  # what cannot be read at all is not ours either
            kept = self.saver.get_tuple({"configurable": {"thread_id": self.thread}})
            if kept is None:
                return False
            if _is_ours(kept.checkpoint.get("channel_values", {})):
                return True
        self.saver.delete_thread(self.thread)
        return False

    def done(self) -> None:
        """Forget it: the run is over."""
        self.saver.delete_thread(self.thread)


@contextmanager
def checkpoint(folder: Path, *identity: object) -> Iterator[Checkpoint | None]:
    """Hold the checkpoint of the run that ``identity`` describes.

    Yields:
        The checkpoint; ``None`` if another process is at the same run, or if the folder cannot be
        used, which must not keep anybody from analysing.
    """
    thread = hashlib.sha256(repr((VERSION, identity)).encode(errors="replace")).hexdigest()[:32]
    lock = FileLock(folder / f"{thread}.lock", blocking=False, mode=0o600)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire()
        saver = _opened(folder / "runs.sqlite")
    except (OSError, sqlite3.Error, Timeout):
        lock.release()
        yield None
        return
    try:
        yield Checkpoint(saver, thread)
    finally:
        with suppress(sqlite3.Error):
            saver.conn.close()
        with suppress(OSError):
            Path(lock.lock_file).unlink()
        lock.release()


def forget(folder: Path) -> int:
    """Erase every interrupted run; return how many there were."""
    path = folder / "runs.sqlite"
    if not path.exists():
        return 0
    saver = _opened(path)
    try:
        with saver.cursor() as cursor:
            n = cursor.execute("SELECT COUNT(DISTINCT thread_id) FROM checkpoints").fetchone()[0]
            cursor.execute("DELETE FROM checkpoints")
            cursor.execute("DELETE FROM writes")
        saver.conn.execute("VACUUM")
        saver.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        saver.conn.close()
    return int(n)


class _LastOnly(SqliteSaver):
    """Keeps the last checkpoint of a run and the one before: nobody goes further back.

    Where the file fails, what it holds stays as it is, and nothing more is read or written.
    """

    problem = ""

    def put(self, config: RunnableConfig, *args: Any, **kwargs: Any) -> RunnableConfig:  # noqa: ANN401 - LangGraph's
        own = config["configurable"]
        parent, following = own.get("checkpoint_id"), {**own, "checkpoint_id": args[0]["id"]}
        with self._forgiving() as works:
            if works:
                super().put(config, *args, **kwargs)
            if works and parent:
                self._delete_before(own["thread_id"], parent)
        return {"configurable": following}

    def put_writes(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - LangGraph's
        with self._forgiving() as works:
            if works:
                super().put_writes(*args, **kwargs)

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        with self._forgiving() as works:
            return super().get_tuple(config) if works else None
        return None

    def delete_thread(self, thread_id: str) -> None:
        with self._forgiving():  # there may be room again
            super().delete_thread(thread_id)

    def _delete_before(self, thread_id: str, checkpoint_id: str) -> None:
        with self.cursor() as cursor:
            for table in ("checkpoints", "writes"):
                cursor.execute(
                    f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_id < ?",
                    (thread_id, checkpoint_id),
                )

    @contextmanager
    def cursor(self, transaction: bool = True) -> Iterator[sqlite3.Cursor]:
        """Write all or nothing; LangGraph's own commits even what failed half-way."""
        with self.lock:
            self.setup()
            try:
                with closing(self.conn.cursor()) as cursor:
                    yield cursor
                if transaction:
                    self.conn.commit()
            except BaseException:
                with suppress(sqlite3.Error):
                    self.conn.rollback()
                raise

    @contextmanager
    def _forgiving(self) -> Iterator[bool]:
        """Say whether the file works so far, and let the run go on where it does not."""
        try:
            yield not self.problem
        except (sqlite3.Error, OSError) as error:
            self.problem = self.problem or f"it cannot be taken up again if it is stopped ({error})"


def _opened(path: Path) -> _LastOnly:
    try:
        return _connected(path)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in _NOT_DAMAGE:
            raise
        # a damaged file costs the interrupted runs in it, no more
        for part in path.parent.glob(f"{path.name}*"):
            part.unlink(missing_ok=True)
        return _connected(path)


def _connected(path: Path) -> _LastOnly:
    new = not path.exists()
    connection = sqlite3.connect(path, check_same_thread=False, timeout=30.0)
    if new:
        with suppress(OSError):
            path.chmod(0o600)
    connection.execute("PRAGMA synchronous = NORMAL")
    saver = _LastOnly(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=STATE_TYPES))
    saver.setup()
    with saver.cursor() as cursor:
        for table in ("checkpoints", "writes"):
            cursor.execute(f"DELETE FROM {table} WHERE checkpoint_id < ?", (_id_at(KEPT_S),))
    return saver


def _id_at(ago_s: float) -> str:
    """Return the checkpoint id of a moment in the past: they are UUIDs of version 6, by time."""
    ticks = int((time.time() - ago_s) * 1e7) + 0x01B21DD213814000
    return f"{ticks >> 28:08x}-{ticks >> 12 & 0xFFFF:04x}-6{ticks & 0xFFF:03x}-"


def _is_ours(values: dict[str, Any]) -> bool:
    """Whether a stored state holds the values that its channels should."""
    keyed = {"evidence": findings.Evidence, "gaps": findings.Gap, "tools": report.ToolRun}
    keyed["calls"] = model_use.ModelCall
    listed = {
        "looks": Look, "plan": report.Decision, "persons": findings.Person,
        "segments": report.Segment, "claims": report.Claim, "drafts": report.Claim,
        "clues": report.Claim, "polarity": report.Polarity,
    }  # fmt: skip
    return (
        isinstance(values.get("media"), info.MediaInfo | None)
        and all(isinstance(v, t) for c, t in keyed.items() for v in values.get(c, {}).values())
        and all(isinstance(v, t) for c, t in listed.items() for v in values.get(c, []))
    )
