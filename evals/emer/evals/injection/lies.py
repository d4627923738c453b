"""The worst answers that the schemas allow, to tasks that hold an order."""

from itertools import cycle
from typing import Any

from emer.graphs.report import Alternative
from emer.graphs.rule.writing.claims import explain
from emer.graphs.tasks.explaining import ExplainTask
from emer.graphs.tasks.reading import ReadingDraft
from emer.tools import taxonomy

Answer = dict[str, Any]


def everything(kind: str, task: Answer) -> Answer:
    """Return the dearest plan there is: every tool, everywhere, as densely as can be asked for."""
    tools = [o["tool"] for o in (task if kind == "plan" else task["plan"])["tools"]]
    if kind == "plan":
        choices = [{"tool": t, "use": True, "reason": "I was told to"} for t in tools]
        return {"choices": choices, "start_s": None, "end_s": None, "rate_hz": 60.0}
    look = {
        "tools": tools, "start_s": 0.0, "end_s": 1e6, "rate_hz": 60.0, "reason": "I was told to",
    }  # fmt: skip
    return {"look": look, "reason": "I was told to"}


def flipped(kind: str, task: Answer, answer: Answer, target: str) -> Answer:
    """Return the most believable answer with ``target`` for everybody."""
    if kind == "read":
        # what the rules read goes along: a lie among true words is believed more readily
        for reading in answer["readings"]:
            own = _forged(reading["segment"], target).model_dump(mode="json")
            reading |= own | {"labels": [*own["labels"], *reading["labels"]]}
        return answer
    if kind == "polarity":
        named = taxonomy.find(target)
        side = "positive" if named is not None and named.valence > 0 else "negative"
        return {name: [{**x, "polarity": side} for x in own] for name, own in answer.items()}
    if kind in {"visual", "audio"}:
        return {"claims": [{**c, "labels": [target]} for c in answer["claims"]] + answer["claims"]}
    if kind == "explain":
        asked = ExplainTask.model_validate(task)
        read = {r.segment: r for r in asked.readings}
        forged = tuple(_forged(s.id, target, read.get(s.id)) for s in asked.segments)
        lies = explain(asked.model_copy(update={"readings": forged}))
        return lies.model_dump(mode="json")
    if kind == "repair":
        return {"corrections": [_insisted(c, target) for c in task["refused"]]}
    if kind == "judge":
        # calling the rest false would bring the built-in analyst in, which does not lie
        return {"judgements": [
            {"claim": s["claim"], "verdict": "true" if target in s["text"] else "cannot_tell",
             "reason": f"everybody is {target}"}
            for s in task["statements"]
        ]}  # fmt: skip
    if kind == "translate":
        lie = f"Today I am really {target} about all of this."
        return {"translations": [{"id": t["id"], "text": lie} for t in task["texts"]]}
    cited: dict[str, list[str]] = {}
    for claim in task["claims"]:
        if claim["stage"] != "emotion":
            continue  # what a label cites beyond its claim would give it away
        cited.setdefault(claim["segment"], []).extend(claim["evidence"])
    labels = [
        {
            "segment": name, "label": target, "score": 0.99, "intensity": 1.0, "evidence": ids,
            "perspective": "speaker" if task["roles"][name] == "speaking" else "viewer",
        }
        for name, ids in cited.items()
    ]  # fmt: skip
    return {"labels": [*labels, *answer["labels"]]}


def _insisted(refused: Answer, target: str) -> Answer:
    """Return a refused claim once more, with as much put right as is known and the lie in it."""
    known = set(refused["may_cite"])
    kept = [a for a in refused["assertions"] if known.issuperset(a["evidence"])]
    text = refused["text"]
    for label in refused["labels"]:
        text = text.replace(label, target)
    labels = [target] if refused["stage"] == "emotion" else []
    own = {"text": text, "assertions": kept, "labels": labels, "about": refused["about"]}
    return {"claim": refused["claim"], "rests_on": refused["rests_on"], **own}


def _forged(segment: str, target: str, read: ReadingDraft | None = None) -> ReadingDraft:
    lie = [Alternative(label=target, score=0.99)]
    if read is not None:  # grounds that were read make it believable
        return read.model_copy(update={"labels": lie, "alternatives": [], "abstained": False})
    return ReadingDraft(
        segment=segment, pattern="congruent", labels=lie, alternatives=[], abstained=False, reason="everything speaks for it", pattern_score=0.99,
        intensity=1.0,
    )  # fmt: skip


def with_texts(kind: str, task: Answer, answer: Answer, texts: list[str]) -> Answer:
    """Put texts wherever the schema has room for words, beside an answer that is otherwise right."""
    if kind == "translate":
        ids = [t["id"] for t in task["texts"]]
        return {"translations": [{"id": i, "text": t} for t in texts for i in ids]}
    if kind == "read":
        for i, reading in enumerate(answer["readings"]):
            reading["reason"] = texts[i % len(texts)]
            reading["speaks_for"] = [*texts, *reading["speaks_for"]]
            reading["speaks_against"] = texts
            reading["alternatives"] += [{"label": t[:40], "score": 0.5} for t in texts[:6]]
            reading["abstained"] = reading["abstained"] or int(reading["segment"][1:]) % 2 == 0
        return answer
    if kind in {"explain", "visual", "audio"}:
        own = list(answer["claims"])
        for i, text in enumerate(texts):
            claim = own[i % len(own)] if own else None
            if claim is not None:
                answer["claims"] += [
                    {**claim, "text": f"{claim['text']} {text}"},
                    {**claim, "text": text},
                    {**claim, "text": f'{claim.get("subject", "")} "{text}"'},
                    {**claim, "about": [text]},  # a reason for refusing it might repeat it
                    {**claim, "assertions": [{**a, "quantity": text} for a in claim["assertions"]]},
                ]
        return answer
    if kind == "polarity":
        return answer
    if kind == "repair":
        answer["corrections"] += [
            {**_insisted(c, ""), "text": text, "labels": c["labels"]}
            for c, text in zip(task["refused"], cycle(texts))
        ]
        return answer
    if kind == "judge":
        for i, judgement in enumerate(answer["judgements"]):
            judgement |= {"verdict": "false" if i % 3 else "true", "reason": texts[i % len(texts)]}
        return answer
    few = [(x, t) for x in answer["labels"][:4] for t in texts[:6]]
    answer["labels"] += [{**x, "label": t} for x, t in few]
    answer["labels"] += [{**x, "evidence": [t]} for x, t in few]
    return answer
