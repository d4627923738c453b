"""A package of a stranger registers an engine, passes the public suite, and is used."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.talking_clip import talking_clip

STRANGER = Path(__file__).parents[1] / "fixtures" / "stranger"
SAID = """WEBVTT

00:00:00.200 --> 00:00:01.600
<v Ann>The parcel came today :)

00:00:02.400 --> 00:00:03.800
<v Ben>The parcel is empty :(
"""


def install(folder, code=None):
    """Put the package on a path as an installer would, with its metadata and without a network."""
    project = tomllib.loads((STRANGER / "pyproject.toml").read_text())["project"]
    module = (STRANGER / "emer_smileys.py").read_text()
    (folder / "emer_smileys.py").write_text(code(module) if code else module)
    about = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    entries = project["entry-points"]["emer.tools"]
    lines = "\n".join(f"{name} = {value}" for name, value in entries.items())
    (about / "entry_points.txt").write_text(f"[emer.tools]\n{lines}\n")
    return folder


def environment(folder, **more):
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "PYTHONPATH": path, **more}


def suite(folder, *more):
    """Run the public suite as a stranger would, in a folder of their own."""
    return subprocess.run(
        [sys.executable, "-m", "emer.tools.contract", "text_emotion.smileys", "--", "-q", "-p",
         "no:cacheprovider", *more],
        cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def test_the_example_package_passes_the_public_suite(tmp_path):
    done = suite(install(tmp_path))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert re.search(r"\b7\d passed", done.stdout), done.stdout[-500:]
    assert "skipped" not in done.stdout


FAULTS = {
    "finds_in_time_order": lambda code: code.replace("for span in spans]", "for span in spans[::-1]]"),
    "says_why_where_nothing_is": lambda code: re.sub(r'reason="[^"]+"', 'reason="none"', code),
    "names_its_model": lambda code: code.replace("tool=self.tool, engine", 'tool="other", engine'),
    "finds_the_same_again": lambda code: code.replace(
        "{category: 0.8}", "{category: __import__('random').random()}"
    ),
    "card_is_complete": lambda code: code.replace('licence="MIT"', 'licence=""'),
    "fulfils_the_protocol": lambda code: code.replace('Scope] = "utterances"', 'Scope] = "anywhere"'),
    "is_light_to_import": lambda code: code.replace(
        "GLAD, SAD =", "__import__('sys').modules['torch'] = None\nGLAD, SAD ="
    ),
}  # fmt: skip
"""What the suite must find, by the check that finds it."""


def test_the_public_suite_finds_every_one_of_many_faults(tmp_path):
    def with_faults(code):
        for make in FAULTS.values():
            changed = make(code)
            assert changed != code
            code = changed
        return code

    done = suite(install(tmp_path, with_faults), "--tb=no")
    assert done.returncode == 1, done.stdout[-3000:]
    failed = "\n".join(line for line in done.stdout.splitlines() if line.startswith("FAILED"))
    for check in FAULTS:
        assert check in failed, failed[-3000:]


LOOKS = "spoken = select("
CALL = """import socket
        try:
            socket.create_connection(("192.0.2.1", 80), timeout=0.1)
        except OSError:
            pass
        """
WRONGS = {
    "wrong answers, and more than answers": (
        [
            ("span=span,", "span=TimeSpan(start_s=span.start_s, end_s=span.end_s + 100),"),
            ("modality=self.modality", "modality=Modality.FACE"),
            (
                "score=0.8,\n        )",
                'score=0.8,\n        ).model_copy(update={"id": __import__("uuid").uuid4().hex})',
            ),
            (LOOKS, f'(clip.path.parent / "beside.txt").write_text("x")\n        {LOOKS}'),
            (LOOKS, f'open("notes.log", "a").close()\n        {LOOKS}'),
            (LOOKS, CALL + LOOKS),
        ],
        "finds_only_inside or names_its_model or finds_the_same_again or keeps_to_itself",
        [
            "is not inside the analysed part", "Cut spans to clip.span",
            "gives evidence of face", "Pass self.modality",
            "asked twice, it answers differently", "Evidence.of",
            "beside.txt", "notes.log", "calls 192.0.2.1", "Write to clip.workspace alone",
        ],
    ),
    "a score that is no number, and a crash where nobody speaks": (
        [("score=0.8,", 'score=float("nan"),'), (LOOKS, f"known[0]\n        {LOOKS}")],
        "answers_every_span or takes_no_spans",
        ["it raises ValidationError", "it raises IndexError", "a Gap that says why"],
    ),
    "no end": (
        [(LOOKS, f'__import__("time").sleep(999)\n        {LOOKS}')],
        "time_order or takes_no_spans",
        ["it has not returned after 5 s", "it did not return before"],
    ),
}  # fmt: skip
"""What a stranger may get wrong: in the code this becomes that; who finds it; what is told."""


@pytest.mark.parametrize(("changes", "checks", "says"), WRONGS.values(), ids=WRONGS)
def test_who_gets_it_wrong_is_told_what_and_what_to_do(tmp_path, changes, checks, says):
    def wrong(code):
        for this, that in changes:
            assert this in code
            code = code.replace(this, that)
        return code

    done = suite(install(tmp_path, wrong), "--limit", "5", "-k", checks, "--tb=short")
    assert done.returncode == 1, done.stdout[-2000:]
    assert [words for words in says if words not in done.stdout] == []


def test_the_public_suite_finds_a_specialist_that_says_nothing(tmp_path):
    mute = install(
        tmp_path, lambda code: code.replace("for span in spans]", "for span in spans[:0]]")
    )
    done = suite(mute, "-k", "answers_every_span")
    assert done.returncode == 1
    assert "nothing about 0.4" in done.stdout


def test_a_package_that_cannot_be_imported_fails_with_the_reason(tmp_path):
    broken = install(tmp_path, lambda code: "import no_such_library\n" + code)
    done = suite(broken, "-k", "can_be_loaded")
    assert done.returncode == 1
    assert "no_such_library" in done.stdout


def test_a_specialist_that_is_not_installed_is_wrong_usage(tmp_path):
    done = suite(tmp_path)
    assert done.returncode == 2
    assert "no specialist 'text_emotion.smileys' is installed" in done.stdout + done.stderr


def test_an_analysis_uses_it_when_it_is_asked_for(tmp_path):
    package, clips = tmp_path / "package", tmp_path / "clips"
    package.mkdir()
    clips.mkdir()
    install(package)
    clip = talking_clip(clips, subtitles=SAID)
    done = subprocess.run(
        [sys.executable, "-m", "emer", "analyze", str(clip), "--json", "-q", "--engine",
         "text_emotion=smileys"],
        env=environment(package, EMER_CACHE_DIR=str(tmp_path / "cache"),
                        EMER_DATA_DIR=str(tmp_path / "data")),
        capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode in {0, 3}, done.stderr
    found = [e for e in json.loads(done.stdout)["evidence"] if e["tool"] == "text_emotion"]
    assert [e["engine"] for e in found] == ["smileys", "smileys"]
    assert [e["reading"]["expressed"] for e in found] == [["joy"], ["sadness"]]
