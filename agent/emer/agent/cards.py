"""Write the model cards of the installed specialists as Markdown: `python -m emer.agent.cards`."""

import sys

from emer.tools.findings import ModelCard
from emer.tools.registry import installed
from emer.tools.specialist import Specialist


def cards_page() -> str:
    """Return the page: a table of all built-in specialists, then one card each."""
    specialists = [e.specialist for e in installed() if e.specialist is not None]
    own = [s for s in specialists if type(s).__module__.startswith("emer.tools.")]
    rows = [
        f"| [{s.tool}](#{_title(s, own).replace(' ', '-')}) | {s.engine} | {s.card.purpose} | "
        f"{s.card.licence} |"
        for s in own
    ]
    head = [
        "# Specialists and their model cards",
        "",
        "Written by `python -m emer.agent.cards`; do not edit by hand.",
        "",
        "| tool | engine | answers | licence |",
        "|---|---|---|---|",
    ]
    return (
        "\n".join([*head, *rows, *(line for s in own for line in _card(s, _title(s, own)))]) + "\n"
    )


def _title(specialist: Specialist, own: list[Specialist]) -> str:
    """Return the heading of its card: with the engine where a tool has several."""
    several = sum(s.tool == specialist.tool for s in own) > 1
    return f"{specialist.tool} {specialist.engine}" if several else specialist.tool


def _card(specialist: Specialist, title: str) -> list[str]:
    card = specialist.card
    commercial = "yes" if card.commercial_use else "no"
    facts = {
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
    lines = ["", f"## {title}", "", card.purpose, ""]
    lines += [f"- **{name}:** {' '.join(text.split())}" for name, text in facts.items() if text]
    lines += ["- **limits:**", *(f"  - {limit}" for limit in card.limits)]
    return lines


def _training(card: ModelCard) -> str:
    made = f"`{card.training}`" if card.training.startswith("python ") else card.training
    return f"{made}, {card.date}" if card.date else made


if __name__ == "__main__":
    sys.stdout.write(cards_page())
