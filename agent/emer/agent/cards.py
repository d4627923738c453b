"""Write the model cards of the installed specialists as Markdown: `python -m emer.agent.cards`."""

import sys
from itertools import groupby

from emer.tools.findings import ModelCard
from emer.tools.registry import installed
from emer.tools.specialist import Specialist


def cards_page() -> str:
    """Return the page: a table of all built-in engines, then their cards, tool by tool."""
    specialists = [e.specialist for e in installed() if e.specialist is not None]
    own = [s for s in specialists if type(s).__module__.startswith("emer.tools.")]
    own.sort(key=lambda s: (s.tool, s.rank, s.engine))
    rows = [
        f"| [{s.tool}](#{s.tool}) | {s.engine} | {s.card.purpose} | {s.card.licence} |" for s in own
    ]
    head = [
        "# Specialists and their model cards",
        "",
        "Written by `python -m emer.agent.cards`; do not edit by hand. Of the engines of a tool that"
        " can run here, the one with the highest rank does, unless the settings name another.",
        "",
        "| tool | engine | answers | licence |",
        "|---|---|---|---|",
    ]
    cards = [
        line for _, engines in groupby(own, key=lambda s: s.tool) for line in _tool(list(engines))
    ]
    return "\n".join([*head, *rows, *cards]) + "\n"


def _tool(engines: list[Specialist]) -> list[str]:
    """Return one heading for a tool, and the cards of its engines below it, by their rank."""
    return ["", f"## {engines[0].tool}", *(line for s in engines for line in _card(s))]


def _card(specialist: Specialist) -> list[str]:
    card = specialist.card
    commercial = "yes" if card.commercial_use else "no"
    facts = {
        "rank": str(specialist.rank),
        "model": f"{card.name}, revision `{card.revision}`",
        "reads": card.inputs,
        "returns": card.outputs,
        "needs": ", ".join(specialist.needs) or "nothing",
        "licence": f"{card.licence}; commercial use: {commercial}",
        "source": card.source,
        "trained on": card.trained_on,
        "split": card.split,
        "measured": card.metrics,
        "calibration": card.calibration,
        "training": _training(card),
    }
    lines = ["", f"### {specialist.engine}", "", card.purpose, ""]
    lines += [f"- **{name}:** {' '.join(text.split())}" for name, text in facts.items() if text]
    lines += ["- **limits:**", *(f"  - {limit}" for limit in card.limits)]
    return lines


def _training(card: ModelCard) -> str:
    made = f"`{card.training}`" if card.training.startswith("python ") else card.training
    return f"{made}, {card.date}" if card.date else made


if __name__ == "__main__":
    sys.stdout.write(cards_page())
