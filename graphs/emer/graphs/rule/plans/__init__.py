"""Deciding where to look: what a question asks for, the first plan, further looks."""
