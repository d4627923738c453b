"""What the system does, does in part and does not do: ``emer capabilities``.

``catalogue`` composes the list from cards and tables; ``command`` tells it.
"""
