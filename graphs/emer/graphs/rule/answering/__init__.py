"""Answering questions from a finished report."""
