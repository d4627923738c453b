"""``emer mcp``: serve the tools to agents. Everything heavy is imported inside."""

from pathlib import Path
from typing import Annotated

import typer

from emer.agent.command_line import completion
from emer.agent.saying import FAILED, OK, USAGE, fail, notice


def mcp(
    root: Annotated[
        list[Path] | None,
        typer.Option(
            help="Folder whose files may be analysed; may be given again. [default: this folder]"
        ),
    ] = None,
    http: Annotated[
        bool, typer.Option("--http", help="Listen on 127.0.0.1 instead of stdin and stdout.")
    ] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port for --http; 0 takes a free one.")
    ] = 8765,
    llm: Annotated[
        str | None,
        typer.Option(
            autocompletion=completion.llms,
            help="Who reasons: rule (built in) or provider:model. [default: rule]",
        ),
    ] = None,
    purpose: Annotated[
        str | None,
        typer.Option(
            autocompletion=completion.purposes,
            help="What it is for, e.g. research; kept for the next time.",
        ),
    ] = None,
    attest: Annotated[
        str | None,
        typer.Option(
            metavar="REASON", help="At work or in education: medical or safety, if you attest it."
        ),
    ] = None,
) -> None:
    """Serve the tools to agents over the Model Context Protocol.

    Nothing outside of the root folders can be read, and nothing is sent anywhere.
    """
    from emer.agent.mcp_server.server import server_over
    from emer.agent.mcp_server.serving import address_of, listening, serve_http, serve_stdio
    from emer.agent.purpose.asking import settled
    from emer.agent.settings.command import settings_or_end
    from emer.agent.toolbox.box import Toolbox
    from emer.tools.errors import EmerError

    settings = settings_or_end()
    try:
        # on stdin are the messages of a program, even where that is a terminal
        settings = settled(settings, purpose=purpose, attest=attest, ask=http)
        box = Toolbox.over(root or [Path()], llm=llm, settings=settings)
    except EmerError as error:
        fail(str(error), status=USAGE)
    server = server_over(box)
    try:
        if http:
            listener = listening(port)
            notice(f"serving {address_of(listener)} until Ctrl-C")
            serve_http(server, listener)
        else:
            serve_stdio(server, box.reports.at_work)
    except EmerError as error:
        fail(str(error), status=FAILED)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    raise typer.Exit(OK)
