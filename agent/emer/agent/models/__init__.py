"""Models of others for people: ``emer models``.

``listing`` says which there are, ``fetching`` pulls them, ``command`` is what the shell offers.
"""
