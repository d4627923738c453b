"""Files for `emer fuzz`: reproducible by number, hostile in the way their mutation says."""

import sys
import textwrap
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner

from emer.agent.cli import app
from emer.agent.command_line.installed import register
from emer.evals.fuzz.cases import Plan
from emer.evals.fuzz.fields import fields, with_checksums
from emer.evals.fuzz.mutations import MUTATIONS, ONCE, material
from emer.evals.fuzz.outcomes import badly_said, fault, refusal
from emer.evals.fuzz.running import Order, run
from emer.evals.fuzz.seeds import Seed, made_seeds, users_seeds
from emer.evals.fuzz.structure import pieces
from emer.evals.fuzz.table import Tried, summary
from emer.tools.errors import MediaError

KINDS = {
    "mp4-mpeg4-text": {b"moov", b"mvhd", b"stsd", b"stts", b"mdat"},
    "mkv-mpeg4-ass": {b"\x1f\x43\xb6\x75", b"\xa3", b"\x44\x89"},
    "avi-mpeg4-mp3": {b"avih", b"strh", b"00dc", b"01wb", b"idx1"},
    "wav-s16-2": {b"fmt ", b"data"},
    "opus": {b"OggS"},
    "png": {b"IHDR", b"IDAT", b"IEND"},
    "flac": {b"fLaC", b"\x00"},
    "jpeg": {b"\xff\xd8", b"\xff\xda"},
}


@pytest.fixture(scope="module")
def seeds():
    return {s.name: s for s in made_seeds()[0]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("seeds")


@pytest.fixture(scope="module")
def raw(seeds, folder):
    def of(name):
        path = folder / f"{name}{seeds[name].suffix}"
        if not path.exists():
            seeds[name].write(path)
        return path.read_bytes()

    return of


def plan_of(seeds, folder, n=3000, chance=1):
    return Plan(list(seeds.values()), n, chance=chance, folder=folder)


def laid(plan, number, folder):
    folder.mkdir()
    with ExitStack() as stack:
        return plan.lay(plan.cases[number], folder, stack).path.read_bytes()


def numbers_of(plan, mutation):
    return [c.number for c in plan.cases if c.mutation == mutation]


def test_a_number_always_means_the_same_file(seeds, folder, tmp_path):
    first, second = plan_of(seeds, folder), plan_of(seeds, tmp_path)
    assert first.cases == second.cases
    for number in (70, 130, 300, 800, 1400, 2000, 2900):
        one = laid(first, number, tmp_path / f"a{number}")
        assert one == laid(second, number, tmp_path / f"b{number}")


def test_asking_for_more_files_renumbers_none(seeds, folder):
    assert plan_of(seeds, folder, 400).cases == plan_of(seeds, folder, 4000).cases[:400]


def test_another_chance_makes_other_files(seeds, folder, tmp_path):
    one, other = plan_of(seeds, folder), plan_of(seeds, folder, chance=2)
    number = numbers_of(one, "bit flips")[0]
    assert laid(one, number, tmp_path / "1") != laid(other, number, tmp_path / "2")


def test_two_thousand_files_hold_every_mutation_of_every_seed(seeds, folder):
    plan = plan_of(seeds, folder, 2500)
    tried = {(c.name, c.mutation) for c in plan.cases}
    assert {(s, m) for s in seeds for m in MUTATIONS} <= tried


@pytest.mark.parametrize("name", KINDS)
def test_the_pieces_of_a_container_are_found(seeds, raw, name):
    if name not in seeds:
        pytest.skip(f"this build of the media library cannot make {name}")
    data = raw(name)
    found = pieces(data, seeds[name].container)
    assert KINDS[name] <= {p.kind for p in found}
    assert all(0 <= p.start <= p.body <= p.end <= len(data) for p in found)
    assert max(p.end for p in found) >= len(data) - 2


@pytest.mark.parametrize("family", ["mp4", "matroska", "riff", "ogg", "png", "tiff", "other"])
def test_bytes_without_any_structure_are_mutated_all_the_same(family):
    for data in (b"", b"x", Random(1).randbytes(3000)):
        for mutate in MUTATIONS.values():
            for turn in range(3):
                mutate(material(data or b"\0", family, b"other", turn), Random(turn))


def test_every_mutation_changes_the_bytes_sooner_or_later(seeds, raw):
    for name in ("mp4-mpeg4-text", "mkv-mpeg4-ass", "wav-s16-2", "png"):
        data = raw(name)
        for mutation in set(MUTATIONS) - ONCE:
            mutate = MUTATIONS[mutation]
            stuff = [material(data, seeds[name].container, raw("flac"), i) for i in range(4)]
            assert any(mutate(m, Random(m.round)) != data for m in stuff), (name, mutation)


def test_truncation_comes_to_every_structural_place(seeds, raw):
    data = raw("wav-s16-2")
    parts = pieces(data, "riff")
    cuts = set()
    for turn in range(40):
        cuts.add(len(MUTATIONS["truncated"](material(data, "riff", b"", turn), Random(0))))
    assert {p.body for p in parts} | {p.start for p in parts} - {0} <= cuts


@pytest.mark.parametrize("name", ["png", "opus", "ogg-vorbis"])
def test_checksums_are_mended_as_the_encoder_wrote_them(seeds, raw, name):
    data, family = raw(name), seeds[name].container
    assert with_checksums(data, pieces(data, family), family) == data


def test_durations_sizes_rates_and_counts_can_be_lied_about(seeds, raw):
    def names(name):
        data, family = raw(name), seeds[name].container
        return {f.name for f in fields(data, pieces(data, family), family)}

    assert {"duration", "scale", "width", "height", "channels", "count"} <= names("mp4-mpeg4-text")
    assert {"duration", "scale", "width", "time"} <= names("mkv-mpeg4-ass")
    assert {"rate", "channels", "bits", "align"} <= names("wav-s16-2")
    assert {"width", "height", "bits"} <= names("png")


def test_ones_own_clips_are_seeds_too(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.WAV").write_bytes(b"RIFF\0\0\0\0WAVE")
    (tmp_path / "a.bin").write_bytes(b"anything")
    found = users_seeds([tmp_path])
    assert [(s.container, s.suffix) for s in found] == [("other", ".bin"), ("riff", ".wav")]
    plan = Plan(found, 400, chance=1, folder=tmp_path / "sub")
    assert {"user-0", "user-1"} <= {c.name for c in plan.cases}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("clip.mp4 is empty (0 bytes). Copy it again.", ""),
        ("the file is empty. Copy it again.", "unnamed"),
        ("clip.mp4. Go.", "unnamed"),
        ("clip.mp4 is bad ([Errno 5] I/O error). Copy it.", "raw text"),
        ("clip.mp4 is bad (ValueError: x). Copy it.", "raw text"),
        ("clip.mp4 is bad \x1b[31m. Copy it.", "raw text"),
        ("clip.mp4 is bad " + "very " * 400, "raw text"),
    ],
)
def test_what_a_refusal_says_is_judged(text, kind):
    assert badly_said(text, Path("/tmp/clip.mp4")) == kind


def test_a_refusal_without_a_remedy_is_a_fault():
    path = Path("/tmp/clip.mp4")
    assert refusal(MediaError("clip.mp4 is damaged"), path, "any").fault == "no remedy"
    good = MediaError("clip.mp4 is damaged at its end", remedy="Copy it again.")
    assert refusal(good, path, "any").status == "refused"
    assert refusal(good, path, "decoded").fault == "not decoded"


# A process that answers as its number says, in place of one that decodes.
BAD_SHARD = """
    import json, subprocess, sys, time
    from emer.evals.fuzz.outcomes import Outcome
    sys.stdin.readline()
    for line in sys.stdin:
        number = int(line)
        if number == 1:
            time.sleep(60)
        if number == 2:
            sys.exit(7)
        if number == 3:
            big = bytearray(300 << 20)
            time.sleep(60)
        print(json.dumps({"number": number, "outcome": Outcome("decoded").data()}), flush=True)
        if number == 9:
            subprocess.Popen(["sleep", "60"], start_new_session=True)
"""


def test_what_hangs_dies_or_eats_memory_is_a_fault_and_the_others_go_on():
    order = Order(
        n_cases=10, chance=1, n_workers=1, limit_s=1.0, memory_bytes=200 << 20, start_s=2.0
    )
    shard = [sys.executable, "-c", textwrap.dedent(BAD_SHARD)]
    came = {r.number: r.outcome for r in run(order, [0, 1, 2, 3, 4, 9], shard=shard)}
    assert {n: o.fault for n, o in came.items()} == {
        0: "", 1: "hang", 2: "death", 3: "memory", 4: "", 9: "left behind",
    }  # fmt: skip


def test_the_table_names_each_kind_of_fault_once_and_how_to_see_it_again(seeds, folder):
    cases = plan_of(seeds, folder, 600).cases
    numbers = [c.number for c in cases if c.mutation == "bit flips"][:9]
    tried = [
        Tried(cases[n], fault("hang", f"no answer in {n} s"), f"emer fuzz --seed 1 --only {n}")
        for n in numbers
    ]
    shown = summary(tried)
    assert "9 fault(s) of 1 kind(s)" in shown
    assert f"emer fuzz --seed 1 --only {numbers[0]}  #" in shown
    assert "and 5 more" in shown


def test_keeping_a_file_writes_it_where_asked(tmp_path):
    register(app)
    made = CliRunner().invoke(app, ["fuzz", "--only", "121", "--keep", str(tmp_path), "-q"])
    assert made.exit_code == 0, made.stderr
    assert len(list((tmp_path / "case-121").iterdir())) == 2
    assert "refused" in made.stdout


def test_wrong_usage_is_said(tmp_path):
    register(app)
    for wrong in (["--keep", str(tmp_path)], ["--seeds", str(tmp_path / "none")]):
        made = CliRunner().invoke(app, ["fuzz", *wrong])
        assert made.exit_code == 2
        assert made.stderr.startswith("emer: ")


def test_a_seed_that_nobody_knows_is_cut_into_equal_parts(tmp_path):
    unknown = Seed("u", "other", ".bin", lambda path: path.write_bytes(bytes(1600)))
    unknown.write(tmp_path / "u")
    assert len(pieces((tmp_path / "u").read_bytes(), "other")) == 16
