"""Whether what a report says holds against the evidence that it cites."""
