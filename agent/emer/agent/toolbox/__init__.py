"""The tools that other people's agents are offered, whichever door they come through.

``offers`` lists them, made from the queries and a few of their own; ``box`` does what is asked. LangChain
tools, the MCP server and bare schemas only carry names, arguments and answers to and fro.
"""
