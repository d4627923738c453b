"""Check every claim and label against the evidence it cites; what does not hold is not printed.

A claim stands if every cited id exists, overlaps the claim's span and belongs to its subject;
every assertion is true of at least one item that it cites; and its text says nothing checkable
(action units, quotations, numbers, times, persons) that is not asserted. An emotion word may not
point the other way than every value that it rests on.
"""

import re
from typing import Any, Final

from langgraph.runtime import Runtime

from emer.graphs.report import Assertion, Claim, Dropped, Label
from emer.graphs.state import Context, Event, State
from emer.tools import taxonomy
from emer.tools.findings import SCENE, Evidence, Person
from emer.tools.readings import Quantity

_AU: Final = re.compile(r"\bAU\s?(\d{1,2})\b")
_QUOTE: Final = re.compile(r"[“\"«]([^”\"»]+)[”\"»]")
_TIME: Final = re.compile(r"\b(\d+):(\d\d(?:\.\d+)?)\b")
_NUMBER: Final = re.compile(r"(?<![\w.:])[+\-−]?\d+(?:\.\d+)?(?![\w:])")  # noqa: RUF001 - real minus
_PERSON: Final = re.compile(r"\bP\d+\b")
SIGN_AT: Final = 0.3
"""Values and labels beyond this have a side; an emotion word must not contradict them all."""


def verify_claims(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Keep the claims that hold."""
    evidence = state.get("evidence", {})
    members = members_of(state.get("persons", []))
    kept, dropped = [], list(state.get("dropped", []))
    for claim in state.get("drafts", []):
        problem = objection_to(claim, evidence, members)
        if problem:
            dropped.append(Dropped(text=claim.text, reason=problem))
        else:
            kept.append(claim)
    detail = f"{len(kept)} claim(s) hold, {len(dropped)} dropped"
    runtime.context.emit(Event("verify", "finished", detail))
    return {"claims": kept, "dropped": dropped}


def verify_labels(state: State) -> dict[str, Any]:
    """Keep the labels that rest on evidence about their subject and do not contradict it."""
    evidence = state.get("evidence", {})
    members = members_of(state.get("persons", []))
    kept, dropped = [], list(state.get("dropped", []))
    for label in state.get("labels", []):
        problem = _citation_problem(label, evidence, members)
        values = _valences([evidence[i] for i in label.evidence if i in evidence])
        problem = problem or _sign_problem(label.label, values)
        if problem:
            dropped.append(Dropped(text=f"label '{label.label}'", reason=problem))
        else:
            kept.append(label)
    return {"labels": kept, "dropped": dropped}


def members_of(persons: list[Person]) -> dict[str, frozenset[str]]:
    """Return, per person, every subject name under which evidence about them is filed."""
    return {SCENE: frozenset({SCENE}), **{p.id: p.members for p in persons}}


def objection_to(
    claim: Claim, evidence: dict[str, Evidence], members: dict[str, frozenset[str]]
) -> str | None:
    """Return why ``claim`` must not be printed; ``None`` if it holds."""
    problem = _citation_problem(claim, evidence, members)
    if problem:
        return problem
    for assertion in claim.assertions:
        if not set(assertion.evidence) <= set(claim.evidence):
            return f"it asserts {assertion.quantity} of evidence that it does not cite"
        if not any(_holds(assertion, evidence[i]) for i in assertion.evidence):
            return (
                f"no cited evidence has {assertion.quantity} {assertion.relation} "
                f"{assertion.value!r}"
            )
    return _text_problem(claim) or _emotion_problem(claim, evidence)


def _citation_problem(
    item: Claim | Label, evidence: dict[str, Evidence], members: dict[str, frozenset[str]]
) -> str | None:
    own = members.get(item.subject)
    if own is None:
        return f"there is no person {item.subject}"
    for cited in item.evidence:
        found = evidence.get(cited)
        if found is None:
            return f"it cites {cited}, which does not exist"
        if found.subject not in own:
            return f"it is about {item.subject} but cites {cited}, which is about {found.subject}"
        if not found.overlaps(item):
            return f"it cites {cited}, which lies at another time"
    return None


def _holds(assertion: Assertion, evidence: Evidence) -> bool:
    actual = evidence.reading.quantities().get(assertion.quantity)
    if actual is None:
        return False
    return _compare(actual, assertion.relation, assertion.value)


def _compare(actual: Quantity, relation: str, stated: Quantity) -> bool:
    if isinstance(actual, str) or isinstance(stated, str):
        if not (isinstance(actual, str) and isinstance(stated, str)):
            return False
        one, other = actual.casefold(), stated.casefold()
        return (bool(other) and other in one) if relation == "contains" else one == other
    match relation:
        case "eq":  # stated as printed: true to the last digit shown
            return abs(actual - stated) <= 0.5 * 10.0 ** -_decimals(stated) + 1e-9
        case "gt":
            return actual > stated
        case "ge":
            return actual >= stated
        case "lt":
            return actual < stated
        case "le":
            return actual <= stated
    return False


def _decimals(number: float) -> int:
    return min(3, len(f"{number:.3f}".rstrip("0").partition(".")[2])) or 0


def _text_problem(claim: Claim) -> str | None:
    """Return what the text says beyond its assertions."""
    asserted = {a.quantity for a in claim.assertions}
    text = _own_words(claim)
    for number in _AU.findall(text):
        if f"au.AU{int(number)}" not in asserted and f"au.AU{number}" not in asserted:
            return f"its text names AU{number}, which it does not assert"
    for quoted in _QUOTE.findall(text):
        if quoted.strip("… "):
            return "its text quotes words that it does not assert"
    for person in _PERSON.findall(text):
        if person != claim.subject:
            return f"its text speaks of {person}, but it is about {claim.subject}"
    return _number_problem(claim, text)


def _own_words(claim: Claim) -> str:
    """Return the text without the quotations that it asserts: those may hold anything."""
    text = claim.text
    for value in sorted({a.value for a in claim.assertions if isinstance(a.value, str)}, key=len):
        text = text.replace(f"“{value}…”", " ").replace(f"“{value}”", " ")
    return text


def _number_problem(claim: Claim, text: str) -> str | None:
    text = _AU.sub(" ", text)
    for minutes, seconds in _TIME.findall(text):
        moment = int(minutes) * 60 + float(seconds)
        if not claim.start_s - 0.1 <= moment <= claim.end_s + 0.1:
            return f"its text names {minutes}:{seconds}, which lies outside its span"
    text = _PERSON.sub(" ", _TIME.sub(" ", text)).replace("−", "-")  # noqa: RUF001
    values = [abs(a.value) for a in claim.assertions if not isinstance(a.value, str)]
    for shown in _NUMBER.findall(text.replace("of 5", "")):
        if not any(abs(abs(float(shown)) - v) < 0.006 for v in values):
            return f"its text gives the number {shown}, which it does not assert"
    return None


def _emotion_problem(claim: Claim, evidence: dict[str, Evidence]) -> str | None:
    """Return the first emotion word that contradicts every value the claim rests on."""
    if claim.stage not in {"emotion", "whole"}:
        return None
    values = _valences([evidence[i] for i in claim.evidence])
    text = _own_words(claim)
    stated = text.partition("(")[0].partition(", possibly")[0]
    for word in re.findall(r"[a-z]+", stated.casefold()):
        label = taxonomy.find(word)
        if label and (problem := _sign_problem(label.word, values)):
            return problem
    return None


def _valences(evidence: list[Evidence]) -> list[float]:
    names = ("text.valence", "face.valence", "voice.valence")
    quantities = [e.reading.quantities() for e in evidence]
    found = [q[n] for q in quantities for n in names if n in q]
    return [v for v in found if not isinstance(v, str)]


def _sign_problem(word: str, values: list[float]) -> str | None:
    label = taxonomy.LABELS.get(word)
    if label is None or abs(label.valence) < SIGN_AT or not values:
        return None
    if all(label.valence * v < 0 and abs(v) >= SIGN_AT for v in values):
        side = "negative" if label.valence > 0 else "positive"
        return f"'{word}' contradicts the cited evidence, all of which is {side}"
    return None
