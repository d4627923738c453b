"""Answers of the built-in analyst: sentences from finished reports, each citing or abstaining."""
