"""``emer eval branches``: what the same sentence is read as with face and voice, with one, with none."""
