"""Models of others: what we know of them (``catalogue``), where they lie here (``store``)."""
