"""LangGraph state, nodes and edges; no specialist model is loaded here."""
