"""What runs here, what does not, and the remedy: ``emer doctor``.

``checkup`` puts it together from ``system``, ``engines`` and ``places``; ``command`` tells it.
"""
