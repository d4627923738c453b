"""Slash commands of the chat: what is shown or set beside questions.

Each returns lines of text; names and words of media in them are made fit for a terminal by whoever
prints them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from emer.agent.chat.answering.answers import can_ask
from emer.agent.chat.answering.sentences import Teller
from emer.agent.chat.understanding.slots import slots_of
from emer.agent.queries.args import Some
from emer.agent.queries.cases import cases
from emer.agent.queries.evidence import EvidenceArgs, evidence
from emer.agent.queries.timeline import timeline
from emer.graphs.report import Language, Report
from emer.graphs.rule.plans.question import moments
from emer.tools.errors import EmerError

if TYPE_CHECKING:
    from emer.agent.chat.conversation import Conversation

MOST: Final = 40
AROUND_S: Final = 3.0


class CommandError(EmerError):
    """A slash command that cannot be done."""


@dataclass(frozen=True, slots=True)
class Command:
    """One slash command."""

    name: str
    takes: str
    about: str
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
    name, _, rest = line.strip().partition(" ")
    command = COMMANDS.get(name.lower())
    if command is None:
        raise CommandError(
            f"there is no command {name}", remedy=f"There are: {', '.join(COMMANDS)}."
        )
    yield from command.run(conversation, rest.strip())


def _report(conversation: "Conversation") -> Report:
    clip = conversation.clips[conversation.focus.clip - 1]
    return clip.whole(_language(conversation))


def _language(conversation: "Conversation") -> Language:
    understood = conversation.last.understood if conversation.last else None
    return understood.language if understood else conversation.settings.output_language


def _some(conversation: "Conversation", rest: str, limit: int = MOST) -> Some:
    """Return the stretch and person that the rest of a line names, else those of the talk."""
    named, persons = moments(rest), slots_of(rest).names
    window = conversation.focus.window if not rest else None
    if len(named) >= 2:
        window = (min(named[:2]), max(named[:2]))
    elif named:
        window = (max(0.0, named[0] - AROUND_S), named[0] + AROUND_S)
    person = persons[0].replace("#", "P") if persons else None
    if window is None:
        return Some(person=person, limit=limit)
    return Some(person=person, start_s=window[0], end_s=window[1], limit=limit)


def _timeline(conversation: "Conversation", rest: str) -> Iterator[str]:
    report = _report(conversation)
    told = timeline(report, _some(conversation, rest, 200) if rest else Some(limit=200))
    tell = Teller.about(report, conversation.focus.clip, len(conversation.clips))
    yield from (tell.cited(line).printed for line in told.lines)
    if told.cannot_tell:
        yield told.cannot_tell


def _evidence(conversation: "Conversation", rest: str) -> Iterator[str]:
    ids = tuple(word.strip("[],") for word in rest.split() if "-" in word and not moments(word))
    if not rest and conversation.last is not None:
        ids = tuple(dict.fromkeys(i for s in conversation.last.sentences for i in s.evidence))[:50]
    clip = conversation.clips[conversation.focus.clip - 1]
    if ids:
        clip.whole(_language(conversation))
        told: set[str] = set()
        for report in clip.every():
            for line in evidence(report, EvidenceArgs(ids=ids[:50], limit=200)).lines:
                if line.evidence[0] not in told:
                    told.add(line.evidence[0])
                    yield f"{line.evidence[0]}  {line.text} {line.mark}"
        missing = [i for i in ids if i not in told]
        if missing:
            yield f"not in this clip: {', '.join(missing)}"
        return
    asked = _some(conversation, rest)
    found = evidence(_report(conversation), EvidenceArgs(**asked.model_dump()))
    yield from (f"{x.evidence[0]}  {x.text} {x.mark}" for x in found.lines)
    yield from [found.cannot_tell] if found.cannot_tell else []
    if found.n_more:
        yield f"({found.n_more} more; name a moment, e.g. /evidence 0:14)"


def _cases(conversation: "Conversation", rest: str) -> Iterator[str]:
    told = cases(_report(conversation), _some(conversation, rest))
    yield from (f"{x.text} {x.mark}" for x in told.lines)
    yield from [told.cannot_tell] if told.cannot_tell else told.remarks


def _export(conversation: "Conversation", rest: str) -> Iterator[str]:
    """Write the clip's report: ``/export html,csv results``."""
    from emer.agent.exports.formats import chosen, write
    from emer.agent.exports.material import opened
    from emer.agent.output import check_folder

    words = rest.split(maxsplit=1)
    try:
        names = chosen(words[0] if words else conversation.settings.formats)
    except ValueError as error:
        raise CommandError(str(error), remedy="E.g. /export html,csv results.") from None
    folder = Path(words[1] if len(words) > 1 else ".").expanduser()
    clip, report = conversation.clips[conversation.focus.clip - 1], _report(conversation)
    check_folder(folder)
    with opened(report, clip.path, conversation.settings) as material:
        written, problems = write(material, folder, names)
    yield from (f"wrote {path}" for path in written)
    yield from (str(problem) for problem in problems)


def _llm(conversation: "Conversation", rest: str) -> Iterator[str]:
    from emer.agent.chat.talking import talker_of

    if rest:
        conversation.talker = talker_of(rest, conversation.settings)
    name = conversation.talker.name if conversation.talker else "rule"
    yield f"{name} answers"


def _purpose(conversation: "Conversation", rest: str) -> Iterator[str]:
    from emer.agent.purpose.asking import keep
    from emer.agent.purpose.policy import PERMITTED, PROHIBITED, check_purpose, told_purpose

    if rest:
        purpose = rest.lower()
        if purpose not in {*PERMITTED, *PROHIBITED}:
            raise CommandError(
                f"there is no purpose {rest}", remedy=f"There are: {', '.join(PERMITTED)}."
            )
        settings = conversation.settings.model_copy(update={"purpose": purpose})
        check_purpose(settings)
        if purpose in PERMITTED:
            keep(settings.data_dir, purpose)
        conversation.use(settings)
    yield f"purpose: {told_purpose(conversation.settings)}"


def _help(conversation: "Conversation", rest: str) -> Iterator[str]:
    yield can_ask(_language(conversation))
    for command in COMMANDS.values():
        usage = f"{command.name} {command.takes}"
        yield f"{usage:29}{command.about}"


def _quit(conversation: "Conversation", rest: str) -> Iterator[str]:
    yield from ()


QUIT: Final = "/quit"
COMMANDS: Final = {
    c.name: c
    for c in (
        Command("/timeline", "[MOMENT] [PERSON]", "who shows what when", _timeline),
        Command("/evidence", "[ID|MOMENT]", "what the last answer rests on, or was measured", _evidence),
        Command("/cases", "[MOMENT]", "similar annotated cases", _cases),
        Command("/export", "[FORMATS] [FOLDER]", "write the report, e.g. /export html,csv results", _export),
        Command("/llm", "[NAME]", "who answers: rule or provider:model", _llm),
        Command("/purpose", "[NAME]", "what the analyses are for", _purpose),
        Command("/help", "", "what can be asked, and these commands", _help),
        Command(QUIT, "", "end the conversation; it is kept", _quit),
    )
}  # fmt: skip
