"""Models of others, each in a process of its own that can be killed: ``host``, ``child``, ``items``."""
