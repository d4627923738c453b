"""Many runs in one process leave nothing behind."""

from pathlib import Path

from tests.fakes import flat_good_news
from tests.synth import picture, tone, write_media

from emer.graphs.analyst import run
from emer.graphs.checkpoints import checkpoint
from emer.graphs.rule.model import RuleChatModel
from emer.graphs.state import Context, Request

RUNS = 200


def resident_mb():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def test_memory_does_not_grow_over_200_runs(tmp_path):
    media = write_media(tmp_path / "clip.mkv", pictures=[picture()] * 20, sound=tone(2), rate_hz=10)

    def once(i):
        workspace = tmp_path / f"run{i}"
        workspace.mkdir()
        context = Context(
            request=Request(path=media), workspace=workspace, model=RuleChatModel(),
            model_name="rule", specialists={s.tool: s for s in flat_good_news()},
        )  # fmt: skip
        with checkpoint(tmp_path / "runs", i) as kept:
            report = run(context, checkpoint=kept)
            kept.done()
        return report

    for i in range(30):
        once(i)
    before = resident_mb()
    for i in range(30, 30 + RUNS):
        once(i)
    grown = resident_mb() - before
    print(f"resident memory grew by {grown:.1f} MB over {RUNS} runs")
    assert grown < 12
    assert (tmp_path / "runs" / "runs.sqlite").stat().st_size < 4e6
