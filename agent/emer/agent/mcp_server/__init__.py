"""``emer mcp``: the tools over the Model Context Protocol, on stdio or on loopback.

``server`` answers what clients ask, ``calls`` carries one call out with progress and cancellation,
``addresses`` knows what can be read by address, ``serving`` listens, ``command`` is the command.
"""
