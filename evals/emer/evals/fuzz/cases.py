"""Number all cases: who knows the seed of chance and a number can make that one file again.

Reads    seeds, handmade files, special situations, a folder to write to
Returns  ``Plan``: as many ``Case`` values as asked for, and how to lay each out

Numbers begin with the special situations and the handmade files; then seeds and mutations follow
in an order that does not depend on how many cases are asked for.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from emer.evals.fuzz.handmade import CANARY, Expected, Handmade, handmade
from emer.evals.fuzz.headers import wav
from emer.evals.fuzz.mutations import MUTATIONS, OFTEN, ONCE, material
from emer.evals.fuzz.seeds import Seed
from emer.evals.fuzz.special import Special, special_cases

_ENDINGS: Final = (".mp4", ".wav", ".png", ".mp3", ".txt", ".srt", ".webm", "")


@dataclass(frozen=True, slots=True)
class Case:
    """One file to try."""

    number: int
    container: str
    mutation: str
    name: str
    """Of the seed, the handmade file or the situation."""
    expected: Expected
    round: int = 0


@dataclass(frozen=True, slots=True)
class Laid:
    """A case that lies on disk."""

    path: Path
    between: Callable[[Path], None]


class Plan:
    """The cases of one run."""

    def __init__(self, seeds: Sequence[Seed], n_cases: int, *, chance: int, folder: Path) -> None:
        """Number the cases.

        Args:
            seeds: What is mutated; written to ``folder`` when first needed.
            n_cases: How many cases, the special and handmade ones included.
            chance: Seed of all random numbers.
            folder: Where seeds are kept.
        """
        self._seeds = {s.name: s for s in seeds}
        self._names = list(self._seeds)
        self._special = {s.name: s for s in special_cases()}
        self._handmade = {h.name: h for h in handmade()}
        self._chance = chance
        self._folder = folder
        self._raw: dict[str, bytes] = {}
        self.cases = [c for c, _ in zip(self._all(), range(n_cases), strict=False)]

    def _all(self) -> Iterator[Case]:
        numbers = count()
        for special in self._special.values():
            group = special.name.partition("-")[0] if special.name.startswith("name-") else "path"
            yield Case(next(numbers), "special", group, special.name, special.expected)
        for made in self._handmade.values():
            yield Case(next(numbers), "handmade", made.group, made.name, made.expected)
        if not self._seeds:
            return
        for turn in count():
            for mutation in MUTATIONS:
                for again in range(OFTEN.get(mutation, 1)):
                    if turn and mutation in ONCE:
                        continue
                    for seed in self._seeds.values():
                        whole = mutation in ONCE and not seed.odd
                        yield Case(
                            next(numbers), seed.container, mutation, seed.name,
                            "decoded" if whole else "any", turn * OFTEN.get(mutation, 1) + again,
                        )  # fmt: skip

    def lay(self, case: Case, folder: Path, stack: ExitStack) -> Laid:
        """Make the file of ``case`` in ``folder``, which is empty; what is started ends with ``stack``."""
        (folder / CANARY).write_bytes(wav())
        if case.container == "special":
            special: Special = self._special[case.name]
            return Laid(special.lay(folder, stack), special.between)
        if case.container == "handmade":
            return Laid(self._write_handmade(self._handmade[case.name], folder), _leave)
        rng = random.Random(f"{self._chance}/{case.number}")
        seed = self._seeds[case.name]
        other = self._bytes(rng.choice(self._names))
        data = MUTATIONS[case.mutation](
            material(self._bytes(seed.name), seed.container, other, case.round), rng
        )
        suffix = seed.suffix
        if case.mutation == "wrong extension":
            suffix = rng.choice([e for e in _ENDINGS if e != suffix])
        path = folder / f"clip-{case.number}{suffix}"
        path.write_bytes(data)
        return Laid(path, _leave)

    def _write_handmade(self, made: Handmade, folder: Path) -> Path:
        path = folder / made.name
        path.write_bytes(made.content())
        for ending, content in made.sidecars:
            path.with_suffix(ending).write_bytes(content())
        return path

    def _bytes(self, name: str) -> bytes:
        if name not in self._raw:
            seed = self._seeds[name]
            path = self._folder / f"{name}{seed.suffix}"
            if not path.exists():
                seed.write(path)
            self._raw[name] = path.read_bytes()
        return self._raw[name]


def _leave(path: Path) -> None:
    """Do nothing to the file."""
