"""The tools as bare schemas, in the forms that programs of others expect."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from emer.agent.toolbox.offers import OFFERS, Offer

Schema = dict[str, Any]


@cache
def input_schema(offer: Offer) -> Schema:
    """Return the JSON schema of what a tool takes."""
    return {**offer.args.model_json_schema(), "title": offer.name}


@cache
def output_schema(offer: Offer) -> Schema:
    """Return the JSON schema of what a tool answers."""
    return offer.result.model_json_schema(mode="serialization")


def as_json(offer: Offer) -> Schema:
    """Return a tool with the schemas of both sides."""
    return {
        "name": offer.name, "description": offer.description,
        "input_schema": input_schema(offer), "output_schema": output_schema(offer),
    }  # fmt: skip


def as_openai(offer: Offer) -> Schema:
    """Return a tool as function calling expects it."""
    function = {
        "name": offer.name, "description": offer.description, "parameters": input_schema(offer),
    }  # fmt: skip
    return {"type": "function", "function": function}


def as_anthropic(offer: Offer) -> Schema:
    """Return a tool as the messages interface expects it."""
    return {
        "name": offer.name, "description": offer.description, "input_schema": input_schema(offer),
    }  # fmt: skip


FORMS: Final[Mapping[str, Callable[[Offer], Schema]]] = {
    "json": as_json, "openai": as_openai, "anthropic": as_anthropic,
}  # fmt: skip
"""By the name that ``--format`` takes."""


def every(form: str) -> list[Schema]:
    """Return every tool in one of ``FORMS``."""
    return [FORMS[form](offer) for offer in OFFERS.values()]
