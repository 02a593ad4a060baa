"""Writes the names of Keras's public classes and activations, without aliases.

Run from the root of the repository: KERAS_BACKEND=torch python tooling/goldens/names/names.py
"""

import inspect
import json
import pathlib

import keras
from keras.src.api_export import get_name_from_symbol

MODULES = (
    "losses",
    "metrics",
    "optimizers",
    "callbacks",
    "initializers",
    "layers",
    "regularizers",
    "constraints",
)


def classes(module):
    """Returns the names of classes as in saved configs; aliases are omitted."""
    members = vars(getattr(keras, module)).items()
    found = [member for name, member in members if inspect.isclass(member) and name[0].isupper()]
    return sorted({get_name_from_symbol(member).split(".")[-1] for member in found})


def activations():
    members = vars(keras.activations).items()
    given = {member.__name__ for name, member in members if inspect.isfunction(member) and not name.startswith("_")}
    return sorted(given - {"serialize", "deserialize", "get"})


names = {"version": keras.__version__, **{module: classes(module) for module in MODULES}, "activations": activations()}
pathlib.Path("packages/layers/src/goldens/names.json").write_text(json.dumps(names, indent=2) + "\n")
