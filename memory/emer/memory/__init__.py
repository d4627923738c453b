"""Annotated cases, retrievable by what they look, sound and read like."""
