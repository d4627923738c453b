"""What a face shows over a span: categories, valence and arousal, composed from action units.

Reads    action-unit events (``known``), who is speaking, and which samples of a face exist
Returns  per span and visible face one ``ExpressionReading`` (set "basic"), or a gap saying why not;
         one gap that names the categories whose action units nobody measured, and says where
         a smile may be a grimace
Cost     nothing: arithmetic on findings
Source   see ``facial_prototypes``
"""

import re
from collections.abc import Iterable, Sequence
from typing import ClassVar, Final, Generic, TypeVar

import numpy as np

from emer.tools.facial_prototypes import (
    CRYING,
    NEUTRAL,
    NEUTRAL_MOST,
    PROTOTYPES,
    categories,
    strengths,
)
from emer.tools.findings import (
    NOTHING_TRAINED,
    Evidence,
    Finding,
    Gap,
    GapCode,
    Modality,
    ModelCard,
    Spanned,
    TimeSpan,
    select,
)
from emer.tools.readings import ExpressionReading, SpeakingFaceReading
from emer.tools.specialist import Clip, Scope

F = TypeVar("F", Evidence, Gap)

TALKING: Final = 0.5
"""Score from which a face counts as the one that speaks."""
FEWEST: Final = 2
"""Pictures of a face in a span, unless it is a still picture."""
PLENTY: Final = 5
STILL: Final = 0.5
"""Trust in a single still picture, where five pictures of a video would have 1."""

CARD: Final = ModelCard(
    name="facs-prototypes",
    revision="3",
    purpose="Which basic expression a face shows over a span, with valence and arousal.",
    inputs="action-unit events with intensity 0..5; who speaks; times of the face's samples",
    outputs="score per category of the set 'basic', sum at most 1; valence and arousal -1..1, none "
    "where no category is shown",
    licence="Apache-2.0",
    commercial_use=True,
    source="Du, Tao & Martinez 2014, doi:10.1073/pnas.1322355111; Russell 1980, "
    "doi:10.1037/h0077714; Ekman & Friesen 1986, doi:10.1007/BF00992253",
    trained_on="nothing: a formula",
    metrics="against the same rules on a teacher's shapes, on persons left out: docs/measured/face.md; "
    "not against human judgement, since no labelled video was at hand",
    split="none: nothing was chosen on data",
    calibration="none: scores follow from the prototypes",
    training=NOTHING_TRAINED,
    limits=(
        "scores are not calibrated; they order categories within one face",
        "with the built-in action units happiness, surprise, anger, sadness, fear and neutral can be "
        "told, the middle three by the brows alone; a face scored neutral may show any of them "
        "faintly, or disgust or contempt",
        "brows raised for emphasis look like surprise; while their owner talks they count for less",
        "where no jaw drop (AU26) is measured, lips far apart under raised brows stand for it unless "
        "their owner smiles",
        "a smile counts for less with raised inner brows, wide eyes or lowered brows, which occur in "
        "crying and fright; how much less is an assumption",
        "a mouth wide open without a measured cheek raiser (AU6), or inner brows raised over lowered "
        "lids, leave little of a smile: a roar of laughter or a blissful smile may be missed",
        "without a measured AU6, a grimace that draws the mouth wide is not told from a smile",
        "a display is not a feeling: smiles may be polite, posed or embarrassed",
        "the prototypes stem from posed expressions; their weights are our own",
    ),
)


class FacialExpression:
    """Composes basic expressions from action units, discounting the mouth of who talks."""

    tool: ClassVar[str] = "expression"
    engine: ClassVar[str] = "facs"
    modality: ClassVar[Modality] = Modality.FACE
    card: ClassVar[ModelCard] = CARD
    needs: ClassVar[tuple[str, ...]] = ("faces", "action_units", "active_speaker", "utterances")
    scope: ClassVar[Scope] = "windows"
    rank: ClassVar[int] = 10
    cost: ClassVar[float] = 0.0002

    def __init__(self, *, talking: float = TALKING) -> None:
        self._talking = talking

    def ready(self) -> None:
        """Nothing to check: it computes with findings."""

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Say per span and visible face what it shows.

        Args:
            clip: The decoded clip.
            spans: Where to look.
            known: Findings of ``action_units`` and ``active_speaker``.

        Returns:
            Evidence and gaps in time order, at least one per span.
        """
        units = select(known, tool="action_units", kind="action_unit")
        talking = [
            e
            for e in select(known, kind="speaking_face")
            if isinstance(e.reading, SpeakingFaceReading)
            and e.reading.speaking_score >= self._talking
        ]
        limits = [f for f in known if isinstance(f, Gap) and f.tool == "action_units"]
        coded = bool(units or limits)
        reasons = [g.reason for g in limits if g.code is GapCode.NOT_CREDIBLE]
        unmeasured = frozenset(re.findall(r"AU\d+", " ".join(reasons)))
        found: list[Finding] = []
        unseen = set(range(len(spans)))
        for track in clip.faces.tracks if clip.faces else ():
            assert clip.faces is not None
            samples = clip.faces.samples(track)
            own_units = _Timeline([e for e in units if e.subject == track])
            own_talking = _Timeline([e for e in talking if e.subject == track])
            own_limits = _Timeline([g for g in limits if g.subject == track])
            for place, span in enumerate(spans):
                first, end = np.searchsorted(samples.times_s, (span.start_s, span.end_s))
                if first == end:
                    continue
                unseen.discard(place)
                n_samples, own = int(end - first), own_units.during(span)
                unknown = own_limits.during(span)
                if gap := self._cannot(clip, span, track, n_samples, own, unknown, coded=coded):
                    found.append(gap)
                    continue
                steady = float(np.mean(samples.aligned[first:end]))
                speech = own_talking.during(span)
                share = STILL if clip.media.kind == "image" else min(1.0, n_samples / PLENTY)
                trust = share * (0.5 + 0.5 * steady)
                found.append(self._compose(span, track, own, speech, trust, unmeasured))
        found += [self._no_face(clip, spans[place]) for place in sorted(unseen)]
        found += self._untold(clip, unmeasured, select(found, kind="expression"), units)
        return sorted(found, key=lambda f: (f.start_s, f.end_s, f.subject))

    def _cannot(
        self,
        clip: Clip,
        span: TimeSpan,
        track: str,
        n_samples: int,
        own: Sequence[Evidence],
        unknown: Sequence[Gap],
        *,
        coded: bool,
    ) -> Gap | None:
        """Say why nothing can be said about a face that is there, if so."""
        if not coded:
            return self._gap(
                GapCode.NOT_LOOKED_AT, span, track,
                "nobody looked at the movements of this face",
                "Let the tool action_units run first.",
            )  # fmt: skip
        if n_samples < FEWEST and clip.media.kind != "image":
            return self._gap(
                GapCode.TOO_SHORT, span, track,
                f"the face is visible in {n_samples} sampled picture of this span only", "",
            )  # fmt: skip
        if unknown and not own:
            return self._gap(unknown[0].code, span, track, unknown[0].reason, unknown[0].remedy)
        return None

    def _compose(
        self,
        span: TimeSpan,
        track: str,
        own: Sequence[Evidence],
        speech: Sequence[Evidence],
        trust: float,
        unmeasured: frozenset[str],
    ) -> Evidence:
        spoken = min(1.0, sum(e.overlap_s(span) for e in speech) / span.duration_s)
        shown = strengths(span, own, spoken, unmeasured)
        scores = categories(shown, unmeasured)
        prototypes = {n: PROTOTYPES[n] for n, score in scores.items() if n != NEUTRAL and score}
        carrying = {au for p in prototypes.values() for au in {*p.weights, *p.against}}
        carrying |= {"AU43"} if CRYING in shown and CRYING in carrying else set()
        used = [e for e in own if e.reading.key in carrying]
        surest = max((e.score or 0.0 for e in used), default=NEUTRAL_MOST)
        return Evidence.of(
            tool=self.tool,
            engine=self.engine,
            modality=self.modality,
            card=self.card,
            span=span,
            subject=track,
            score=trust * surest,
            reading=ExpressionReading(
                scores=scores,
                valence=_placed((scores[n], p.valence) for n, p in prototypes.items()),
                arousal=_placed((scores[n], p.arousal) for n, p in prototypes.items()),
                basis=tuple(e.id for e in used),
                while_speaking=bool(speech),
            ),
        )

    def _untold(
        self,
        clip: Clip,
        unmeasured: frozenset[str],
        told: Sequence[Evidence],
        units: Sequence[Evidence],
    ) -> list[Finding]:
        """Name what cannot be told: unmeasured categories, and smiles from grimaces."""
        if not told:
            return []
        reasons = []
        names = [n for n, p in PROTOTYPES.items() if all(need & unmeasured for need in p.needs)]
        if names:
            reasons.append(
                f"{', '.join(names)} cannot be told from a face here, because their movements "
                "are not measured; neutral does not rule them out"
            )
        cheeks = {e.id for e in units if e.reading.key == "AU6"}
        if any(_smiles(e, without=cheeks) for e in told):
            reasons.append(
                "a grimace of pain, crying or disgust that draws the mouth wide cannot be told "
                "from a smile, because no cheek raiser (AU6) was measured with it"
            )
        remedy = "Use an engine with a full action unit or expression model."
        reason = "; ".join(reasons)
        return [self._gap(GapCode.NOT_CREDIBLE, clip.span, None, reason, remedy)] if reason else []

    def _no_face(self, clip: Clip, span: TimeSpan) -> Gap:
        if clip.media.video is None:
            return self._gap(GapCode.NO_STREAM, span, None, "there are no pictures", "")
        return self._gap(GapCode.NOTHING_THERE, span, None, "no face is visible", "")

    def _gap(
        self, code: GapCode, span: Spanned, track: str | None, reason: str, remedy: str
    ) -> Gap:
        subject = {} if track is None else {"subject": track}
        return Gap(
            tool=self.tool, code=code, start_s=span.start_s, end_s=span.end_s,
            reason=reason, remedy=remedy, **subject,
        )  # fmt: skip


def _placed(parts: Iterable[tuple[float, float]]) -> float | None:
    """Return where scored categories lie together; nothing where none is shown: that is not 0."""
    shown = [score * place for score, place in parts]
    return round(sum(shown), 3) if shown else None


def _smiles(evidence: Evidence, without: set[str]) -> bool:
    """Whether happiness, which always rests on AU12, is shown ``without`` this evidence."""
    reading = evidence.reading
    if not isinstance(reading, ExpressionReading):
        return False
    return reading.scores.get("happiness", 0.0) > 0.0 and without.isdisjoint(reading.basis)


class _Timeline(Generic[F]):
    """Findings that can be asked for by time many thousand times."""

    def __init__(self, findings: Sequence[F]) -> None:
        self._findings: Sequence[F] = findings
        self._starts_s = np.array([f.start_s for f in findings])
        self._ends_s = np.array([f.end_s for f in findings])

    def during(self, span: Spanned) -> list[F]:
        """Return those that share time with ``span``."""
        shared = (self._starts_s < span.end_s) & (self._ends_s > span.start_s)
        return [self._findings[i] for i in np.flatnonzero(shared).tolist()]
