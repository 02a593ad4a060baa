"""Converts names of this repository to those of Keras, and arrays to JSON."""

import json
import pathlib
import re

import keras
import numpy as np

TARGET = pathlib.Path("packages/layers/src/goldens")


def snake(name):
    return re.sub(r"(?<=[a-z])([A-Z0-9])", lambda found: "_" + found[1].lower(), name)


def class_of(module, name):
    """Returns the class of a camelCase name; only the case of letters may differ."""
    return next(found for key, found in vars(module).items() if key.lower() == name.lower() and key[0].isupper())


def keras_options(options):
    return {
        snake(name): snake(value) if isinstance(value, str) and name in ("reduction", "classAggregation") else value
        for name, value in options.items()
    }


def array(x):
    """Returns shape and elements; floats have nine digits, and NaN and infinities are strings."""
    x = np.asarray(x)
    plain = x.ravel().tolist()
    if x.dtype.kind == "f":
        plain = [float(f"{v:.9g}") if np.isfinite(v) else str(v) for v in plain]
    return {"dtype": {"f": "float32", "i": "int32", "b": "bool"}[x.dtype.kind], "shape": list(x.shape), "data": plain}


def result(x):
    return array(keras.ops.convert_to_numpy(x).astype("float32"))


def write(name, content):
    text = json.dumps(content, separators=(",", ":"))
    text = re.sub(r'(\{"(?:loss|metric|losses|yTrue)":)', r"\n\1", text)
    (TARGET / name).write_text(text + "\n")
