"""``emer eval injection``: instructions hidden in what is watched, and what a model that obeys can do."""
