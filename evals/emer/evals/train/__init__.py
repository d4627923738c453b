"""How the small models that ship with ``emer`` were trained; each module is a command."""
