"""Slash commands of the chat: what is shown or set beside questions.

Each returns lines of text in the language of the conversation; names and words of media in them are made fit for a terminal by whoever
prints them.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final

from emer.agent.chat.answering.answers import can_ask, sentences
from emer.agent.chat.answering.of_shows import across, unnamed
from emer.agent.chat.answering.sentences import Teller
from emer.agent.chat.saying import told
from emer.agent.chat.understanding.asked import Asked
from emer.agent.chat.understanding.slots import slots_of
from emer.agent.queries.args import Some
from emer.agent.queries.evidence import EvidenceArgs, evidence
from emer.agent.queries.timeline import timeline
from emer.graphs.report import Language, Report
from emer.graphs.rule.plans.question import moments
from emer.graphs.rule.writing.wording import at
from emer.tools.errors import EmerError, StorageError
from emer.tools.quoting import quoted

if TYPE_CHECKING:
    from emer.agent.chat.conversation import Conversation
    from emer.agent.settings import Settings

MOST: Final = 40
AROUND_S: Final = 3.0
MAX_NAME: Final = 40
"""Of what somebody typed, when it is repeated."""
REPLACE: Final = "--replace"
ATTEST: Final = "--attest"
_CLOCK_LIKE: Final = re.compile(r"\d+(?::\d+)+(?:\.\d+)?")


class CommandError(EmerError):
    """A slash command that cannot be done."""

    def __str__(self) -> str:
        # a Chinese sentence ends with its own full stop
        is_chinese = self.remedy.endswith(("。", "？"))
        return f"{self.message}{'。' if is_chinese else '. '}{self.remedy}"


@dataclass(frozen=True, slots=True)
class Command:
    """One slash command."""

    name: str
    takes: str
    run: "Callable[[Conversation, str], Iterator[str]]"


def is_command(line: str) -> bool:
    """Whether a line is for the chat itself."""
    return line.lstrip().startswith("/")


def run(conversation: "Conversation", line: str) -> Iterator[str]:
    """Do what a line asks for; yield what is shown.

    Raises:
        CommandError: There is no such command, or it cannot be done.
        EmerError: A clip cannot be analysed, or results not be written.
    """
    name, *rest = line.strip().split(maxsplit=1)
    command = COMMANDS.get(name.lower())
    if command is None:
        raise _unknown(name, conversation.language)
    yield from command.run(conversation, "".join(rest).strip())


def about(command: Command, conversation: "Conversation") -> str:
    """Say what a command does."""
    name = f"about_{command.name.removeprefix('/')}"
    if command.name == QUIT and not conversation.is_kept:
        name = "about_quit_unkept"
    return told(name, conversation.language)


def _unknown(name: str, language: Language) -> CommandError:
    name = quoted(name, MAX_NAME)
    near = get_close_matches(name.lower(), COMMANDS, n=1, cutoff=0.5)
    near = near or [c for c in COMMANDS if len(name) > 1 and c.startswith(name.lower())][:1]
    hint = told("meant", language, name=near[0]) if near else ""
    comma = "、" if language == "zh" else ", "
    names = told("there_are", language, names=comma.join(COMMANDS))
    between = " " if hint and language == "en" else ""
    return CommandError(told("no_command", language, name=name), remedy=f"{hint}{between}{names}")


def _report(conversation: "Conversation") -> Report:
    clip = conversation.clips[conversation.focus.clip - 1]
    return clip.whole(conversation.language)


def _some(conversation: "Conversation", command: str, rest: str, limit: int = MOST) -> Some:
    """Return the stretch and person that the rest of a line names, else those of the talk.

    Raises:
        CommandError: It names neither, or a moment that the clip does not have.
    """
    named, persons = _moments(conversation, command, rest), slots_of(rest).names
    window = conversation.focus.window if not rest else None
    if len(set(named[:2])) == 2:
        window = (min(named[:2]), max(named[:2]))
    elif named:
        window = (max(0.0, named[0] - AROUND_S), named[0] + AROUND_S)
    person = persons[0].replace("#", "P") if persons else None
    if window is None:
        return Some(person=person, limit=limit)
    return Some(person=person, start_s=window[0], end_s=window[1], limit=limit)


def _moments(conversation: "Conversation", command: str, rest: str) -> list[float]:
    """Return the moments that the rest of a line names, seconds, none long after the end.

    Raises:
        CommandError: It names no moment and nobody, or a moment that the clip does not have.
    """
    if not rest:
        return []
    named, who = moments(rest), slots_of(rest).names
    first_s, last_s = _report(conversation).run.span
    odd = [clock for clock in _CLOCK_LIKE.findall(rest) if not moments(clock)]  # such as 9:99
    is_outside = named and (max(named) <= first_s - AROUND_S or min(named) >= last_s + AROUND_S)
    if odd or is_outside or not (named or who):
        language, clip = conversation.language, conversation.names[conversation.focus.clip - 1]
        raise CommandError(
            told("no_such", language, name=quoted(" ".join(odd) or rest, MAX_NAME), clip=clip),
            remedy=told(
                "no_such_remedy", language, command=command, clip=clip, first=at(first_s), last=at(last_s)
            ),
        )  # fmt: skip
    return [min(moment, last_s + AROUND_S) for moment in named]


def _timeline(conversation: "Conversation", rest: str) -> Iterator[str]:
    report = _report(conversation)
    asked = _some(conversation, "/timeline", rest, 200) if rest else Some(limit=200)
    found = timeline(report, asked)
    tell = Teller.about(report, conversation.focus.clip, len(conversation.clips))
    yield from ((across if s.labels else unnamed)(tell, s).printed for s in found.stretches)
    if not found.stretches:
        yield tell.word("nothing_named", where="")


def _evidence(conversation: "Conversation", rest: str) -> Iterator[str]:
    ids = tuple(word.strip("[],") for word in rest.split() if "-" in word and not moments(word))
    if not rest and conversation.last is not None:
        ids = tuple(dict.fromkeys(i for s in conversation.last.sentences for i in s.evidence))[:50]
    clip = conversation.clips[conversation.focus.clip - 1]
    if ids:
        clip.whole(conversation.language)
        listed: set[str] = set()
        for report in clip.every():
            wanted = [e.id for e in report.evidence if e.id in ids and e.id not in listed][:50]
            found = evidence(report, EvidenceArgs(ids=tuple(wanted), limit=200)) if wanted else None
            for line in found.lines if found else ():
                listed.add(line.evidence[0])
                yield f"{line.evidence[0]}  {line.text} {line.mark}"
        missing = [quoted(i, MAX_NAME) for i in ids if i not in listed]
        if missing:
            yield told("not_in_clip", conversation.language, names=", ".join(missing))
        return
    asked = _some(conversation, "/evidence", rest)
    found = evidence(_report(conversation), EvidenceArgs(**asked.model_dump()))
    yield from (f"{x.evidence[0]}  {x.text} {x.mark}" for x in found.lines)
    yield from [found.cannot_tell] if found.cannot_tell else []
    if found.n_more:
        yield told("more_evidence", conversation.language, n=found.n_more)


def _cases(conversation: "Conversation", rest: str) -> Iterator[str]:
    report, some = _report(conversation), _some(conversation, "/cases", rest)
    window = None if some.start_s is None or some.end_s is None else (some.start_s, some.end_s)
    asked = Asked(
        text="", kind="cases", clip=conversation.focus.clip, language=conversation.language, window=window,
        persons=(some.person,) if some.person else (),
    )  # fmt: skip
    tell = Teller.about(report, conversation.focus.clip, len(conversation.clips))
    yield from (s.printed for s in sentences(tell, asked))


def _export(conversation: "Conversation", rest: str) -> Iterator[str]:
    """Write the clip's report: ``/export html,csv results``; nothing that is there is replaced."""
    from emer.agent.exports.formats import FORMATS, chosen, write
    from emer.agent.exports.material import opened
    from emer.agent.output import check_folder

    language = conversation.language
    words = rest.removesuffix(REPLACE).split(maxsplit=1)
    try:
        names = chosen(words[0] if words else conversation.settings.formats)
    except ValueError as error:
        raise CommandError(str(error), remedy=told("export_remedy", language)) from None
    folder = Path(words[1].strip() if len(words) > 1 else ".").expanduser()
    clip, report = conversation.clips[conversation.focus.clip - 1], _report(conversation)
    try:
        check_folder(folder)
    except StorageError as error:
        raise CommandError(error.message, remedy=told("export_remedy", language)) from None
    with opened(report, clip.path, conversation.settings) as material:
        files = [f"{material.stem}{FORMATS[n].suffix}" for n in names]
        there = [name for name in files if (folder / name).exists()]
        if there and not rest.endswith(REPLACE):
            shown = " ".join([",".join(names), str(folder)])
            raise CommandError(
                told("exists", language, names=", ".join(there)),
                remedy=told("exists_remedy", language, rest=shown),
            )
        written, problems = write(material, folder, names)
    yield from (told("wrote", language, path=path) for path in written)
    yield from (str(problem) for problem in problems)


def _llm(conversation: "Conversation", rest: str) -> Iterator[str]:
    from emer.agent.chat.talking import talker_of

    if rest:
        conversation.talker = talker_of(rest, conversation.settings)
    name = conversation.talker.name if conversation.talker else "rule"
    yield told("answers", conversation.language, name=name)


def _purpose(conversation: "Conversation", rest: str) -> Iterator[str]:
    from emer.agent.purpose.asking import keep
    from emer.agent.purpose.policy import PERMITTED, PROHIBITED, REASONS, told_purpose

    if rest:
        before = conversation.settings
        name, attested, reason = (part.strip(" =") for part in rest.lower().partition(ATTEST))
        purpose = name or before.purpose
        if purpose not in {*PERMITTED, *PROHIBITED}:
            raise _no_such("no_purpose", name, PERMITTED, conversation.language)
        if attested and reason not in REASONS:
            raise _no_such("no_reason", reason, REASONS, conversation.language)
        # what was attested for one purpose says nothing about another
        attest = reason or (before.attest if purpose == before.purpose else None)
        settings = before.model_copy(update={"purpose": purpose, "attest": attest})
        _check_purpose(settings, conversation.language)
        if purpose in PERMITTED:
            keep(settings.data_dir, purpose)
        conversation.use(settings)
    yield told("purpose", conversation.language, name=told_purpose(conversation.settings))


def _check_purpose(settings: "Settings", language: Language) -> None:
    """Refuse what is prohibited, with what can be typed here.

    Raises:
        CommandError: The purpose is, and no exception is attested.
    """
    from emer.agent.purpose.policy import CITATION, PurposeError, check_purpose

    name = settings.purpose
    try:
        check_purpose(settings)
    except PurposeError:
        where = told(f"at_{name}", language)
        raise CommandError(
            told("prohibited", language, where=where, law=CITATION),
            remedy=told("prohibited_remedy", language, name=name),
        ) from None


def _no_such(phrase: str, name: str, there: Iterable[str], language: Language) -> CommandError:
    return CommandError(
        told(phrase, language, name=quoted(name, MAX_NAME)),
        remedy=told("there_are", language, names=", ".join(there)),
    )


def _help(conversation: "Conversation", rest: str) -> Iterator[str]:
    yield can_ask(conversation.language)
    for command in COMMANDS.values():
        usage = f"{command.name} {command.takes}"
        yield f"{usage:41}{about(command, conversation)}"


def _quit(conversation: "Conversation", rest: str) -> Iterator[str]:
    yield from ()


QUIT: Final = "/quit"
COMMANDS: Final = {
    c.name: c
    for c in (
        Command("/timeline", "[MOMENT] [PERSON]", _timeline),
        Command("/evidence", "[ID|MOMENT]", _evidence),
        Command("/cases", "[MOMENT]", _cases),
        Command("/export", f"[FORMATS] [FOLDER] [{REPLACE}]", _export),
        Command("/llm", "[NAME]", _llm),
        Command("/purpose", f"[NAME] [{ATTEST} REASON]", _purpose),
        Command("/help", "", _help),
        Command(QUIT, "", _quit),
    )
}  # fmt: skip
