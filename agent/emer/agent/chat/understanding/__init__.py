"""What somebody asks in a conversation: its kind, what it names, and what it takes from before."""
