"""What a report tells, without the numbers that its claims happen to have."""


def account(report):
    """Return the explanation with claims called by their places."""
    told = report.explanation.model_dump()
    place = {c["id"]: i for i, c in enumerate(told["claims"])}
    for claim in told["claims"]:
        claim["id"] = place[claim["id"]]
        claim["rests_on"] = [place[name] for name in claim["rests_on"]]
    return told
