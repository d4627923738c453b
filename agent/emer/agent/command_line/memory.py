"""``emer memory``: look into the annotated cases that results are compared with."""

import json as json_module
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emer.agent.command_line import completion
from emer.agent.saying import FAILED, PARTIAL, USAGE, fail, notice

if TYPE_CHECKING:
    from emer.memory.case import ModalityAffect
    from emer.memory.retrieval import CaseMemory

memory_app = typer.Typer(
    no_args_is_help=True, help="Annotated cases that results are compared with."
)
Number = Annotated[int, typer.Option("-k", "--number", min=1, max=20, help="How many at most.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]
Pattern = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        autocompletion=completion.patterns,
        help="How face, voice and words go together, e.g. masking: among similar cases those that"
        " are annotated so rank higher.",
        show_default=False,
    ),
]
Axis = Annotated[float | None, typer.Option(min=-1, max=1, help="-1 to 1.", show_default=False)]


@memory_app.command()
def search(
    words: Annotated[str, typer.Argument(help="What was said, or a few words.")] = "",
    number: Number = 5,
    words_valence: Axis = None,
    voice_valence: Axis = None,
    voice_arousal: Axis = None,
    face_valence: Axis = None,
    pattern: Pattern = None,
    json: AsJson = False,
) -> None:
    """Find cases that resemble some words, an affect profile, or both."""
    from emer.memory.case import AffectProfile, ModalityAffect, Query

    if not words and (words_valence, voice_valence, voice_arousal, face_valence) == (None,) * 4:
        fail("nothing to search for. Give some words, a valence or an arousal.", status=USAGE)
    categories, said = _judged(words)
    profile = AffectProfile(
        words=said if words_valence is None else ModalityAffect(valence=words_valence),
        text_categories=categories,
        voice=ModalityAffect(valence=voice_valence, arousal=voice_arousal),
        face=ModalityAffect(valence=face_valence),
    )
    with _memory() as memory:
        if pattern is not None and pattern not in (known := memory.store.patterns()):
            there = ", ".join(known) or "none"
            fail(f"no case has the pattern {pattern!r}. Known: {there}", status=USAGE)
        # a person who searches wants the nearest, however far they are
        query = Query(affect=profile, words=words, pattern=pattern, k=number, min_similarity=0)
        found = memory.retrieve(query)
    if json:
        typer.echo(json_module.dumps([f.model_dump(mode="json") for f in found], indent=2))
        return
    if not found:
        notice("no case resembles that")
    for f in found:
        labels = ", ".join(f.case.labels)
        typer.echo(f"{f.similarity:.2f}  {f.case.id}  {f.case.pattern or '-':24}  {labels}")
        typer.echo(f"      {f.case.situation}")
        if f.case.words:
            typer.echo(f"      “{f.case.words}”")
        typer.echo(f"      {'; '.join(f.why)}  [{f.case.provenance}]")


@memory_app.command()
def show(
    case: Annotated[
        str, typer.Argument(autocompletion=completion.cases, help="Id of a case, C-...")
    ],
) -> None:
    """Print one case as JSON."""
    with _memory() as memory:
        found = memory.store.get(case)
    if found is None:
        fail(f"there is no case {case}. Run: emer memory list")
    typer.echo(found.model_dump_json(indent=2))


@memory_app.command("list")
def list_cases(json: AsJson = False) -> None:
    """List all cases, one line each."""
    with _memory() as memory:
        for case in memory.store.cases():
            if json:
                typer.echo(case.model_dump_json())
            else:
                pattern = case.pattern or "-"
                typer.echo(
                    f"{case.id}  {pattern:24}  {', '.join(case.labels)}  [{case.provenance}]"
                )


@memory_app.command("export")
def export_cases(
    file: Annotated[Path, typer.Argument(help="JSON lines, one case each; replaced if it exists.")],
    starter: Annotated[bool, typer.Option("--starter", help="With the starter set.")] = False,
) -> None:
    """Write your cases to a file."""
    from emer.memory.exchange import export_jsonl

    with _memory() as memory:
        n = export_jsonl(memory.store, file, starter=starter)
    notice(f"wrote {n} case(s) to {file}")


@memory_app.command("import")
def import_cases(
    file: Annotated[Path, typer.Argument(help="JSON lines, as written by export.")],
    own: Annotated[
        bool, typer.Option("--own", help="They are yours: trust them like your corrections.")
    ] = False,
) -> None:
    """Add the cases of a file; what is no case is refused line by line."""
    from emer.memory.exchange import import_jsonl

    with _memory() as memory:
        done = import_jsonl(memory.store, file, trust="user" if own else "imported")
    notice(f"added {done.added} of {done.read}; {done.already_there} were there already")
    for refusal in done.refusals:
        notice(f"line {refusal.line} refused: {refusal.reason}")
    if done.refused:
        fail(f"{done.refused} line(s) refused", status=PARTIAL)


@memory_app.command()
def forget(
    cases: Annotated[
        list[str], typer.Argument(autocompletion=completion.cases, help="Ids of cases, C-...")
    ],
) -> None:
    """Erase cases for good, from the store and from the index."""
    with _memory() as memory:
        removed, wiped = memory.forget(*cases)
    notice(f"erased {removed} of {len(cases)} case(s)")
    if not wiped:
        notice("another process has the index open; it drops their vectors before its next search")
    if removed < len(cases):
        fail("some ids are not in the store. Run: emer memory list", status=FAILED)


def _judged(words: str) -> "tuple[tuple[str, ...], ModalityAffect | None]":
    """Return what English words express, as reports judge them: categories and affect."""
    from emer.memory.case import ModalityAffect
    from emer.tools.errors import ToolUnavailable
    from emer.tools.text_model import text_model

    if not words:
        return (), None
    try:
        model = text_model()
    except ToolUnavailable as problem:
        notice(f"searching by wording alone: {problem}")
        return (), None
    (verdict,) = model.judge([words])
    return verdict.expressed, ModalityAffect(valence=verdict.valence, arousal=verdict.arousal)


@contextmanager
def _memory() -> "Iterator[CaseMemory]":
    from emer.agent.settings.command import settings_or_end
    from emer.memory.retrieval import CaseMemory
    from emer.tools.errors import EmerError

    settings = settings_or_end()
    try:
        with CaseMemory(settings.data_dir / "memory") as memory:
            yield memory
    except EmerError as error:
        fail(str(error))
