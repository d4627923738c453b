"""Reading media: probe the container first, then one streaming pass over it."""
