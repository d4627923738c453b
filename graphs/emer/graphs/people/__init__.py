"""Who is who in a clip, how they react to each other, and what changes in them."""
