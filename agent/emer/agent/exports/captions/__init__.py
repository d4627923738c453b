"""Who says what, and what they show, as captions of a film: SubRip and WebVTT.

``cues`` decides what stands in a caption and when; ``srt`` and ``vtt`` write it.
"""
