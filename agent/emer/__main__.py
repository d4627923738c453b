"""``python -m emer``."""

from emer.agent.cli import main

main()
