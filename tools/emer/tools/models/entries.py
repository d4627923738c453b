"""What we know of one model of others, checked."""

import re
from typing import TYPE_CHECKING, Annotated, Final, Self

from pydantic import Field, StringConstraints, model_validator

from emer.tools.readings import Frozen, Unit

if TYPE_CHECKING:
    from emer.tools.findings import ModelCard

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Commit = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")]
_PART = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}"
RelativePath = Annotated[str, StringConstraints(pattern=rf"^{_PART}(/{_PART}){{0,5}}$")]
"""Below its folder, whatever it says: no part begins with a dot."""
_ADDRESS: Final = re.compile(r"^(https://|http://(127\.0\.0\.1|localhost)[:/])\S{1,4000}$")
"""Plain http only within this machine."""
Address = Annotated[str, StringConstraints(pattern=_ADDRESS.pattern)]
HUB: Final = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9._-]{1,96}$")


def is_address(url: str) -> bool:
    """Whether files may be fetched from there."""
    return _ADDRESS.match(url) is not None


class ModelFile(Frozen):
    """One file of a model."""

    path: RelativePath
    sha256: Sha256 | None = Field(default=None, description="null: we could not see it")
    n_bytes: int | None = Field(default=None, gt=0)
    url: Address | None = Field(default=None, description="where it lies, if not in the repository")


class ModelEntry(Frozen):
    """One model that an engine can run. What we could not see is null, never guessed."""

    name: Name = Field(description="what people call it here")
    serves: tuple[str, ...] = Field(min_length=1, description="engines, as tool.engine")
    repository: str | None = Field(
        default=None, pattern=HUB.pattern, description="on the hub; null: files by address"
    )
    revision: Commit | None = Field(
        default=None, description="null: the newest is taken at the first pull, then kept"
    )
    branch: str = Field(
        default="main", pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,79}$",
        description="whose newest revision is taken where none is pinned",
    )  # fmt: skip
    files: tuple[ModelFile, ...] = Field(min_length=1)
    size_mb: int = Field(gt=0, description="to download, roughly")
    needs_mb: int = Field(gt=0, description="of memory while it runs with one batch, roughly")
    licence: str = Field(min_length=2)
    commercial_use: bool
    gated: bool = Field(default=False, description="its page asks for consent first")
    pickled: bool = Field(
        default=False, description="its files can run code when loaded; only from a trusted source"
    )
    languages: tuple[str, ...] = Field(default=(), description="BCP 47; empty: any, or none")
    sample_rate_hz: int | None = Field(default=None, gt=0)
    category_set: str | None = None
    labels: dict[str, str] = Field(
        default_factory=dict, description="its labels in ours; what is missing has no counterpart"
    )
    thresholds: dict[str, Unit] = Field(
        default_factory=dict, description="by label of ours: from where on it counts as expressed"
    )
    purpose: str = Field(min_length=10)
    outputs: str = Field(min_length=5)
    trained_on: str = Field(min_length=5)
    metrics: str = Field(min_length=5, description="as its authors state them, and that they do")
    source: str = Field(min_length=5, description="paper or page")
    limits: tuple[str, ...] = Field(min_length=1)
    preferred: int = Field(default=0, description="among the models of one engine, highest first")

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if self.name in ("lock.json", "models.toml"):
            raise ValueError("files of that name lie beside the models")
        if self.repository is None and any(f.url is None for f in self.files):
            raise ValueError("a file needs an address, or the model a repository")
        return self

    @property
    def folder(self) -> str:
        """Name of its folder: in the hub's cache, or beside the lock file."""
        return f"models--{self.repository.replace('/', '--')}" if self.repository else self.name

    @property
    def page(self) -> str:
        """Where a person reads and accepts its terms."""
        if self.repository:
            return f"https://huggingface.co/{self.repository}"
        named = re.search(r"https://[^\s;,]+", self.source)
        return named[0] if named else str(self.files[0].url)

    def card(self, revision: str) -> "ModelCard":
        """Return its model card for the revision that was found here."""
        from emer.tools.findings import ModelCard

        rate = f"{self.sample_rate_hz} Hz mono sound" if self.sample_rate_hz else "see its page"
        return ModelCard(
            name=self.repository or self.name, revision=revision, purpose=self.purpose,
            inputs=rate, outputs=self.outputs, licence=self.licence,
            commercial_use=self.commercial_use, source=self.source, trained_on=self.trained_on,
            metrics=self.metrics, split="not ours to say", limits=self.limits,
            calibration="none here: the model's own scores", training="by its authors; see the source",
        )  # fmt: skip
