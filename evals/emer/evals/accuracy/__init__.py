"""How right the embedded specialists are: figures on data that they were not trained on.

One module per subject with ``measure(data, ...) -> list[Table]``; ``emer eval tools`` runs them.
"""
