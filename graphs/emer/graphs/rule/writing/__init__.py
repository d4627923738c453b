"""Writing what was found: claims, labels, summaries and running prose, in any language."""
