"""What ``emer`` offers at the shell beside ``analyze``, which stands in ``emer.agent.cli``.

Commands that belong to a folder of their own are a ``command`` module there (batch, doctor,
capabilities, settings, exports); those of other packages are found by ``installed``.
"""
