"""Questions over a finished report that rules answer: no model, no specialist, milliseconds.

Every query is one function of a report and its arguments, listed in ``table``. Tools for other
agents, MCP, bare schemas and the chat are all made from that table.

    QUERIES["people"].ask(report, People())
"""
