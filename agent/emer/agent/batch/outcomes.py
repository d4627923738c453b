"""What becomes of each file of a run: filed in the journal, its results put in place, told and counted.

Every step is on disk before the next begins, so that a run that is killed is finished by the next.
"""

import os
import shutil
from datetime import UTC, datetime

from emer.agent.batch.identity import Quick, identity_of
from emer.agent.batch.inputs import HOME, Item
from emer.agent.batch.journal import Journal
from emer.agent.batch.lanes import Failed
from emer.agent.batch.placing import put_in_place, written
from emer.agent.batch.planning import Todo
from emer.agent.batch.types import (
    STOPPING,
    BatchEvent,
    BatchRequest,
    Listener,
    Record,
    Summary,
)
from emer.agent.settings import Settings


class Outcomes:
    """The outcomes of one run.

    Args:
        request: What was asked for.
        settings: What it is done with.
        journal: Where they are filed.
        total: Number of files, for what is told.
        tell: Called with every outcome.
    """

    def __init__(
        self,
        request: BatchRequest,
        settings: Settings,
        journal: Journal,
        *,
        total: int,
        tell: Listener,
    ) -> None:
        self._request, self._journal, self._total, self._tell = request, journal, total, tell
        self._out = request.out
        self.identity = identity_of(request.options, settings)
        self.quick = Quick()
        self.n_settled = 0
        """Files that this run need not come back to."""
        self.n_new = self.n_failed = 0
        self.stopped = ""
        """Why the run cannot go on, for a person; empty while it can."""
        self.notice = journal.fact("notice")

    def recover(self, asked: set[bytes]) -> None:
        """Finish what a killed run had begun to put in place; clear what it left half done.

        Args:
            asked: Real paths of this run's files.
        """
        shutil.rmtree(self._out / HOME / "work", ignore_errors=True)
        for source, record in list(self._journal.records.items()):
            if record.state == "written":
                self._put_in_place(source, record)
        gone = [
            source
            for source, r in self._journal.records.items()
            if r.state not in ("done", "partial")
            and source not in asked
            and not os.path.lexists(source)
        ]
        self._journal.drop(gone)

    def note(self, source: bytes, record: Record, **changes: object) -> Record:
        """File a record with changes, and return it."""
        changed = record.model_copy(update=changes)
        self._journal.put([(source, changed)])
        return changed

    def skip(self, record: Record) -> None:
        """Count a file with which there is nothing to do."""
        self.n_settled += 1
        self._say("skipped", record)

    def finish(
        self, item: Item, record: Record, todo: Todo, message: dict[str, object], took_s: float
    ) -> None:
        """File the results that a lane has written, and give them their names."""
        self.n_settled += 1
        done = message["done"]
        assert isinstance(done, dict)
        folder = (self._out / record.place).parent
        adds = bool(todo.unless) and message["content"] == record.content
        adds = adds or (record.identity == self.identity and record.quick == message["quick"])
        adds = adds and not self._request.fresh and record.state in ("done", "partial")
        try:
            staged = {f: written(self._out, folder, name) for f, name in done["made"].items()}
        except OSError as error:
            quick = self.quick(item.path)
            self._failed(item.source, record, _cannot_write(error), took_s, quick=quick)
            return
        if self.notice != done["notice"]:
            self.notice = str(done["notice"])
            self._journal.set_fact("notice", self.notice)
        record = self.note(
            item.source, record, state="written", staged=staged, replaces=not adds,
            becomes="partial" if done["status"] == "partial" else "done",
            not_made={**(record.not_made if adds else {}), **done["not_made"]},
            summary=Summary.model_validate(done["summary"]), quick=message["quick"],
            content=message["content"], identity=self.identity, attempts=0, trouble=None,
            error="", remedy="", took_s=took_s,
            finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )  # fmt: skip
        if self._put_in_place(item.source, record):
            self.n_new += 1
            self._say("finished", self._journal.records[item.source])

    def fail(self, item: Item, record: Record, failed: Failed, took_s: float) -> None:
        """File that nothing came of a file; ``stopped`` is set where no other would fare better."""
        self.n_settled += 1
        self._failed(item.source, record, failed, took_s, quick=self.quick(item.path))

    def _put_in_place(self, source: bytes, record: Record) -> bool:
        try:
            placed, aside = put_in_place(self._out, record)
        except OSError as error:
            self._failed(source, record, _cannot_write(error), record.took_s)
            return False
        self.note(source, placed, state=record.becomes)
        for name in aside:
            self._tell(BatchEvent("notice", text=f"a file that was changed is kept as {name}"))
        return True

    def _failed(
        self, source: bytes, record: Record, failed: Failed, took_s: float, quick: str = ""
    ) -> None:
        if failed.trouble in STOPPING:
            self.stopped = f"{failed.error}. {failed.remedy}"
            self.n_settled -= 1
            if not record.outputs:
                self.note(source, record, state="pending")
            return
        same = record.quick == quick and record.identity == self.identity
        self.note(
            source, record, state="failed", trouble=failed.trouble, error=failed.error,
            remedy=failed.remedy, took_s=took_s, quick=quick, identity=self.identity,
            attempts=record.attempts + 1 if same else 1, staged={}, summary=None,
            finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )  # fmt: skip
        self.n_failed += 1
        self.n_new += 1
        self._say("finished", self._journal.records[source])

    def _say(self, step: str, record: Record) -> None:
        self._tell(
            BatchEvent(
                "skipped" if step == "skipped" else "finished", record.shown, n=self.n_settled,
                total=self._total, record=record,
            )
        )  # fmt: skip


def _cannot_write(error: OSError) -> Failed:
    return Failed(
        "storage", f"results cannot be written ({error.strerror or error})",
        "Free some space or choose another --out folder.",
    )  # fmt: skip
