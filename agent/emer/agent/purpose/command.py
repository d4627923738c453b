"""``emer notice``: the text to give to the people who are analysed."""

from typing import Annotated

import typer

from emer.agent.command_line import completion
from emer.agent.saying import USAGE, fail, notice


def notice_command(
    language: Annotated[
        str,
        typer.Option(autocompletion=completion.output_languages, help="Language: en or zh."),
    ] = "en",
    who: Annotated[str | None, typer.Option(help="Who is responsible.")] = None,
    contact: Annotated[str | None, typer.Option(help="How to reach them.")] = None,
    why: Annotated[str | None, typer.Option(help="What the analysis is for.")] = None,
    basis: Annotated[str | None, typer.Option(help="Its legal basis, e.g. consent.")] = None,
    kept_for: Annotated[str | None, typer.Option(help="How long results are kept.")] = None,
    recipients: Annotated[str | None, typer.Option(help="Who else receives them.")] = None,
) -> None:
    """Print the notice to give to the people who are analysed; what is not said stays a blank."""
    from emer.agent.purpose.for_people import Blanks, notice_text
    from emer.agent.settings.command import settings_or_end
    from emer.tools.shown import shown

    if language not in completion.LANGUAGES:
        fail(f"the notice is written in {' or '.join(completion.LANGUAGES)}", status=USAGE)
    given = {
        "who": who, "contact": contact, "why": why, "basis": basis, "kept_for": kept_for,
        "recipients": recipients,
    }  # fmt: skip
    blanks = Blanks(**{name: shown(text) for name, text in given.items() if text})
    text = notice_text(blanks, language=language, cache_days=settings_or_end().cache_days)  # type: ignore[arg-type]  # one of the two, as just checked
    typer.echo(text, nl=False)
    if "[" in text:
        notice("fill in what stands in [brackets]; this is a template, no legal advice")
