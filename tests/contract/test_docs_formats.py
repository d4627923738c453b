"""What the documents say of formats is what the formats do."""

import re
from importlib import import_module
from pathlib import Path

from tests.handed_on import grey_faces, material, whole

from emer.agent.exports.formats import FORMATS, chosen

DOCS = Path(__file__).parents[2] / "docs"
EXPORTS = "emer.agent.exports."


def rows(page, heading):
    """Return the names in code type of each row of a table: of its first cell, and of the rest."""
    table = (DOCS / page).read_text().split(heading)[1].split("\n\n")[0]
    for row in table.splitlines()[1:]:
        first, rest = row.strip("|").split("|", 1)
        yield re.findall(r"`([^`]+)`", first), rest


def test_the_layout_tells_in_which_folder_each_format_is_made():
    told = {
        name: folder.rstrip("/")
        for (folder,), formats in rows("layout.md", "| folder under `exports/` | formats |\n")
        for name in re.findall(r"`([^`]+)`", formats)
    }
    assert told == {
        name: form.module.removeprefix(EXPORTS).partition(".")[0] for name, form in FORMATS.items()
    }


def test_tables_and_annotation_files_carry_the_notice_where_the_documents_say(tmp_path):
    report = whole()
    faces = grey_faces(tmp_path, {"FACE_01": [0.0, 0.2]})
    told = {}
    for names, where in rows("howto/tables.md", "| format | where the notice stands |\n"):
        told |= dict.fromkeys(names, "inside" if "beside them" not in where else "beside")
    carried = {}
    for name in told:
        file = tmp_path / name
        import_module(FORMATS[name].module).write(material(report, faces), file)
        # a notice of several sentences; formats differ in how they break lines
        inside = report.run.notice[:40].encode() in file.read_bytes()
        carried[name] = "inside" if inside else "beside"
        assert ("notice" in chosen(name)) is not inside
    assert told == carried
    assert all(FORMATS[name].notice == where for name, where in carried.items())
    import_module(FORMATS["notice"].module).write(material(report), tmp_path / "notice")
    assert report.run.notice in (tmp_path / "notice").read_text()
    made_here = ("tables.", "annotation.", "captions.")
    assert set(told) == {
        name for name, form in FORMATS.items()
        if form.module.removeprefix(EXPORTS).startswith(made_here)
    }  # fmt: skip
