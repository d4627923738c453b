"""The face detector: distilled from YuNet on composed scenes, checked on persons left out."""
