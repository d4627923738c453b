"""What no part tells of itself: results, languages, how it runs, and what it does not do.

Figures come from the code that they hold for.
"""

from collections.abc import Iterator
from typing import get_args

from emer.agent.capabilities.capability import Capability


def results() -> Iterator[Capability]:
    """What a report tells."""
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


def languages() -> Iterator[Capability]:
    """What is understood and written in which language."""
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


def running() -> Iterator[Capability]:
    """How it runs, and what other programs it serves."""
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


def network() -> Iterator[Capability]:
    """What goes over the network."""
    yield Capability(
        area="network", name="uploads", status="no",
        what="Sending media, findings or usage figures anywhere.",
        why="nothing leaves this machine, unless you name a remote language model: it then gets "
        "words and findings; pictures and sound go out only if peer_url names a model for them",
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


def never() -> Iterator[Capability]:
    """What it does not do, on purpose."""
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


def out_of_scope() -> Iterator[Capability]:
    """What it does not do."""
    for name, what, why in (
        ("generation", "Making or changing faces, voices or video.", "it analyses only"),
        ("live analysis", "Following a camera or a call while it runs.",
         "a moment is judged against its whole clip"),
        ("training", "Learning from your media.",
         "corrections become cases that are looked up; no weights change"),
    ):  # fmt: skip
        yield Capability(area="not yet", name=name, status="no", what=what, why=why)
