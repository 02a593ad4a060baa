"""Loads the files that a test saved again, and the original files, with Keras 3.

    python sweep_reload.py FOLDER SAVED.json

Prints, as JSON, for each file by name: `saved`, what is wrong with the file that was saved again, and `original`, why Keras 3
cannot load the original file (it cannot load some files of Keras 2); null if nothing is. Keras must load each saved file,
compute the outputs that the original model computed, and return the config of the original model if it can load that.
"""

import json
import logging
import pathlib
import re
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

import keras
import numpy as np

# Registers the class, which is not part of the public API.
import keras.src.applications.convnext

# The order of attributes, and names that only describe where a class comes from, are not part of a config.
IGNORED = {"registered_name", "module", "build_config", "compile_config", "shared_object_id"}


# Parameters of a call that Keras accepts by position and by name.
HEADS = ["query", "value", "key"]


def named(node):
    """Returns a call with its arguments by name, and a single initial state in a list."""
    if not isinstance(node, dict) or "kwargs" not in node:
        return node
    kwargs = {**node["kwargs"]}
    args = node["args"]
    if len(args) > 1 or any(name in kwargs for name in HEADS):
        kwargs.update(zip(HEADS, args))
        args = []
    state = kwargs.get("initial_state")
    if isinstance(state, dict):
        kwargs["initial_state"] = [state]
    return {"args": args, "kwargs": kwargs}


def plain(config):
    if isinstance(config, dict):
        if config.get("class_name") in ("MultiHeadAttention", "GroupedQueryAttention", "GRU", "SimpleRNN") and config.get("inbound_nodes"):
            config = {**config, "inbound_nodes": [named(node) for node in config["inbound_nodes"]]}
        return {k: plain(v) for k, v in config.items() if k not in IGNORED}
    if isinstance(config, (list, tuple)):
        return [plain(x) for x in config]
    if isinstance(config, float) or isinstance(config, int):
        return round(float(config), 5)
    return config


def array(value):
    return np.asarray(value["data"], value["dtype"].replace("bfloat16", "float32")).reshape(value["shape"])


def difference_of(model, entry, tolerance):
    """Returns how the outputs of a model differ from those that are recorded; None if they do not."""
    inputs = [array(x) for x in entry["inputs"]]
    given = inputs[0] if len(inputs) == 1 else inputs
    if isinstance(model._inputs_struct if hasattr(model, "_inputs_struct") else None, dict):
        given = {x.name: value for x, value in zip(model.inputs, inputs)}
    outputs = keras.tree.flatten(model(given, training=False))
    outputs = [keras.ops.convert_to_numpy(keras.ops.cast(x, "float32")) for x in outputs]
    expected = [array(x).astype("float32") for x in entry["outputs"]]
    if len(outputs) != len(expected):
        return f"{len(outputs)} outputs instead of {len(expected)}"
    inexact = any(x in entry["name"] for x in ("float16", "mixed", "policy_operators", "int8"))
    for got, want in zip(outputs, expected):
        if got.shape != want.shape:
            return f"shape {got.shape} instead of {want.shape}"
        difference = float(np.max(np.abs(got - want) / np.maximum(1, np.abs(want)))) if want.size else 0.0
        if not difference <= (0.15 if "float8" in entry["name"] else 3e-2 if inexact else tolerance):
            return f"other outputs: difference {difference}"
    return None


def problems_of(folder, entry, saved):
    original, problem = None, None
    try:
        original = keras.models.load_model(pathlib.Path(folder) / entry["file"], compile=False)
        difference = difference_of(original, entry, 1e-4)
        problem = difference and f"computes {difference}"
    except Exception as error:
        problem = reason(error)
    before = None if original is None else plain(original.get_config())
    return {"original": problem, "saved": saved and saved_problem(entry, saved, before)}


def saved_problem(entry, saved, before):
    # Layers that Keras creates and names when it loads a file, such as those of masks, get the names of a first model.
    keras.backend.clear_session()
    try:
        model = keras.models.load_model(saved)
        difference = difference_of(model, entry, 1e-4)
    except Exception as error:
        return f"Keras does not load the saved file: {reason(error)}"
    if difference is not None:
        return f"Keras computes {difference} of the saved file"
    if before is None or not entry["file"].endswith(".keras"):
        return None
    after = plain(model.get_config())
    return None if before == after else f"Keras reads another config: {first_difference(before, after)}"


def reason(error):
    """Returns the part of a message that names the cause, without the config that Keras prints."""
    text = str(error)
    cause = re.search(r"Exception encountered: (.*)", text, re.S)
    lines = [line for line in (cause[1] if cause else text).replace("\x1b[1m", "").replace("\x1b[0m", "").split("\n") if line.strip()]
    return f"{type(error).__name__}: {' '.join(lines)[:300]}"


def first_difference(a, b, path=""):
    if type(a) is not type(b):
        return f"{path}: {str(a)[:80]} is now {str(b)[:80]}"
    if isinstance(a, dict):
        for key in sorted({*a, *b}):
            if a.get(key, "missing") != b.get(key, "missing"):
                return first_difference(a.get(key, "missing"), b.get(key, "missing"), f"{path}.{key}")
    if isinstance(a, list) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b)):
            if x != y:
                return first_difference(x, y, f"{path}[{i}]")
    return f"{path}: {str(a)[:80]} is now {str(b)[:80]}"


def main(folder, saved):
    entries = [json.loads(line) for line in open(pathlib.Path(folder) / "models.jsonl")]
    entries = {entry["name"]: entry for entry in entries if "error" not in entry}
    problems = {}
    again = {result["name"]: result["saved"] for result in json.load(open(saved))}
    for name, entry in entries.items():
        keras.backend.clear_session()
        problems[name] = problems_of(folder, entry, again.get(name))
    print(json.dumps(problems))


if __name__ == "__main__":
    main(*sys.argv[1:])
