"""What runs in the processes of models of others; nothing here is imported by a specialist."""
