"""Open the clip of a look: from what an earlier pass left, or by decoding, with what is missing.

Specialists are only ever given a ``Clip``; whether it was decoded now or kept from before cannot
be told from it. Opening is safe from several branches at once.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.graphs.state import Context, Event, Look
from emer.memory.look_store import KeptLook, LookKey
from emer.tools.findings import Gap
from emer.tools.media.faces import FaceStore
from emer.tools.media.info import MediaInfo
from emer.tools.media.intake import take_in
from emer.tools.specialist import Clip, PassSpecialist

if TYPE_CHECKING:
    from numpy.typing import NDArray

FACES: Final = "faces"
"""The tool that keeps the faces which others look at."""
SAME_PLACE: Final = 0.4
"""Overlap of two boxes (intersection over union) from which they are taken for one face."""


def key_of(media: MediaInfo, look: Look) -> LookKey:
    """Return under what a look's pass is kept."""
    part = look.part
    return LookKey(
        media_sha256=media.sha256,
        start_s=part.start_s if part else None,
        end_s=part.end_s if part else None,
        rate_hz=look.rate_hz,
    )


def kept(context: Context, media: MediaInfo, look: Look) -> KeptLook | None:
    """Return what an earlier pass over the same part left, if anything."""
    if context.looks is None:
        return None
    return context.looks.find(key_of(media, look), engines=_engines(context))


def _engines(context: Context) -> dict[str, str]:
    """Return who would look now: what another engine or revision has seen does not count."""
    return {t: f"{t}@{s.engine}@{s.card.revision}" for t, s in context.specialists.items()}


def watchers_of(context: Context, media: MediaInfo, tools: Iterable[str]) -> set[str]:
    """Return those of ``tools`` that look at pictures while they are decoded."""
    if media.video is None:
        return set()
    return {t for t in tools if isinstance(context.specialists.get(t), PassSpecialist)}


def required_by(context: Context, media: MediaInfo, tool: str) -> set[str]:
    """Return the watchers without whose pass ``tool`` cannot look: itself, and who keeps faces."""
    seen, queue = {tool}, [tool]
    while queue:
        specialist = context.specialists.get(queue.pop())
        for needed in specialist.needs if specialist else ():
            if needed not in seen:
                seen.add(needed)
                queue.append(needed)
    return watchers_of(context, media, seen & {tool, FACES})


def open_clip(
    context: Context, media: MediaInfo, looks: list[Look], look: Look, watchers: set[str]
) -> tuple[Clip, list[Gap]]:
    """Return the clip of ``look`` after a pass of (at least) ``watchers``.

    Args:
        context: Holds the clips that are open already.
        media: The file, as probed.
        looks: All looks so far; a later look's faces are named as in the first.
        look: One of them.
        watchers: Tools whose pass is needed; decoded again only for what is not there.

    Returns:
        The clip, and damage that decoding met (empty if nothing was decoded).

    Raises:
        MediaError: Nothing could be decoded.
        StorageError: The working folder is full or read-only.
    """
    with context.opening:
        clip = context.clips.get(look.number) or _opened_for_another(context, media, looks, look)
        damage: list[Gap] = []
        if clip is None and (left := kept(context, media, look)) is not None:
            folder = context.workspace / f"look-{look.number}"
            folder.mkdir(exist_ok=True)
            clip = left.clip(context.request.path, folder, context.request.language)
        missing = {w for w in watchers if clip is None or w not in clip.found}
        if FACES in watchers and clip is not None and clip.faces is None:
            missing.add(FACES)
        if clip is None or missing:
            clip, damage = _decode(context, media, look, missing, clip)
        if look.number and FACES not in look.tools and clip.faces is not None:
            clip = _named_as_first(context, media, clip, looks)
        least, most = context.request.speakers
        clip = replace(clip, min_speakers=look.min_speakers or least, max_speakers=most)
        context.clips[look.number] = clip
        return clip, damage


def _opened_for_another(
    context: Context, media: MediaInfo, looks: list[Look], look: Look
) -> Clip | None:
    own = key_of(media, look)
    alike = [x for x in looks if x.number in context.clips and key_of(media, x) == own]
    return context.clips[alike[0].number] if alike else None


def _decode(
    context: Context, media: MediaInfo, look: Look, watchers: set[str], clip: Clip | None
) -> tuple[Clip, list[Gap]]:
    folder = context.workspace / f"look-{look.number}-{len(list(context.workspace.iterdir()))}"
    folder.mkdir(exist_ok=True)
    start_s = look.span.start_s

    def progress(reached_s: float) -> None:
        context.emit(Event("decode", "progress", "", reached_s - start_s, look.span.duration_s))

    context.emit(Event("decode", "started", "", 0.0, look.span.duration_s))
    eyes = {
        tool: s
        for tool in sorted(watchers)
        if isinstance(s := context.specialists[tool], PassSpecialist)
    }
    fresh, report, damage = take_in(
        context.request.path, media, folder, rate_hz=look.rate_hz, span=look.part,
        watchers=eyes, language=context.request.language, progress=progress,
    )  # fmt: skip
    detail = f"{report.n_frames_sampled} pictures sampled" if eyes else "sound only"
    context.emit(Event("decode", "finished", detail, 1.0, 1.0))
    if clip is not None:  # what was there stays; only what was missing is added
        fresh = replace(clip, found={**clip.found, **fresh.found}, faces=fresh.faces or clip.faces)
    # A decoder that stalled on a busy machine, or a file that was written to meanwhile, says nothing
    # about the content by whose hash things are kept: whoever asks again may see more.
    if report.stopped or report.changed:
        context.not_kept.add(key_of(media, look))
    elif context.looks is not None:
        watched = {t: e for t, e in _engines(context).items() if t in fresh.found}
        context.looks.keep(key_of(media, look), fresh, damage, watched)
    return fresh, damage


def _named_as_first(context: Context, media: MediaInfo, clip: Clip, looks: list[Look]) -> Clip:
    """Name the faces of a closer look as the first look named them; others are left out."""
    first = context.clips.get(0)
    if first is None and (left := kept(context, media, looks[0])) is not None:
        # all that it showed was known, so that nobody has opened it
        folder = context.workspace / "look-0"
        folder.mkdir(exist_ok=True)
        first = left.clip(context.request.path, folder, context.request.language)
    if first is None or first.faces is None or clip.faces is None:
        return clip
    return replace(clip, faces=clip.faces.renamed(same_faces(first.faces, clip.faces)))


def same_faces(first: FaceStore, closer: FaceStore) -> dict[str, str]:
    """Match the tracks of two looks by where their boxes lie at the same times.

    Returns:
        Names in ``closer`` to names in ``first``; each is used once.
    """
    scores: list[tuple[float, str, str]] = []
    for name in closer.tracks:
        own = closer.samples(name)
        for other in first.tracks:
            known = first.samples(other)
            near = np.abs(own.times_s[None, :] - known.times_s[:, None])
            pairs = [(i, int(row.argmin())) for i, row in enumerate(near) if row.min() <= 0.1]
            if pairs:
                shared = [_overlap(known.boxes_px[i], own.boxes_px[j]) for i, j in pairs]
                scores.append((float(np.median(shared)), name, other))
    names: dict[str, str] = {}
    for score, name, other in sorted(scores, key=lambda s: (-s[0], s[1], s[2])):
        if score >= SAME_PLACE and name not in names and other not in names.values():
            names[name] = other
    return names


def _overlap(one: "NDArray[np.float32]", other: "NDArray[np.float32]") -> float:
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right = min(one[0] + one[2], other[0] + other[2])
    bottom = min(one[1] + one[3], other[1] + other[3])
    shared = max(0.0, float(right - left)) * max(0.0, float(bottom - top))
    total = float(one[2] * one[3] + other[2] * other[3]) - shared
    return shared / total if total > 0 else 0.0
