"""Weighing the clues of a segment: patterns, labels, alternatives, abstention, reasons."""
