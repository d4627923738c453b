"""What every specialist must do, as a suite that a package of a stranger can run on its own.

    python -m emer.tools.contract text_emotion.smileys
    pytest --pyargs emer.tools.contract

The first runs it on what is named, the second on everything that is installed. It needs pytest and nothing else beside emer; all media are made in code. ``checks`` holds the
requirements one by one, ``trial`` puts a specialist to work, ``clips`` makes what it looks at.
"""
