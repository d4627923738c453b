"""Synthetic conversations with the truth about them: real turn taking, recorded voices, made-up rooms."""
