"""Front doors: command line, Python, and tools for other agents."""
