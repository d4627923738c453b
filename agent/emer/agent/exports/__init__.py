"""What a finished analysis can be handed on as: pages, pictures, tables, annotation files.

One format is one module with ``write(material, path)``; ``formats.FORMATS`` lists them. They stand
in folders by what they make: ``reports``, ``page``, ``timeline``, ``overlaying``, ``tables``,
``annotation`` and ``captions``. What several of them share lies here: the ``material`` that they
are made from, ``marks`` in time, ``lettering``.
"""
