"""Load the tools of ``emer mcp`` back through LangChain's adapter, and call one.

    pip install langchain-mcp-adapters   # in an environment of its own: its pins may clash with emer's
    python examples/mcp_from_langchain.py sample.mp4 emer mcp --root examples

The environment needs no emer; what follows the clip is the command that serves.
"""

import asyncio
import json
import os
import sys

from langchain_mcp_adapters.client import MultiServerMCPClient


async def main(clip: str, command: list[str]) -> None:
    """Print the names of the tools, and who is in the clip."""
    server = {
        "transport": "stdio", "command": command[0], "args": command[1:], "env": dict(os.environ),
    }  # fmt: skip
    tools = await MultiServerMCPClient({"emer": server}).get_tools()
    (people,) = [t for t in tools if t.name == "emer_people"]
    call = {"type": "tool_call", "id": "1", "name": people.name, "args": {"clip": clip}}
    answer = await people.ainvoke(call)
    told = answer.artifact["structured_content"]["people"]
    print(json.dumps({"tools": [t.name for t in tools], "people": told}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
