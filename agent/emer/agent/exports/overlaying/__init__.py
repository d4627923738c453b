"""The clip with its analysis drawn in: what is to be seen when, how it is painted, and the film.

``scenery`` knows what belongs to a moment, ``layout`` where it goes, ``lettered`` writes,
``painting`` paints one picture, ``film`` encodes; ``rendering`` runs all of it along the clip.
"""
