"""Annotation files of the field: ELAN, Praat's TextGrid and RTTM, written and read back.

``tiers`` decides what stands on which tier; ``elan`` and ``textgrid`` write tiers, ``rttm`` writes
speaker turns; ``reading`` reads these files and captions into marks.
"""
