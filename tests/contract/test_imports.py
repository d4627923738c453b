"""What importing and starting costs, and that a host program is left as it was."""

import subprocess
import sys

HEAVY = {
    "av", "chromadb", "cv2", "faster_whisper", "langchain_core", "langgraph", "onnxruntime",
    "torch", "transformers",
}  # fmt: skip


def python(code, **env):
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    return run.stdout.strip()


def loaded_after(code):
    return python(f"import sys\n{code}\nprint(sorted({HEAVY!r} & set(sys.modules)))")


def test_help_imports_nothing_heavy():
    code = "from emer.agent.cli import app\ntry:\n    app(['--help'])\nexcept SystemExit: pass"
    assert loaded_after(code).splitlines()[-1] == "[]"


def test_importing_the_front_door_imports_nothing_heavy():
    assert loaded_after("import emer.agent") == "[]"


def test_importing_every_specialist_imports_nothing_heavy():
    code = (
        "from importlib.metadata import entry_points\n"
        "for e in entry_points(group='emer.tools'): e.load()()"
    )
    assert loaded_after(code) == "[]"


def test_importing_emer_changes_no_setting_of_the_host():
    code = """
import gc, logging, os, threading, warnings
before = (dict(os.environ), list(warnings.filters), logging.root.level, list(logging.root.handlers),
          threading.active_count(), gc.get_threshold())
import emer.agent, emer.tools.registry, emer.tools.quiet
emer.agent.analyze
kept = [f for f in warnings.filters if f in before[1]]  # libraries add some for their own classes
after = (dict(os.environ), kept, logging.root.level, list(logging.root.handlers),
         threading.active_count(), gc.get_threshold())
print([a == b for a, b in zip(before, after)])
"""
    assert python(code) == "[True, True, True, True, True, True]"


def test_nothing_called_tools_or_memory_is_installed_in_a_host():
    code = (
        "import importlib.util, os\nos.chdir('/')\n"
        "print([n for n in ('agent', 'evals', 'graphs', 'memory', 'tools')"
        " if importlib.util.find_spec(n)])"
    )
    run = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    # an editable install puts the five roots on the path; each holds nothing but `emer`
    assert run.stdout.strip() == "[]"
