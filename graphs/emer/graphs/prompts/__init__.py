"""What a language model is told for each kind of call: one file per task, with id and version.

A file begins with ``id:`` and ``version:``; its text follows a line ``---`` and is read as one
paragraph. ``common`` goes before the text of every task, and ``read`` before that of each branch in
which words are read (``read_vat``: face, voice, words); ``schema`` and ``again`` are added where a
call needs them. The built-in analyst does not read any of this.
"""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

TASKS: Final = (
    "plan", "replan", "visual", "audio", "read_vat", "read_at", "read_vt", "read_t", "read_silent",
    "explain", "repair", "judge", "label", "polarity", "translate",
)  # fmt: skip
PARTS: Final = (*TASKS, "read", "common", "schema", "again")


class Prompt(NamedTuple):
    """What is said for one kind of call."""

    name: str
    version: str
    text: str

    @property
    def id(self) -> str:
        """Name, version, and the text's own digest: a change that forgot the version shows."""
        digest = hashlib.sha256(self.text.encode()).hexdigest()[:8]
        return f"{self.name}/{self.version}+{digest}"


@cache
def prompt(name: str) -> Prompt:
    """Return the prompt of a task, with the parts that it shares with others.

    Raises:
        ValueError: The file is not of the form that this module describes.
    """
    own, (family, variant, _) = part(name), name.partition("_")
    shared = [part("common"), *([part(family)] if variant else [])]
    return Prompt(own.name, own.version, " ".join(p.text for p in (*shared, own)))


@cache
def part(name: str) -> Prompt:
    """Return the text of one file alone."""
    raw = files(__package__).joinpath(f"{name}.md").read_text(encoding="utf-8")
    head, _, text = raw.partition("\n---\n")
    facts = dict(line.split(": ", 1) for line in head.splitlines())
    if facts.get("id") != name or not facts.get("version", "").isdecimal() or not text.strip():
        raise ValueError(f"prompts/{name}.md needs 'id: {name}', 'version: N', '---' and a text")
    return Prompt(name, facts["version"], " ".join(text.split()))


def schema_note(schema: str) -> str:
    """Return what is added where a server does not take the schema itself."""
    return part("schema").text.replace("{schema}", schema)


def again_note(problem: str) -> str:
    """Return what is added where an answer could not be used."""
    return part("again").text.replace("{problem}", problem)


def version() -> str:
    """Return the highest version of any prompt; ids in the report are exact."""
    return str(max(int(prompt(name).version) for name in TASKS))
