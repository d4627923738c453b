"""However one comes in, the report is the same; doors share what is kept and write nowhere else."""

import asyncio
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import pytest
from mcp import Client
from tests.annotated import a_case
from tests.talking_clip import settings_in, talking_clip

from emer.agent import EmotionToolkit, aanalyze, analyze
from emer.agent.mcp_server.server import server_over
from emer.agent.toolbox.box import Toolbox
from emer.graphs.report import Report
from emer.memory.cache import open_cache
from emer.memory.store import CaseStore


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return talking_clip(tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


def environment(kept):
    return {
        **os.environ,
        "EMER_CACHE_DIR": str(kept / "cache"),
        "EMER_DATA_DIR": str(kept / "data"),
    }


def by_command(clip, kept, *more):
    done = subprocess.run(
        [sys.executable, "-m", "emer", *more], env=environment(kept), capture_output=True,
        text=True, timeout=240, cwd=clip.parent,
    )  # fmt: skip
    assert done.returncode in {0, 3}, done.stderr
    return json.loads(done.stdout)


def by_tool(clip, kept):
    kit = EmotionToolkit(roots=[clip.parent], settings=settings_in(kept))
    (tool,) = [t for t in kit.get_tools() if t.name == "emer_report"]
    call = {"type": "tool_call", "id": "1", "name": tool.name, "args": {"clip": clip.name}}
    return tool.invoke(call).artifact.model_dump(mode="json")


def by_protocol(clip, kept):
    box = Toolbox.over([clip.parent], settings=settings_in(kept))

    async def ask():
        async with Client(server_over(box)) as client:
            answer = await client.call_tool("emer_report", {"clip": clip.name})
            assert not answer.is_error, answer.content
            return answer.structured_content

    return anyio.run(ask)


DOORS = {
    "python": lambda clip, kept: analyze(clip, settings=settings_in(kept)).model_dump(mode="json"),
    "asyncio": lambda clip, kept: asyncio.run(
        aanalyze(clip, settings=settings_in(kept))
    ).model_dump(mode="json"),
    "command": lambda clip, kept: by_command(clip, kept, "analyze", clip.name, "--json", "-q"),
    "langchain": by_tool,
    "protocol": by_protocol,
    "tools call": lambda clip, kept: by_command(
        clip, kept, "tools", "call", "emer_report", "-q", "--args", json.dumps({"clip": clip.name})
    ),
}  # fmt: skip


def test_every_door_gives_the_same_report_but_for_how_it_came_about(clip, kept):
    reports = {door: ask(clip, kept) for door, ask in DOORS.items()}
    for report in reports.values():
        Report.model_validate_json(json.dumps(report))
    stripped = {door: {**r, "run": None} for door, r in reports.items()}
    for door, report in stripped.items():
        assert report == stripped["python"], door
    same = ("status", "question", "llm", "span", "rate_hz", "notice", "prompts")
    for door, report in reports.items():
        assert {k: report["run"][k] for k in same} == {
            k: reports["python"]["run"][k] for k in same
        }, door


def test_several_doors_at_once_share_cache_and_cases_without_loss(clip, kept, tmp_path):
    analyze(clip, settings=settings_in(tmp_path))
    findings, _ = open_cache(tmp_path / "cache", max_bytes=10**9, max_age_days=30)
    before = findings.stats()
    findings.close()

    def add(number):
        with CaseStore(tmp_path / "data" / "memory") as store:
            assert store.add(a_case(f"situation {number}"))

    with ThreadPoolExecutor(8) as pool:
        reports = [
            pool.submit(DOORS[d], clip, tmp_path) for d in ("python", "langchain", "protocol")
        ]
        reports += [pool.submit(DOORS["command"], clip, tmp_path)]
        added = [pool.submit(add, i) for i in range(12)]
        made = [{**r.result(240), "run": None, "cases": None} for r in reports]
        for one in added:
            one.result(60)
    explained = [{k: v for k, v in m.items() if k not in {"explanation", "labels"}} for m in made]
    assert all(m == explained[0] for m in explained)
    findings, _ = open_cache(tmp_path / "cache", max_bytes=10**9, max_age_days=30)
    after = findings.stats()
    findings.close()
    assert (after.n_entries, after.n_media) == (before.n_entries, before.n_media)
    with CaseStore(tmp_path / "data" / "memory") as store:
        assert {c.situation for c in store.cases()} >= {f"situation {i}" for i in range(12)}


ADD = """
import sys
from pathlib import Path
from tests.annotated import a_case, at
from emer.memory.case import AffectProfile
from emer.memory.store import CaseStore

likeness = AffectProfile(face=None, voice=at(-0.2, -0.6), words=at(0.7, 0.35))
with CaseStore(Path(sys.argv[1])) as store:
    added = a_case("Somebody is glad of a job", words="I got a job, I am happy, wonderful!",
                   affect=likeness, labels=("relieved",))
    assert store.add(added)
"""


def test_a_case_that_another_process_adds_shows_in_the_next_answer_and_nothing_is_measured(
    clip, kept, tmp_path
):
    box = Toolbox.over([clip.parent], settings=settings_in(tmp_path))
    situations = lambda: {c.situation for c in box.call("emer_cases", ask).data.cases}  # noqa: E731
    ask = {"clip": clip.name}
    report_id = box.call("emer_analyze", ask).data.report_id
    assert "Somebody is glad of a job" not in situations()
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])
    subprocess.run(
        [sys.executable, "-c", ADD, str(tmp_path / "data" / "memory")], check=True, timeout=120,
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    before = findings_in(tmp_path)
    assert "Somebody is glad of a job" in situations()
    ask = {"clip": report_id}
    assert "Somebody is glad of a job" in situations()
    assert findings_in(tmp_path) == before
    (held,) = box.reports.held()
    done = [run for run in held.report.run.tools if run.n_evidence]
    assert done
    assert all(run.n_cached == run.n_spans for run in done), done


def findings_in(kept):
    """Return how many findings are kept."""
    findings, _ = open_cache(kept / "cache", max_bytes=10**9, max_age_days=30)
    stats = findings.stats()
    findings.close()
    return stats.n_entries, stats.n_media


def everything_below(folder):
    return {
        (str(p.relative_to(folder)), p.lstat().st_mtime_ns, p.lstat().st_size)
        for p in folder.rglob("*")
        if not p.is_dir()
    }


def test_no_tool_writes_anywhere_but_where_it_keeps_things(tmp_path, monkeypatch):
    """The folder of clips, the home and the working folder are watched; work goes to TMPDIR."""
    clips, home, kept, work = (tmp_path / n for n in ("clips", "home", "kept", "work"))
    for folder in (clips, home, kept, work):
        folder.mkdir()
    talking_clip(clips)
    clips.chmod(0o555)
    code = (
        "import json, sys\n"
        "from emer.agent.toolbox.box import Toolbox\n"
        "from emer.agent.toolbox.offers import OFFERS\n"
        f"box = Toolbox.over([{str(clips)!r}])\n"
        "more = {'emer_moments': {'shows': 'AU12'}, 'emer_without': {'left_out': 'words'},\n"
        "        'emer_compare': {'person': 'P1', 'other_person': 'P2'}}\n"
        "for name, offer in OFFERS.items():\n"
        "    clip = {'clip': 'talk.mkv'} if 'clip' in offer.args.model_fields else {}\n"
        "    box.call(name, {**clip, **more.get(name, {})})\n"
    )
    before = everything_below(clips) | everything_below(home)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=home, capture_output=True, text=True, timeout=240,
        env={**environment(kept), "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"),
             "XDG_DATA_HOME": str(home / "data"), "XDG_CONFIG_HOME": str(home / "config"),
             "TMPDIR": str(work), "MPLCONFIGDIR": str(work / "mpl")},
    )  # fmt: skip
    clips.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert everything_below(clips) | everything_below(home) == before
    assert {p.name for p in tmp_path.iterdir()} == {"clips", "home", "kept", "work"}
    assert {p.name for p in kept.iterdir()} <= {"cache", "data"}
    left = {p.name for p in work.iterdir()} - {"mpl"}
    assert left == set()
