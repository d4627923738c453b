"""A tiny random pipeline of pyannote.audio in its true format on disk: real classes, no meaning."""

from pathlib import Path
from typing import Any

import numpy as np
import torch


def build(folder: Path) -> Path:
    """Segmentation by PyanNet, embeddings by a small x-vector network, PLDA for VBx."""
    import yaml  # type: ignore[import-untyped,unused-ignore]
    from pyannote.audio.core.task import Problem, Resolution, Specifications
    from pyannote.audio.models.embedding import XVectorMFCC
    from pyannote.audio.models.segmentation import PyanNet

    torch.manual_seed(0)
    shape: dict[str, Any] = {
        "sincnet": {"stride": 10}, "linear": {"hidden_size": 16, "num_layers": 1},
        "lstm": {"hidden_size": 16, "num_layers": 1, "bidirectional": True, "monolithic": True},
        "sample_rate": 16000, "num_channels": 1,
    }  # fmt: skip
    cut = PyanNet(**shape)
    cut.specifications = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION, resolution=Resolution.FRAME, duration=10.0,
        min_duration=None, warm_up=(0.0, 0.0), classes=["a", "b", "c"], powerset_max_classes=2,
        permutation_invariant=True,
    )  # fmt: skip
    _save(cut, folder / "segmentation", "pyannote.audio.models.segmentation.PyanNet", shape)
    size = 32
    shape = {
        "sample_rate": 16000, "num_channels": 1, "dimension": size,
        "mfcc": {"n_mfcc": 20, "dct_type": 2, "norm": "ortho", "log_mels": True},
    }  # fmt: skip
    voice = XVectorMFCC(**shape)
    voice.specifications = Specifications(
        problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=5.0,
        min_duration=None, warm_up=(0.0, 0.0), classes=None, powerset_max_classes=None,
        permutation_invariant=False,
    )  # fmt: skip
    _save(voice, folder / "embedding", "pyannote.audio.models.embedding.xvector", shape)
    _plda(folder / "plda", size)
    parameters = {
        "clustering": "VBxClustering", "segmentation": "$model/segmentation",
        "segmentation_batch_size": 32, "embedding": "$model/embedding", "embedding_batch_size": 32,
        "embedding_exclude_overlap": True, "plda": "$model/plda",
    }  # fmt: skip
    told = {
        "dependencies": {"pyannote.audio": "4.0.0"},
        "pipeline": {"name": "pyannote.audio.pipelines.SpeakerDiarization", "params": parameters},
        "params": {
            "clustering": {"threshold": 0.6, "Fa": 0.07, "Fb": 0.8},
            "segmentation": {"min_duration_off": 0.0},
        },
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(told))
    return folder


def _save(model: Any, folder: Path, module: str, shape: dict[str, Any]) -> None:
    model.build()
    model.eval()
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(
        {
            "state_dict": model.state_dict(), "hyper_parameters": shape, "hparams_name": "kwargs",
            "pytorch-lightning_version": "2.6.0", "epoch": 0, "global_step": 0,
            "pyannote.audio": {
                "versions": {"torch": "2.0.0", "pyannote.audio": "4.0.0"},
                "architecture": {"module": module, "class": type(model).__name__},
                "specifications": model.specifications,
            },
        },
        folder / "pytorch_model.bin",
    )  # fmt: skip


def _plda(folder: Path, size: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    turned, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(size, size)))
    np.savez(folder / "xvec_transform.npz", mean1=np.zeros(size), mean2=np.zeros(size), lda=turned)
    np.savez(folder / "plda.npz", mu=np.zeros(size), tr=np.eye(size), psi=np.linspace(10, 1, size))
