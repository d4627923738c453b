"""Speech recognition with faster-whisper, from weights that are already on this disk.

Reads    16 kHz mono sound where somebody speaks
Returns  ``Heard`` segments with word times, those that are not credible marked
Cost     about 5 s to load; a tenth to twice the length of the speech on a CPU, by model size
Source   Radford et al. 2023, arXiv:2212.04356; https://github.com/SYSTRAN/faster-whisper

The model lives in a process of its own (``loaders.whisper``), which returns what it heard; what of
that is credible, and where on the media's clock it belongs, is decided here.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, Final

from emer.tools.errors import ToolUnavailable
from emer.tools.findings import TimeSpan
from emer.tools.hosting.gpus import memory_mb, settled
from emer.tools.hosting.host import Host, Limits, hosted
from emer.tools.hosting.items import Item, Lost, Message
from emer.tools.media.soundtrack import Soundtrack
from emer.tools.media.subtitles import clean
from emer.tools.quiet_points import quietest_s
from emer.tools.readings import Word
from emer.tools.whisper_weights import WhisperWeights

LOADER: Final = "emer.tools.loaders.whisper:load"
WINDOW_S: Final = 30.0
"""What Whisper hears at once; longer chunks are no part of a batch."""
BATCH_ON_GPU: Final = 8
BATCH_ON_CPU: Final = 2
"""Chunks at once. Each takes 0.5 GB beside the largest weights in single precision."""
SMALL_GPU_MB: Final = 6000
"""On a smaller one the weights are kept in 8 bits."""
BESIDE_WEIGHTS_MB: Final = 1000
LONGEST_BATCH_S: Final = 3600.0
"""Five minutes of speech, large weights, one slow core."""
CHUNK_S: Final = 28.0
"""Whisper hears 30 s at a time; neighbouring stretches of speech share a chunk."""
LONGEST_CHUNK_S: Final = 300.0
MARGIN_S: Final = 0.2
MAX_NO_SPEECH: Final = 0.6
MIN_LOGPROB: Final = -1.0
MAX_COMPRESSION: Final = 2.4
"""Radford et al. 2023, section 4.5: signs of invented or looping text."""
MAX_NEW_TOKENS: Final = 224
"""Half of Whisper's context, as in its own decoder: 30 s of the fastest speech need fewer."""
MAX_REPEATS: Final = 2
"""The same segment more often in a row is a loop."""
SLACK_S: Final = 0.3
"""Word times of Whisper are this loose; a word farther from all speech was invented."""
LEAST_S: Final = 0.02
"""Resolution of Whisper's times."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One recognised segment, on the media's clock."""

    start_s: float
    end_s: float
    text: str
    language: str
    words: tuple[Word, ...]
    score: float
    doubt: str = ""
    """Why it is not credible; empty if it is."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A stretch that was lost on the way, on the media's clock."""

    start_s: float
    end_s: float
    lost: Lost


class Whisper:
    """A model that is loaded in a process of its own, see ``loaders.whisper``."""

    def __init__(self, weights: WhisperWeights, *, device: str = "auto") -> None:
        """Load ``weights`` on ``device``: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``.

        Raises:
            ToolUnavailable: They cannot be loaded on this device. A GPU that nobody asked for by
                name and that cannot run them is no error: they run on the CPU, see ``note``.
        """
        self.weights = weights
        self.note: tuple[str, str] | None = None
        """Why it does not run where it should, and what to do about it."""
        where = settled(device)
        self._host = _host(weights, where)
        try:
            self.facts = self._host.facts()
        except ToolUnavailable as problem:
            if device != "auto" or where == "cpu":
                raise
            self.note = (f"{problem.reason}; the CPU recognised the speech instead", problem.remedy)
            self._host = _host(weights, "cpu")
            self.facts = self._host.facts()

    def listen(
        self, track: Soundtrack, speech: list[TimeSpan], language: str | None
    ) -> Iterator[Heard | Missed]:
        """Transcribe ``speech`` of ``track``, in time order.

        Args:
            track: The soundtrack.
            speech: Stretches of speech in time order, without overlap.
            language: Two-letter code, else it is detected once, where speech is longest.
        """
        chunks = list(chunked(speech, track))
        if language is None or language not in self.facts["languages"]:
            detected = self._detected(track, chunks)
            if isinstance(detected, Lost):
                yield from (Missed(c.start_s, c.end_s, detected) for c in chunks)
                return
            language = detected
        yield from without_loops(self._written(track, chunks, speech, language))

    def _detected(self, track: Soundtrack, chunks: list[TimeSpan]) -> str | Lost:
        longest = max(chunks, key=lambda c: c.duration_s)
        (answer,) = self._host.ask([Item({"task": "detect"}, {"sound": track.read(longest)})])
        return answer if isinstance(answer, Lost) else str(answer["language"])

    def _written(
        self, track: Soundtrack, chunks: list[TimeSpan], speech: list[TimeSpan], language: str
    ) -> Iterator[Heard | Missed]:
        most = BATCH_ON_GPU if self._host.device != "cpu" else BATCH_ON_CPU
        facts = {
            "task": "write", "language": language, "max_new_tokens": MAX_NEW_TOKENS,
            "max_no_speech": MAX_NO_SPEECH, "min_logprob": MIN_LOGPROB,
            "max_compression": MAX_COMPRESSION,
        }  # fmt: skip
        for group in together(chunks, most):
            items = [Item(facts, {"sound": track.read(c)}) for c in group]
            answers = self._host.ask(items, batches=[list(range(len(items)))])
            for chunk, answer in zip(group, answers, strict=True):
                if isinstance(answer, Lost):
                    yield Missed(chunk.start_s, chunk.end_s, answer)
                    continue
                here = [s for s in speech if s.overlaps(chunk)]
                for told in answer["segments"]:
                    for heard in heard_of(_segment(told), chunk, language):
                        if (kept := _inside(heard, here)) is not None:
                            yield kept


def without_loops(found: Iterable[Heard | Missed]) -> Iterator[Heard | Missed]:
    """Mark what is said again and again in a row as not credible."""
    before: list[str] = []
    for one in found:
        if isinstance(one, Missed):
            yield one
            continue
        folded = "".join(c for c in one.text.casefold() if c.isalnum())
        loop = before[-MAX_REPEATS:] == [folded] * MAX_REPEATS
        before = [*before[-MAX_REPEATS:], folded]
        yield replace(one, doubt="it repeats itself") if loop else one


def together(chunks: Iterable[TimeSpan], most: int) -> Iterator[list[TimeSpan]]:
    """Yield chunks that go into one batch, in time order; a long one goes by itself."""
    group: list[TimeSpan] = []
    for chunk in chunks:
        long = chunk.duration_s > WINDOW_S
        if group and (long or len(group) == most):
            yield group
            group = []
        if long:
            yield [chunk]
        else:
            group.append(chunk)
    if group:
        yield group


def _host(weights: WhisperWeights, device: str) -> Host:
    size_mb = (weights.folder / "model.bin").stat().st_size >> 20
    compute = "int8"
    if device != "cpu":
        small = (memory_mb(device) or SMALL_GPU_MB) < SMALL_GPU_MB
        compute = "int8_float16" if small else "float16"
    options = {
        "folder": str(weights.folder), "name": weights.name, "device": device,
        "compute_type": compute,
    }  # fmt: skip
    limits = Limits(needs_mb=BESIDE_WEIGHTS_MB + 2 * size_mb, batch_s=LONGEST_BATCH_S)
    return hosted("asr", LOADER, options, limits)


def _segment(told: Message) -> SimpleNamespace:
    words = [SimpleNamespace(**w) for w in told["words"]]
    return SimpleNamespace(**{**told, "words": words})


def heard_of(
    segment: Any,  # noqa: ANN401 - faster-whisper carries no types
    chunk: TimeSpan,
    language: str,
) -> Iterator[Heard]:
    """Bring one segment of faster-whisper onto the media's clock; nothing if it holds no word."""
    last_s = chunk.start_s
    words: list[Word] = []
    pieces: list[str] = []
    for word in segment.words or ():
        start_s = min(max(last_s, chunk.start_s + float(word.start)), chunk.end_s)
        end_s = last_s = min(max(start_s, chunk.start_s + float(word.end)), chunk.end_s)
        if text := readable(word.word):
            score = min(1.0, max(0.0, float(word.probability)))
            words.append(Word(text=text, start_s=start_s, end_s=end_s, score=score))
            pieces.append(word.word)
    text = readable("".join(pieces)) if words else readable(segment.text)
    start_s = words[0].start_s if words else chunk.start_s + float(segment.start)
    end_s = words[-1].end_s if words else chunk.start_s + float(segment.end)
    start_s = max(chunk.start_s, start_s)
    end_s = min(chunk.end_s, max(end_s, start_s + LEAST_S))
    if not text or end_s - start_s < LEAST_S / 2:
        return
    score = math.exp(min(0.0, float(segment.avg_logprob)))
    doubt = _doubt(segment)
    yield Heard(start_s, end_s, text, language, tuple(words), score, doubt)


def readable(raw: str) -> str:
    """Return ``raw`` without control characters and without the remains of split characters."""
    return clean(raw.replace("\ufffd", ""))


def _doubt(segment: Any) -> str:  # noqa: ANN401
    if float(segment.compression_ratio) > MAX_COMPRESSION:
        return "it repeats itself"
    if float(segment.avg_logprob) < MIN_LOGPROB:
        silent = float(segment.no_speech_prob) > MAX_NO_SPEECH
        return "it is probably no speech" if silent else "the recogniser itself finds it unlikely"
    return ""


def _inside(heard: Heard, speech: Iterable[TimeSpan]) -> Heard | None:
    """Drop words that lie outside all speech; ``None`` if no word is left."""
    near = [(s.start_s - SLACK_S, s.end_s + SLACK_S) for s in speech]

    def spoken(start_s: float, end_s: float) -> bool:
        return any(a <= (start_s + end_s) / 2 <= b for a, b in near)

    if not heard.words:
        return heard if spoken(heard.start_s, heard.end_s) else None
    kept = tuple(w for w in heard.words if spoken(w.start_s, w.end_s))
    if len(kept) == len(heard.words):
        return heard
    if not kept or kept[-1].end_s - kept[0].start_s < LEAST_S / 2:
        return None
    glue = " " if " " in heard.text else ""
    text = glue.join(w.text for w in kept)
    return Heard(
        kept[0].start_s, kept[-1].end_s, text, heard.language, kept, heard.score, heard.doubt
    )


def chunked(speech: Iterable[TimeSpan], track: Soundtrack) -> Iterator[TimeSpan]:
    """Group neighbouring stretches into chunks with a margin, none longer than five minutes."""
    groups: list[TimeSpan] = []
    for span in (p for s in speech for p in _halved(s, track)):
        if groups and span.end_s - groups[-1].start_s <= CHUNK_S:
            groups[-1] = TimeSpan(start_s=groups[-1].start_s, end_s=span.end_s)
        else:
            groups.append(span)
    for k, group in enumerate(groups):
        least_s = groups[k - 1].end_s if k else track.start_s
        most_s = groups[k + 1].start_s if k + 1 < len(groups) else track.end_s
        start_s = max(least_s, track.start_s, group.start_s - MARGIN_S)
        end_s = min(most_s, track.end_s, group.end_s + MARGIN_S)
        if end_s > start_s:
            yield TimeSpan(start_s=start_s, end_s=end_s)


def _halved(span: TimeSpan, track: Soundtrack) -> Iterator[TimeSpan]:
    while span.duration_s > LONGEST_CHUNK_S:
        last_s = span.start_s + LONGEST_CHUNK_S
        cut_s = quietest_s(track, last_s - CHUNK_S, last_s)
        yield TimeSpan(start_s=span.start_s, end_s=cut_s)
        span = TimeSpan(start_s=cut_s, end_s=span.end_s)
    yield span
