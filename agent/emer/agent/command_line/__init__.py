"""What ``emer`` offers at the shell, a file per command, as far as it has no folder of its own.

Commands that belong to a folder of their own are a ``command`` module there (batch, doctor,
capabilities, settings, exports); those of other packages are found by ``installed``.
"""
