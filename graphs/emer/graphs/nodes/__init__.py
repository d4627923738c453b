"""The graph's nodes: each takes the state and returns what it adds to it."""
