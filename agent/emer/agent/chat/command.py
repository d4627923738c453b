"""``emer chat``: a conversation about clips. Everything heavy is imported inside."""

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from emer.agent.command_line import completion
from emer.agent.command_line.options import Attest, End, Purpose, Quiet, ServerOfOpenAI, Start
from emer.agent.saying import OK, USAGE, fail, notice, status_of
from emer.agent.settings.command import settings_or_end

if TYPE_CHECKING:
    from emer.agent.settings import Settings
    from emer.memory.sessions import SessionStore


def chat(
    clips: Annotated[
        list[Path] | None,
        typer.Argument(metavar="CLIP...", show_default=False, help="Video, sound files, images."),
    ] = None,
    llm: Annotated[
        str | None,
        typer.Option(
            autocompletion=completion.llms,
            help="Who answers: rule (built in) or provider:model. [default: rule]",
        ),
    ] = None,
    base_url: ServerOfOpenAI = None,
    session: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            autocompletion=completion.sessions,
            help="Keep the conversation under a name, or go on with it.",
        ),
    ] = None,
    start: Start = None,
    end: End = None,
    purpose: Purpose = None,
    attest: Attest = None,
    list_all: Annotated[bool, typer.Option("--list", help="List what was kept.")] = False,
    forget: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            autocompletion=completion.sessions,
            help="Erase a conversation for good.",
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON object per answer, on stdout.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Talk about clips: who shows what, when, why, what was said, and how sure that is.

    At a terminal it is a conversation; /help lists what can be asked. Without one, each line of the
    input is a question.

    Exit status: 0 done, 1 something failed, 2 wrong usage.
    """
    if start is not None and end is not None and end <= start:
        fail("--end must be after --start", status=USAGE)
    settings = settings_or_end(**({"base_url": base_url} if base_url else {}))
    if list_all or forget is not None:
        _kept(settings, forget, as_json=json)
    from emer.tools.errors import EmerError

    try:
        status = _talk(
            clips or [], settings, llm=llm, session=session, part=(start, end), purpose=purpose,
            attest=attest, as_json=json, quiet=quiet,
        )  # fmt: skip
    except EmerError as error:
        fail(str(error), status=status_of(error))
    except KeyboardInterrupt:
        fail("stopped", status=130)
    except BrokenPipeError:  # the reader of our output went away, e.g. `| head`
        sys.stderr.close()
        raise typer.Exit(OK) from None
    raise typer.Exit(status)


def _talk(
    clips: list[Path],
    settings: "Settings",
    *,
    llm: str | None,
    session: str | None,
    part: tuple[float | None, float | None],
    purpose: str | None,
    attest: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    from contextlib import ExitStack

    from emer.agent.purpose.asking import settled
    from emer.tools.media.decoder_pool import warm_up

    _check_name(session)
    if isinstance(sys.stdin, TextIOWrapper):  # before a first read: later it is refused
        sys.stdin.reconfigure(errors="replace")
    is_live = not as_json and _has_terminal()
    settings = settled(settings, purpose=purpose, attest=attest, quiet=quiet)
    with ExitStack() as stack:
        store = stack.enter_context(store_of(settings)) if session is not None else None
        kept = store.find(session) if store and session else None
        paths = clips or [Path(p) for p in (kept.clips if kept else ())]
        if not paths:
            fail("name at least one clip, e.g. emer chat interview.mp4", status=USAGE)
        _check(paths, taken_up=session if kept and not clips else None)
        if is_live and not quiet:
            _starting(settings)
        warm_up()  # a decoder starts while the imports below take their second

        from emer.agent.chat.conversation import Conversation
        from emer.agent.chat.talking import talker_of

        talker = talker_of(llm or settings.llm, settings)
        if store and session:  # begun only now that nothing stands in its way
            store.open(session, _paths(paths))
            if not store.hold(session):
                notice(
                    f"{session} is open in another process too: both keep their turns, but each "
                    "goes on from its own",
                    quiet=quiet,
                )
        conversation = Conversation(
            paths, settings, store=store, name=session or "", part=part, talker=talker
        )
        if sys.stdin is None:  # closed by whoever started this
            return OK
        if is_live:
            from emer.agent.chat.terminal import talk

            return talk(conversation, quiet=quiet)
        from emer.agent.chat import lines

        return lines.talk(conversation, sys.stdin, as_json=as_json, quiet=quiet)


def _has_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def _starting(settings: "Settings") -> None:
    """Say that something happens, for what is imported next takes seconds."""
    from emer.agent.chat.saying import told

    typer.secho(told("starting", settings.output_language), dim=True)
    sys.stdout.flush()


def _paths(clips: list[Path]) -> list[str]:
    return [str(c.absolute()) for c in clips]


def _check_name(session: str | None) -> None:
    from emer.memory.sessions import MAX_NAME

    if session is not None and not 0 < len(session.strip()) <= MAX_NAME:
        fail(f"--session takes a name of 1 to {MAX_NAME} characters", status=USAGE)


def _check(paths: list[Path], *, taken_up: str | None) -> None:
    """Say at once which clip is no file, instead of after the first question.

    Raises:
        MediaError: One is not.
    """
    from emer.tools.errors import MediaError

    for path in paths:
        if path.is_dir():
            raise MediaError(
                f"{path} is a folder",
                remedy=f"Name the clips in it, e.g. emer chat {path / 'interview.mp4'}; to analyse all "
                f"of them: emer analyze {path}",
            )
        if not path.is_file():
            remedy = "Check the path."
            if taken_up is not None:
                remedy = (
                    f"If it was moved, name where it is now: emer chat CLIP --session {taken_up}"
                )
            raise MediaError(f"there is no file {path}", remedy=remedy)


def store_of(settings: "Settings") -> "SessionStore":
    """Open where conversations are kept.

    Raises:
        StorageError: It cannot be used.
    """
    from emer.memory.sessions import SessionStore

    return SessionStore(settings.data_dir / "chats")


def _kept(settings: "Settings", forget: str | None, *, as_json: bool) -> NoReturn:
    from emer.memory.sessions import FILE
    from emer.tools.errors import EmerError

    if not (settings.data_dir / "chats" / FILE).exists():  # to look is no reason to make one
        if forget is not None:
            fail(f"there is no conversation {forget!r}. See: emer chat --list")
        raise typer.Exit(OK)
    try:
        with store_of(settings) as store:
            if forget is not None:
                if not store.forget(forget):
                    fail(f"there is no conversation {forget!r}. See: emer chat --list")
                notice(f"erased {forget}")
            else:
                _list(store, as_json=as_json)
    except EmerError as error:
        fail(str(error))
    raise typer.Exit(OK)


def _list(store: "SessionStore", *, as_json: bool) -> None:
    import json as json_module

    from emer.tools.shown import shown

    for kept in store.every():
        if as_json:
            typer.echo(json_module.dumps(kept._asdict(), ensure_ascii=False))
            continue
        named = ", ".join(Path(c).name for c in kept.clips)
        typer.echo(
            shown(f"{kept.name}  {kept.n_turns} question(s), last {_local(kept.used_at)}: {named}")
        )


def _local(moment: str) -> str:
    """Return a moment as the clock here shows it; ISO 8601 in."""
    from datetime import datetime

    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"
