"""A conversation about one or several clips: ``emer chat``.

``understanding`` reads questions, ``answering`` composes answers from reports, ``conversation`` holds
what was said and is all that a door needs; ``terminal`` and ``lines`` are two doors to it.
"""
