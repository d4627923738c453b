"""Settle at a door what analyses are for: as it is set, as it was answered, or by asking once.

The answer is kept beside the annotated cases, not in the configuration file: that is the user's to
write, and goes before it. Without a terminal nothing is asked and nothing waits.
"""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from emer.agent.purpose.policy import PERMITTED, PROHIBITED, UNSPECIFIED, check_purpose
from emer.agent.saying import notice, wrapped
from emer.agent.settings.command import settings_or_end
from emer.tools.errors import StorageError

if TYPE_CHECKING:
    from emer.agent.settings import Settings

FILE: Final = "purpose.json"
MAX_BYTES: Final = 1000
TRIES: Final = 3
_QUESTION: Final = (
    "What are your analyses for? {choices}; Enter leaves it unspecified.\n"
    "Inferring emotions at work or in education is prohibited in the EU (AI Act, Art. 5(1)(f)). "
    "This is asked once; --purpose changes it."
)


def settled(
    settings: "Settings",
    *,
    purpose: str | None = None,
    attest: str | None = None,
    quiet: bool = False,
    ask: bool = True,
) -> "Settings":
    """Return the settings with the purpose settled; says so on stderr if it is unspecified.

    Args:
        settings: As they were read.
        purpose: As an option gives it; it is kept for the next time.
        attest: Which exception the user attests; never kept: it is said for each analysis.
        quiet: Ask nothing and say nothing.
        ask: Whether there may be somebody to ask; not where a program calls.

    Raises:
        PurposeError: The purpose is prohibited.
        SettingsError: There is no such purpose or exception.
    """
    if purpose is not None or attest is not None:
        settings = _with(settings, purpose, attest)
        check_purpose(settings)
        if purpose is not None and purpose not in PROHIBITED:
            keep(settings.data_dir, purpose)
    elif _is_open(settings):
        known = kept(settings.data_dir)
        if known is None and ask and not quiet and _has_terminal():
            known = _asked(settings.data_dir)
        if known is not None:
            settings = settings.model_copy(update={"purpose": known})
    check_purpose(settings)
    if settings.purpose == "unspecified":
        notice(UNSPECIFIED, quiet=quiet)
    return settings


def kept(folder: Path) -> str | None:
    """Return what was answered; ``None`` if nothing was, or what is kept makes no sense."""
    try:
        with (folder / FILE).open("rb") as file:
            told = json.loads(file.read(MAX_BYTES))
        purpose = told["purpose"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return purpose if purpose in PERMITTED else None


def keep(folder: Path, purpose: str) -> None:
    """Keep the answer for the next time; where that cannot be, it is said and asked again."""
    from emer.agent.output import whole

    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with whole(folder / FILE) as draft:
            draft.write_text(json.dumps({"purpose": purpose}) + "\n", encoding="utf-8")
        os.chmod(folder / FILE, 0o600)
    except (OSError, StorageError) as error:
        why = error.message if isinstance(error, StorageError) else error.strerror or error
        notice(f"the purpose could not be kept ({why})")


def _with(settings: "Settings", purpose: str | None, attest: str | None) -> "Settings":
    given = {k: v for k, v in (("purpose", purpose), ("attest", attest)) if v is not None}
    # checked as settings are, with their words for what is wrong
    checked = settings_or_end(**given)
    return settings.model_copy(update={k: getattr(checked, k) for k in given})


def _is_open(settings: "Settings") -> bool:
    """Whether nobody has set a purpose: not even that it should be unspecified."""
    from emer.agent.settings import origin

    return settings.purpose == "unspecified" and origin("purpose")[0] == "default"


def _has_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def _asked(folder: Path) -> str | None:
    named = PERMITTED[1:]
    _tell(_QUESTION.format(choices=", ".join(named)))
    for _ in range(TRIES):
        sys.stderr.write("purpose: ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:  # the end of the input: nobody answered
            return None
        answer = line.strip().lower() or "unspecified"
        if answer in PROHIBITED:
            _tell(
                f"Prohibited {PROHIBITED[answer]}, except for medical or safety reasons: then "
                f"--purpose {answer} --attest medical (or safety)."
            )
        elif answer in (*named, "unspecified"):
            keep(folder, answer)
            return answer
        else:
            _tell(f"One of: {', '.join(named)}.")
    return None


def _tell(text: str) -> None:
    for line in text.splitlines():
        sys.stderr.write(wrapped(line) + "\n")
