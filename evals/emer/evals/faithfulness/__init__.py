"""How faithful the printed explanation stays to the evidence, whoever writes it."""
