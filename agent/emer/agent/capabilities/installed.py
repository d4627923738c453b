"""What the installed parts tell of themselves: formats in and out, and every specialist's card."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import get_args

from emer.agent.capabilities.capability import Capability, Status
from emer.agent.doctor.checkup import EngineState


def inputs() -> Iterator[Capability]:
    """Which files are read."""
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


def clues() -> Iterator[Capability]:
    """What the installed specialists look for, and how far each can."""
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


def exports() -> Iterator[Capability]:
    """Which formats are written."""
    from emer.agent.exports.formats import FORMATS

    for form in FORMATS.values():
        there = find_spec(form.module) is not None
        needs = ("needs the media file",) if form.needs == "media" else ()
        yield Capability(
            area="export", name=form.name, status="yes" if there else "no", limits=needs,
            what=f"{form.about[0].upper()}{form.about[1:]}.",
            why="" if there else "the module that writes it is missing in this installation",
        )  # fmt: skip
