"""Findings, faces and segments as tables for pandas, R and spreadsheets.

What the columns are is decided in ``emer.graphs.tabular``; modules here only write them.
"""
