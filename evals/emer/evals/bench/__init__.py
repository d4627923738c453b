"""Speed and memory of every stage, measured so that anybody can measure them again.

Each figure is taken in a fresh process; subjects and peers take turns in one run, so that figures
may be divided by each other. ``emer bench --help`` says how to run it.
"""
