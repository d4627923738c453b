"""Thousands of damaged, lying and odd media files, and what probing and decoding make of them."""
