"""The page of a benchmark tells what its JSON tells, and nothing about whose machine it was."""

import re

import pytest

from emer.evals.bench.page import DATA, PAGE, STOOD_IN, escaped, number, page, write
from emer.evals.bench.results import Benchmark, Environment, Figure, Spread, without_folders


def row(group="decoding", name="sound alone", values=(0.5, 0.61, 0.7), **more):
    wall_s = Spread.of(values)
    more = {"media_s": 60.0, "per_media_s": wall_s.median / 60.0, "subject": "a.mp4"} | more
    return Figure(group=group, name=name, wall_s=wall_s, **more)


def lost(name="pictures alone", **more):
    return Figure(group="decoding", name=name, subject="a.mp4", **more)


def benchmark(*figures, **more):
    at = {
        "measured_on": "2026-11-21", "cpu": "Some CPU @ 2 GHz", "cores": 2, "memory_gb": 24.5,
        "system": "Some Linux 12", "python": "CPython 3.11.7", "load": 0.12,
        "versions": {"emer": "0.1.0", "av": "18.1.0", "ffmpeg": "8.1.2"},
    }  # fmt: skip
    return Benchmark(
        command="emer bench --quick", rate_hz=5.0, repeats=3, seconds=99.0,
        memory_method="resident memory added up", environment=Environment(**at | more.pop("at", {})),
        figures=figures, **more,
    )  # fmt: skip


FIGURES = (
    row("start-up", "emer --help", (0.11, 0.12, 0.13), media_s=None, per_media_s=None, subject=""),
    row("floor", "PyAV alone", (2.01, 2.02, 2.03), cpu_s=3.21, peak_mb=98.7),
    row("floor", "ffmpeg, the program", (1.81,)),
    row("decoding", "with all who look on", (7.61, 7.62, 7.63), amount=300, unit="pictures", per_s=39.37),
    row("step", "recall", (0.71, 0.72, 0.73)),
    row("step", "all steps", (8.31, 8.32, 8.33), peak_mb=309.4),
    row("tool", "voice_affect", (0.17, 0.18, 0.19), in_run_s=0.357, amount=8, unit="findings"),
    Figure(group="tool", name="faces", subject="a.mp4", in_run_s=0.0023),
    row("export", "html", (0.31, 0.32, 0.33), amount=0.654, unit="MB"),
    row("growth", "10 s", (2.2, 2.3, 2.4), peak_mb=281.1, media_s=10.0, subject="a.mp4 looped to 10 s"),
    row("growth", "1 min", (9.2, 9.3, 9.4), peak_mb=311.1, subject="a.mp4 looped to 1 min"),
    row("faces", "DeepFace: find and read", (45.1, 45.2), amount=281, unit="faces", per_s=6.22),
)  # fmt: skip


def cells(text, name):
    (line,) = [x for x in text.splitlines() if x.startswith(f"| {escaped(name)} |")]
    return line


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f"{f.group} {f.name}")
def test_every_figure_of_the_json_stands_in_its_row(figure):
    line = cells(page(benchmark(*FIGURES)), figure.name)
    told = [figure.cpu_s, figure.peak_mb, figure.amount, figure.in_run_s, figure.per_media_s]
    told += [figure.wall_s.median, figure.wall_s.least, figure.wall_s.most] if figure.wall_s else []
    told += [figure.per_s] if figure.unit in {"faces", "pictures"} else []
    for value in told:
        assert value is None or number(value) in line, (value, line)


def test_lengths_are_compared_with_decoding_alone_on_the_same_clip_only():
    other = row("growth", "of b", subject="b.mp4")
    own = row("floor", "PyAV alone", (0.244,), subject="c.mp4")
    third = row("growth", "of c", subject="c.mp4")
    text = page(benchmark(*FIGURES, other, own, third))
    assert "| 3.77 |" in cells(text, "with all who look on")  # 7.62 over 2.02
    assert "|  |" in cells(text, "of b")
    assert "| 2.50 |" in cells(text, "of c")  # 0.61 over its own 0.244


def test_what_was_not_measured_is_a_row_with_its_reason_and_remedy():
    text = page(benchmark(lost(problem="it crashed", remedy="Mend it."), row()))
    assert "not measured: it crashed. Mend it." in cells(text, "pictures alone")


ENGINE = {
    "group": "engine", "amount": 40, "unit": "items", "per_s": 65.57, "peak_mb": 512.3, "gpu_mb": 903,
    "device": "cuda:0", "batch": 16,
}  # fmt: skip


def test_an_engines_row_tells_model_device_memory_and_items_a_second():
    real = row(name="asr", model="acme/whisper-9", model_mb=1530.2, **ENGINE)
    text = page(benchmark(real))
    line = cells(text, "asr")
    for told in (
        "acme/whisper-9, 1530 MB",
        "cuda:0",
        "512.3",
        "903",
        "| 16 |",
        "40 items",
        "65.57",
    ):
        assert told in line
    assert "stand-in" not in text


def test_a_stand_in_is_marked_in_its_row_and_above_the_table():
    small = row(name="asr", model="tiny|one", model_mb=0.6, stand_in=True, **ENGINE)
    real = row(name="faces", model="our detector", **ENGINE)
    named = row(name="diarization", model="mine", model_mb=31.5, own=True, **ENGINE)
    assert "own: mine, 31.5 MB" in cells(page(benchmark(named)), "diarization")
    text = page(benchmark(small, real))
    assert STOOD_IN in text
    assert "**stand-in**: tiny\\|one, 0.6 MB" in cells(text, "asr")
    assert "stand-in" not in cells(text, "faces")


def test_the_page_says_how_when_and_where_it_was_made():
    text = page(benchmark(*FIGURES))
    for part in ("emer bench --quick", "2026-11-21", "Some CPU", "Some Linux 12", "CPython 3.11.7",
                 "av 18.1.0", "ffmpeg 8.1.2", "5 pictures per second", "resident memory added up"):  # fmt: skip
        assert part in text


def test_a_busy_machine_and_a_stopped_run_are_admitted():
    fine = page(benchmark(row()))
    text = page(benchmark(row(), at={"busy": True, "load": 3.0}, complete=False))
    assert "too high" in text
    assert "Stopped before" in text
    assert "too high" not in fine
    assert "Stopped before" not in fine


def test_clips_of_one_group_stand_in_one_table_and_are_named():
    text = page(benchmark(*FIGURES))
    assert "a.mp4 looped to 10 s" in cells(text, "10 s")
    assert "On a.mp4 looped" not in text


def test_a_row_that_was_measured_once_says_so():
    assert "1.81 (once)" in cells(page(benchmark(*FIGURES)), "ffmpeg, the program")


HOSTILE = "a|b<script>alert(1)</script> [x](https://e.org) `c` ![i](http://e.org/i.png)\n# d.mp4"


def test_a_clip_named_to_do_harm_is_only_text():
    text = page(benchmark(row(name=HOSTILE, subject=HOSTILE)))
    assert "<script>" not in text
    assert "://e.org" not in text
    assert "\n# d.mp4" not in text
    (line,) = [x for x in text.splitlines() if x.startswith("| a\\|b")]
    heads = next(x for x in text.splitlines() if "| wall s" in x)
    assert len(re.findall(r"(?<!\\)\|", line)) == len(re.findall(r"(?<!\\)\|", heads))


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("there is no file /home/me/clips/a b.mp4", "there is no file a b.mp4"),
        (r"C:\Users\me\a.mp4 is empty", "a.mp4 is empty"),
        ("cannot write '/tmp/x/y/z.html' (disk full)", "cannot write 'z.html' (disk full)"),
        ("0.5 s/s at 3 m/s and/or 24/7", "0.5 s/s at 3 m/s and/or 24/7"),
        ("one\ntwo", "one two"),
    ],
)
def test_folders_are_left_out_of_what_is_said(said, left):
    assert without_folders(said) == left


def test_what_is_written_can_be_read_again_and_the_page_shows_every_plot(tmp_path):
    found = benchmark(*FIGURES)
    files = {p.name: p for p in write(found, tmp_path)}
    assert Benchmark.model_validate_json(files[DATA].read_text()) == found
    shown = set(re.findall(r"!\[[^]]*\]\(([^)]+)\)", files[PAGE].read_text()))
    assert shown == {name for name in files if name.endswith(".svg")}
    assert "growth.svg" in shown


def test_the_same_figures_give_the_same_files(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, other = (write(benchmark(*FIGURES), tmp_path / name) for name in "ab")
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in other]


def test_a_run_without_any_figure_still_gives_a_page(tmp_path):
    assert [p.name for p in write(benchmark(complete=False), tmp_path)] == [PAGE, DATA]
