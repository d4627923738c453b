"""Options that several commands have, each in one wording."""

from typing import Annotated

import typer

from emer.agent.command_line import completion

Start = Annotated[float | None, typer.Option(min=0, help="Start of the part, seconds.")]
End = Annotated[float | None, typer.Option(min=0, help="End of the part, seconds.")]
Purpose = Annotated[
    str | None,
    typer.Option(
        autocompletion=completion.purposes,
        help="What it is for, e.g. research; kept for the next time.",
    ),
]
Attest = Annotated[
    str | None,
    typer.Option(
        metavar="REASON", help="At work or in education: medical or safety, if you attest it."
    ),
]
Reasoner = Annotated[
    str | None,
    typer.Option(
        autocompletion=completion.llms,
        help="Who reasons: rule (built in) or provider:model. [default: rule]",
    ),
]
ServerOfOpenAI = Annotated[
    str | None,
    typer.Option(
        metavar="URL", help="Address of an OpenAI-compatible server, with --llm openai:NAME."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no notices.")]
