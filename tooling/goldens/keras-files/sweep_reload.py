"""Loads the files that a test saved again, and prints, as JSON, what is wrong with each by name; null if nothing is.

    python sweep_reload.py FOLDER SAVED.json

Keras must load each file, compute the outputs that the original model computed, and return the config of the original
model if it can load that (Keras 3 cannot load some files of Keras 2).
"""

import json
import logging
import pathlib
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


def problem_of(folder, entry, saved):
    custom = {}
    model = keras.models.load_model(saved, custom_objects=custom)
    inputs = [array(x) for x in entry["inputs"]]
    given = inputs[0] if len(inputs) == 1 else inputs
    if isinstance(model._inputs_struct if hasattr(model, "_inputs_struct") else None, dict):
        given = {x.name: value for x, value in zip(model.inputs, inputs)}
    outputs = keras.tree.flatten(model(given, training=False))
    outputs = [keras.ops.convert_to_numpy(keras.ops.cast(x, "float32")) for x in outputs]
    expected = [array(x).astype("float32") for x in entry["outputs"]]
    if len(outputs) != len(expected):
        return f"Keras computes {len(outputs)} outputs of the saved file instead of {len(expected)}"
    inexact = any(x in entry["name"] for x in ("float16", "mixed", "policy_operators", "int8"))
    for got, want in zip(outputs, expected):
        if got.shape != want.shape:
            return f"Keras computes shape {got.shape} of the saved file instead of {want.shape}"
        difference = float(np.max(np.abs(got - want) / np.maximum(1, np.abs(want)))) if want.size else 0.0
        if not difference <= (3e-2 if inexact else 1e-4):
            return f"Keras computes other outputs of the saved file: difference {difference}"
    if not entry["file"].endswith(".keras"):
        return None
    try:
        original = keras.models.load_model(pathlib.Path(folder) / entry["file"], compile=False)
    except Exception:
        return None
    before, after = plain(original.get_config()), plain(model.get_config())
    return None if before == after else f"Keras reads another config: {first_difference(before, after)}"


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
    for result in json.load(open(saved)):
        keras.backend.clear_session()
        try:
            problems[result["name"]] = problem_of(folder, entries[result["name"]], result["saved"])
        except Exception as error:
            problems[result["name"]] = f"Keras does not load the saved file: {type(error).__name__}: {str(error)[:300]}"
    print(json.dumps(problems))


if __name__ == "__main__":
    main(*sys.argv[1:])
