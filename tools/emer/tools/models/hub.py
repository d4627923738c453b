"""Pull a model of the hub into the hub's own cache, as its library lays it out.

The library is asked for the commit, the digests and the addresses, and makes the links of the
snapshot; the bytes are fetched by ``fetching``, because the library (2.4) begins anew after every
interruption. Imported only by ``pulling_child``: no other process of ours goes online.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from emer.tools.errors import PullError
from emer.tools.models.entries import ModelEntry, ModelFile
from emer.tools.models.fetching import (
    AGAIN,
    SILENCE_S,
    Refused,
    Source,
    fetch,
    forget,
    make_room,
    no_connection,
    unwritable,
)
from emer.tools.models.lock import Locked
from emer.tools.models.pins import (
    digest_of,
    hold,
    hold_revision,
    is_content,
    most_bytes,
)

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo, RepoSibling

Message = dict[str, Any]
_TAG: Final = re.compile(r"[A-Za-z0-9_-]{8,128}")
TOKENS: Final = "https://huggingface.co/settings/tokens"


def pull(entry: ModelEntry, cache: Path, locked: Locked | None) -> Iterator[Message]:
    """Pull ``entry``; yield progress, at last ``{"locked": ...}``.

    Args:
        entry: One with a repository.
        cache: Folder of the hub's cache.
        locked: What it is held to beside the table; ``None``: nothing.
    """
    from huggingface_hub import get_token

    info = _info(entry, locked)
    revision = str(info.sha)
    hold_revision(entry, locked, revision)
    siblings = {s.rfilename: s for s in info.siblings or ()}
    offered = [(file, _offered(entry, file, siblings, locked)) for file in entry.files]
    snapshot = cache / entry.folder / "snapshots" / revision
    total = sum(s.size or 0 for _, s in offered)
    if total > most_bytes(entry):
        raise PullError(
            f"{entry.name} is {total / 1e6:,.0f} MB large, and the table says {entry.size_mb} MB",
            remedy="If that is right, give its size in a models.toml of your own.",
        )
    missing = [(f, s) for f, s in offered if not _is_here(snapshot / f.path, s)]
    make_room(cache, sum(s.size or 0 for _, s in missing))
    done = total - sum(s.size or 0 for _, s in missing)
    yield {"total": total, "done": done, "file": "", "revision": revision}
    for file, sibling in missing:
        try:
            for n in _fetched(entry, file, revision, cache, get_token()):
                yield {"total": total, "done": done + n, "file": file.path}
        except Refused as refused:
            raise _refused(entry, refused.status, refused.host) from None
        done += sibling.size or 0
    digests = {}
    for file, _ in offered:
        digests[file.path] = digest_of(snapshot / file.path)
        hold(entry, file, locked, digests[file.path])
        yield {"total": total, "done": done, "file": file.path}
    fetched = [f.path for f, _ in missing]
    licence = str(getattr(info.card_data, "license", None) or "")
    yield {
        "locked": {"revision": revision, "sha256": digests, "fetched": fetched},
        "folder": str(snapshot),
        "licence": licence[:60],
    }


def _info(entry: ModelEntry, locked: Locked | None) -> "ModelInfo":
    """Ask the hub which commit it has, and of which files."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    api = HfApi()
    host = urlsplit(api.endpoint).netloc.rpartition("@")[2]
    wanted = entry.revision or (locked.revision if locked else entry.branch)
    assert entry.repository is not None
    try:
        return api.model_info(
            entry.repository, revision=wanted, files_metadata=True, timeout=SILENCE_S
        )
    except GatedRepoError:
        raise _gated(entry) from None
    except RepositoryNotFoundError as error:
        raise _refused(entry, error.response.status_code, host) from None
    except RevisionNotFoundError:
        raise PullError(
            f"the hub has the pinned revision {wanted} of {entry.name} no more",
            remedy=f"Take a new one with: emer models pull {entry.name} --update."
            if entry.revision is None
            else "Name another revision in a models.toml of your own.",
        ) from None
    except HfHubHTTPError as error:
        raise _refused(entry, error.response.status_code, host) from None
    except Exception as error:
        if not _is_network(error):
            raise
        raise no_connection(host, _short(error)) from None


def _offered(
    entry: ModelEntry, file: ModelFile, siblings: "dict[str, RepoSibling]", locked: Locked | None
) -> "RepoSibling":
    """Return what the hub says of a file that we need."""
    sibling = siblings.get(file.path)
    if sibling is None:
        raise PullError(
            f"{entry.repository} has no file {file.path}",
            remedy="It was changed at its source; see its page for another model.",
        )
    if sibling.lfs is not None:
        hold(entry, file, locked, sibling.lfs.sha256)
    return sibling


def _is_here(path: Path, sibling: "RepoSibling") -> bool:
    """Whether a file of the snapshot is there, whole and unaltered."""
    try:
        if not path.is_file():
            return False
        tag = sibling.lfs.sha256 if sibling.lfs is not None else (sibling.blob_id or "")
        if is_content(path, tag):
            return True
        # what it is called by its digest it is not: nobody can want to keep it
        os.unlink(os.path.realpath(path))
        return False
    except OSError as error:
        raise unwritable(path, error) from error


def _fetched(
    entry: ModelEntry, file: ModelFile, revision: str, cache: Path, token: str | None
) -> Iterator[int]:
    """Fetch one file to where the library wants it, and have it linked."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url
    from huggingface_hub.errors import HfHubHTTPError

    assert entry.repository is not None
    url = hf_hub_url(entry.repository, file.path, revision=revision)
    host = urlsplit(url).netloc.rpartition("@")[2]
    try:
        about = get_hf_file_metadata(url, token=token, timeout=SILENCE_S)
        if about.commit_hash != revision or not _TAG.fullmatch(about.etag or ""):
            raise PullError(
                f"{host} does not answer as a hub does (no commit, or no tag, of {file.path})",
                remedy="Check HF_ENDPOINT, and proxies in between.",
            )
        blob = cache / entry.folder / "blobs" / str(about.etag)
        if not blob.is_file() or not is_content(blob, str(about.etag)):
            part = blob.with_name(f"{blob.name}.emer-part")
            make_room(blob.parent, 0)
            own = urlsplit(about.location)[:2] == urlsplit(url)[:2]
            source = Source(
                about.location, most_bytes=most_bytes(entry), n_bytes=about.size,
                content_known=True, token=token if own else None,
            )  # fmt: skip
            yield from fetch(source, part)
            if not is_content(part, str(about.etag)):
                forget(part)
                raise PullError(
                    f"{file.path} of {entry.name} arrived damaged, or is not what the hub says",
                    remedy="Run the same command again; it begins anew with this file.",
                )
            part.replace(blob)
            forget(part)
        hf_hub_download(
            entry.repository, file.path, revision=revision, cache_dir=cache, token=token
        )
    except HfHubHTTPError as error:
        raise Refused(error.response.status_code, host) from None
    except (PullError, Refused):
        raise
    except OSError as error:
        if _is_network(error):
            raise PullError(f"the connection to {host} was lost", remedy=AGAIN) from None
        raise unwritable(cache, error) from error
    except Exception as error:
        if not _is_network(error):
            raise
        raise PullError(f"the connection to {host} was lost", remedy=AGAIN) from None


def _refused(entry: ModelEntry, status: int, host: str) -> PullError:
    if status in (401, 403):
        return _gated(entry)
    if status == 404:
        return PullError(
            f"{host} knows no {entry.repository}",
            remedy="It was moved or withdrawn; see emer models list for others.",
        )
    if status == 429:
        return PullError(f"{host} asks to wait (429)", remedy=f"Later: {AGAIN}")
    return PullError(f"{host} answered {status}", remedy=f"The fault is there. Later: {AGAIN}")


def _gated(entry: ModelEntry) -> PullError:
    """Say what is missing: consent, a token, or the right one. The token itself is never told."""
    from huggingface_hub import get_token

    page = entry.page
    if get_token() is None:
        return PullError(
            f"{entry.repository} asks for consent, and no HF_TOKEN is set",
            remedy=f"Accept its terms at {page}, make a token at {TOKENS}, set HF_TOKEN to it, and "
            "run the same command again.",
        )
    return PullError(
        f"the hub refuses {entry.repository} to the account of your HF_TOKEN",
        remedy=f"Accept its terms at {page} with that account, or make a token that may read "
        f"gated repositories at {TOKENS}.",
    )


def _is_network(error: BaseException) -> bool:
    """Whether the library's transport, whichever it is, says that there is no connection."""
    if isinstance(error, ConnectionError | TimeoutError):
        return True
    names = {c.__name__ for c in type(error).__mro__}
    if names & {"TransportError", "RequestError", "LocalEntryNotFoundError"}:
        return True
    return error.__cause__ is not None and _is_network(error.__cause__)


def _short(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
