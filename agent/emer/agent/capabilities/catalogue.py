"""What this system does, with which limits, and what it does not do: ``emer capabilities``.

Reads    the cards of the installed specialists, the tables of formats, settings and codes: what
         stands there is not repeated here
Returns  ``Capability`` values
Cost     about half a second of imports; nothing is loaded or fetched

``yes`` means that it runs here and now; ``partly`` that it runs with a limit that a user must know
before relying on it; ``no`` that it does not, and why.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Final, Literal, get_args

from pydantic import Field

from emer.agent.doctor.checkup import EngineState
from emer.tools.readings import Frozen

SCHEMA_VERSION: Final = "1.0"
Status = Literal["yes", "partly", "no"]
Area = Literal[
    "input", "clue", "result", "export", "language", "running", "network", "never", "not yet"
]
HEADINGS: Final[dict[Area, str]] = {
    "input": "What it reads",
    "clue": "What it looks at, listens to and reads",
    "result": "What it tells",
    "export": "What it writes (--format)",
    "language": "Languages",
    "running": "Running",
    "network": "Network",
    "never": "What it does not do, on purpose",
    "not yet": "Out of scope",
}


class Capability(Frozen):
    """One thing that the system does, does in part, or does not do."""

    area: Area
    name: str
    status: Status
    what: str = Field(description="one sentence")
    why: str = Field(default="", description="why only partly, or not at all")
    modality: str = ""
    metrics: str = Field(default="", description="what was measured and how, from the card")
    limits: tuple[str, ...] = Field(default=(), description="from the card or from the code")


class Capabilities(Frozen):
    """Everything, under a versioned schema."""

    schema_version: str = SCHEMA_VERSION
    capabilities: tuple[Capability, ...]


def capabilities() -> Capabilities:
    """Compose the list from what is installed."""
    parts = (
        _inputs, _clues, _results, _exports, _languages, _running, _network, _never, _out_of_scope,
    )  # fmt: skip
    return Capabilities(capabilities=tuple(c for part in parts for c in part()))


def _inputs() -> Iterator[Capability]:
    from emer.tools.media.info import MediaKind
    from emer.tools.media.probe import MAX_DURATION_S, MAX_PIXELS
    from emer.tools.media.subtitles import SIDECAR_SUFFIXES

    side_px = round(MAX_PIXELS**0.5)
    caps = {
        "video": (
            f"at most {side_px} x {side_px} pixels",
            f"at most {MAX_DURATION_S / 3600:.0f} h",
        ),
        "audio": (f"at most {MAX_DURATION_S / 3600:.0f} h",),
        "image": (f"at most {side_px} x {side_px} pixels", "one picture: no movement, no change"),
    }
    for kind in get_args(MediaKind):
        yield Capability(
            area="input", name=kind, status="yes", limits=caps.get(kind, ()),
            what=f"One local {kind} file of any format that FFmpeg decodes.",
        )  # fmt: skip
    yield Capability(
        area="input", name="subtitles", status="yes",
        what=f"Subtitle tracks inside the media, or {', '.join(SIDECAR_SUFFIXES)} files beside it.",
    )  # fmt: skip
    yield Capability(
        area="input", name="streams, playlists", status="no",
        what="Cameras, web addresses, playlists.",
        why="only local, finished files are read; a playlist may point anywhere",
    )  # fmt: skip


def _clues() -> Iterator[Capability]:
    from emer.agent.doctor.engines import engine_states
    from emer.agent.doctor.models import usable
    from emer.agent.doctor.system import readable_settings
    from emer.agent.engines import setup_of
    from emer.tools.registry import NOT_BUILT, installed

    setup = usable(setup_of(readable_settings([])[0]), [])
    states, runnable = engine_states([], setup)
    cards = {
        (e.specialist.tool, e.specialist.engine): e.specialist.card
        for e in installed(setup)
        if e.specialist is not None
    }
    order = ["face", "voice", "words", "scene"]
    rank = {modality: place for place, modality in enumerate(order)}
    told = set()
    for state in sorted(states, key=lambda s: (rank.get(s.modality, len(order)), s.tool)):
        if state.state == "stands_by" or (state.state == "cannot_run" and state.tool in runnable):
            continue
        told.add(state.tool)
        card = cards.get((state.tool, state.engine))
        status, why = _how_far(state)
        yield Capability(
            area="clue", name=state.tool, status=status, why=why, modality=state.modality,
            what=card.purpose if card else "What it would tell is not known.",
            metrics=card.metrics if card else "", limits=card.limits if card else (),
        )  # fmt: skip
    for name, text in NOT_BUILT.items():
        if name not in told:
            yield Capability(
                area="clue", name=name, status="no", what=f"{text[0].upper()}{text[1:]}.",
                why="no specialist looks for it; every report lists it as not looked at",
            )  # fmt: skip


def _how_far(state: EngineState) -> tuple[Status, str]:
    if state.state == "cannot_run":
        return "no", state.why
    if state.state == "limited":
        return "partly", state.why
    if (state.tool, state.engine) == ("expression", "facs"):
        return "partly", _faces_told()
    if (state.tool, state.engine) == ("text_emotion", "hashed_network"):
        return "partly", "English only"
    return "yes", ""


def _faces_told() -> str:
    """Say which expressions the measured movements can make, from the tables of both."""
    from emer.tools.facial_movements import TOLD
    from emer.tools.facial_prototypes import PROTOTYPES

    able = [c for c, p in PROTOTYPES.items() if any(need <= set(TOLD) for need in p.needs)]
    others = [c for c in PROTOTYPES if c not in able]
    return f"it can tell {', '.join(able)}; it cannot tell {', '.join(others)}"


def _results() -> Iterator[Capability]:
    from emer.graphs.report import SCHEMA_VERSION as REPORT_VERSION
    from emer.tools.taxonomy import LABELS

    yield Capability(
        area="result", name="explanation", status="yes",
        what="Who shows what, when and why it seems so, in prose whose every claim cites evidence.",
        limits=("what verification cannot confirm is dropped, visibly with --audit",),
    )  # fmt: skip
    yield Capability(
        area="result", name="labels", status="yes",
        what=f"Emotion labels per person and moment, from an open vocabulary ({len(LABELS)} known).",
        limits=("scores are support by the evidence, not probabilities",),
    )  # fmt: skip
    yield Capability(
        area="result", name="disagreement", status="yes",
        what="Where face, voice and words contradict each other, and what that may mean.",
    )  # fmt: skip
    yield Capability(
        area="result", name="persons", status="partly",
        what="Which voice and which faces belong together within one clip.",
        why="links carry scores and can be wrong; nobody is recognised across clips",
    )  # fmt: skip
    yield Capability(
        area="result", name="similar cases", status="yes",
        what="Annotated cases that resemble a moment, as analogies, never as evidence.",
    )  # fmt: skip
    yield Capability(
        area="result", name="JSON report", status="yes",
        what=f"Everything, under schema {REPORT_VERSION} (emer schema).",
    )  # fmt: skip


def _exports() -> Iterator[Capability]:
    from emer.agent.exports.formats import FORMATS

    for form in FORMATS.values():
        there = find_spec(form.module) is not None
        needs = ("needs the media file",) if form.needs == "media" else ()
        yield Capability(
            area="export", name=form.name, status="yes" if there else "no", limits=needs,
            what=f"{form.about[0].upper()}{form.about[1:]}.",
            why="" if there else "the module that writes it is missing in this installation",
        )  # fmt: skip


def _languages() -> Iterator[Capability]:
    from emer.graphs.report import Language
    from emer.tools.whisper_weights import CACHED

    names = {"en": "English", "zh": "Chinese"}
    written = " and ".join(names.get(code, code) for code in get_args(Language))
    yield Capability(
        area="language", name="explanations", status="yes",
        what=f"Written in {written} (--output-language).",
    )  # fmt: skip
    yield Capability(
        area="language", name="questions", status="yes", what="Understood in English and Chinese.",
        limits=("a question that no rule understands leads to a look at everything",),
    )  # fmt: skip
    yield Capability(
        area="language", name="speech to text", status="partly",
        what="Any language of the subtitles, or of multilingual Whisper weights.",
        why=f"weights are not shipped; looked for in the local cache: {CACHED[0]} and smaller ones",
    )  # fmt: skip
    yield Capability(
        area="language", name="emotion in words", status="partly",
        what="What words express is judged in English.",
        why="in other languages only face and voice count, and the report says so",
    )  # fmt: skip


def _running() -> Iterator[Capability]:
    from emer.agent.settings import Settings

    fields = Settings.model_fields
    yield Capability(
        area="running", name="budgets", status="yes",
        what="Limits on seconds of tools' work and on wall-clock time (--budget).",
        limits=(
            f"one specialist takes at most {fields['tool_timeout_s'].default:g} s (tool_timeout_s)",
            "what is not affordable or not finished becomes a gap",
        ),
    )  # fmt: skip
    yield Capability(
        area="running", name="cache, resuming", status="yes",
        what="What was measured is kept; an interrupted run goes on where it was.",
        limits=(
            f"sound and faces are kept for {fields['cache_days'].default} days (cache_days), "
            "readable by you alone; emer cache clear removes them",
        ),
    )  # fmt: skip
    yield Capability(
        area="running", name="no GPU, no key", status="yes",
        what="The built-in analyst and specialists run on a laptop's CPU, offline.",
    )  # fmt: skip
    yield Capability(
        area="running", name="conversation", status="yes",
        what="Questions and follow-ups about clips, each sentence with its citation (emer chat).",
        limits=(
            "a documented range of questions, in English and Chinese; others get what can be asked",
            "whom a pronoun means is asked back where it is open: sex and age are not measured",
        ),
    )  # fmt: skip
    yield Capability(
        area="running", name="language models", status="yes",
        what="Any LangChain chat model may do the reasoning (--llm); it is checked in the same way.",
        limits=("needs the provider's package: pip install 'emer[llm]'",),
    )  # fmt: skip
    yield from _for_agents()


def _for_agents() -> Iterator[Capability]:
    from emer.agent.toolbox.offers import OFFERS

    names = ", ".join(OFFERS)
    inside = "files inside the folders that were opened, and no others"
    yield Capability(
        area="running", name="tools for LangChain", status="yes",
        what=f"EmotionToolkit gives an agent {len(OFFERS)} tools with typed, cited answers: {names}.",
        limits=(inside, "they say what kind of reply fits, and never write one"),
    )  # fmt: skip
    yield Capability(
        area="running", name="MCP server", status="yes",
        what="emer mcp serves the same tools over the Model Context Protocol, on stdin and stdout, or on 127.0.0.1.",
        limits=(inside, "on 127.0.0.1 it asks for no password"),
    )  # fmt: skip
    yield Capability(
        area="running", name="bare tool schemas", status="yes",
        what="emer tools prints them for OpenAI, Anthropic and others, and carries calls out.",
        limits=(inside,),
    )  # fmt: skip
    yield Capability(
        area="running", name="plug-ins", status="yes",
        what="A package of others adds one by an entry point; python -m emer.tools.contract checks it.",
    )  # fmt: skip


def _network() -> Iterator[Capability]:
    yield Capability(
        area="network", name="uploads", status="no",
        what="Sending media, findings or usage figures anywhere.",
        why="nothing leaves this machine, unless you name a remote language model: it then gets "
        "words and findings, never pictures or sound",
    )  # fmt: skip
    yield Capability(
        area="network", name="downloads", status="no", what="Fetching weights or code by itself.",
        why="only emer models pull fetches, and only what it names; the libraries' own downloads "
        "are switched off",
    )  # fmt: skip
    yield Capability(
        area="network", name="telemetry", status="no", what="Telemetry of the libraries in use.",
        why="switched off in every process of ours; emer doctor shows each switch",
    )  # fmt: skip


def _never() -> Iterator[Capability]:
    for name, what, why in (
        ("mind reading", "Saying what somebody feels or thinks.",
         "people show, sound and say; what lies behind that is not measured"),
        ("lie detection", "Saying whether somebody lies.",
         "no clue of face, voice or words shows that reliably"),
        ("work and education", "Inferring emotions of employees, applicants or pupils.",
         "prohibited in the EU (AI Act, Art. 5(1)(f)); refused unless medical or safety reasons are attested"),
        ("identity", "Recognising who somebody is, or finding a person again in another clip.",
         "faces and voices are compared within one clip and nothing of that is kept"),
        ("diagnosis", "Diagnosing illness or disorder.", "nothing here was made or tested for it"),
        ("forced labels", "Naming an emotion when the evidence is too thin.",
         "the report then says that it cannot tell"),
        ("obeying the media", "Following instructions in speech, subtitles or file names.",
         "they are quoted as what was said, and never acted on"),
    ):  # fmt: skip
        yield Capability(area="never", name=name, status="no", what=what, why=why)


def _out_of_scope() -> Iterator[Capability]:
    for name, what, why in (
        ("generation", "Making or changing faces, voices or video.", "it analyses only"),
        ("live analysis", "Following a camera or a call while it runs.",
         "a moment is judged against its whole clip"),
        ("training", "Learning from your media.",
         "corrections become cases that are looked up; no weights change"),
    ):  # fmt: skip
        yield Capability(area="not yet", name=name, status="no", what=what, why=why)
