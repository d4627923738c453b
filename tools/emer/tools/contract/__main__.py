"""Run the contract suite on some specialists: ``python -m emer.tools.contract NAME... [-- OPTIONS]``."""

import sys
from typing import NoReturn


def main(arguments: list[str]) -> NoReturn:
    """Run it, and end with pytest's status; what follows ``--`` goes to pytest as it is."""
    try:
        import pytest
    except ImportError:
        sys.exit("emer: the contract suite needs pytest. Run: pip install pytest")
    split = arguments.index("--") if "--" in arguments else len(arguments)
    names, options = arguments[:split], arguments[split + 1 :]
    asked = [part for name in names for part in ("--specialist", name)]
    suite = ["-p", "emer.tools.contract.options", "--pyargs", "emer.tools.contract"]
    sys.exit(pytest.main([*suite, *asked, *options]))


if __name__ == "__main__":
    main(sys.argv[1:])
