"""Writes the public names of NumPy and PyTorch, for the tables of names in the guides.

Run from the root of the repository: python tooling/goldens/names/peers.py
"""

import json
import pathlib

import numpy
import torch

OWNERS = {
    "numpy.json": {"np": numpy, "np.linalg": numpy.linalg, "np.random": numpy.random},
    "torch.json": {
        "torch": torch,
        "torch.linalg": torch.linalg,
        "torch.func": torch.func,
        "torch.utils.data": torch.utils.data,
        "nn": torch.nn,
        "nn.init": torch.nn.init,
        "optim": torch.optim,
        "optim.lr_scheduler": torch.optim.lr_scheduler,
    },
}


def names(owner):
    return sorted(name for name in dir(owner) if not name.startswith("_") and callable(getattr(owner, name)))


folder = pathlib.Path("apps/docs/src/names/goldens")
for file, owners in OWNERS.items():
    content = {prefix: names(owner) for prefix, owner in owners.items()}
    (folder / file).write_text(json.dumps(content, indent=2) + "\n")
