"""Loads .h5 models saved by manabi with tf_keras and with Keras 3, and compares their predictions and optimizer state.

Run by a test: KERAS_BACKEND=torch python tooling/goldens/keras-files/check_h5.py MANIFEST
The manifest is a list of {"file", "inputs", "outputs"}; arrays are {"dtype", "shape", "data"}. Prints one line of JSON: for each
file and both versions, the largest difference or the error, and for tf_keras the number of optimizer variables that differ.
"""

import json
import logging
import sys

import h5py
import keras
import numpy as np
import tf_keras


def array(item):
    return np.array(item["data"], item["dtype"]).reshape(item["shape"])


def attempt(load, flatten, entry):
    try:
        model = load(entry["file"])
        inputs = [array(item) for item in entry["inputs"]]
        outputs = flatten(model.predict(inputs[0] if len(inputs) == 1 else inputs, verbose=0))
        expected = [array(item) for item in entry["outputs"]]
        if [x.shape for x in outputs] != [x.shape for x in expected]:
            return None, {"error": f"expected shapes {[x.shape for x in expected]}; got {[x.shape for x in outputs]}"}
        differences = [np.max(np.abs(a - b) / np.maximum(1, np.abs(b)), initial=0) for a, b in zip(outputs, expected)]
        return model, {"difference": float(max(differences, default=0))}
    except Exception as error:
        return None, {"error": f"{type(error).__name__}: {error}"[:600]}


def optimizer_differences(model, file):
    """Returns how many optimizer variables differ between the loaded model and the file; None without a state."""
    with h5py.File(file) as f:
        if "optimizer_weights" not in f:
            return None
        group = f["optimizer_weights"]
        stored = [group[name][()] for name in group.attrs["weight_names"]]
    loaded = [v.numpy() for v in model.optimizer.variables]
    loaded = [v for v, x in zip(loaded, model.optimizer.variables) if "learning_rate" not in x.name]
    if len(loaded) > len(stored) and not any(np.any(v) for v in loaded[len(stored):]):
        loaded = loaded[:len(stored)]  # the zero momentums of plain SGD
    if len(loaded) != len(stored):
        return f"{len(stored)} in the file, {len(loaded)} in tf_keras: {[v.name for v in model.optimizer.variables]}"
    return sum(not np.array_equal(a, b) for a, b in zip(loaded, stored))


def check(entry):
    flatten = lambda x: list(x) if isinstance(x, (list, tuple)) else [x]
    model, old = attempt(tf_keras.models.load_model, flatten, entry)
    if model is not None:
        old["optimizer"] = optimizer_differences(model, entry["file"])
    _, new = attempt(keras.saving.load_model, keras.tree.flatten, entry)
    return {"tf_keras": old, "keras": new}


if __name__ == "__main__":
    logging.disable(logging.ERROR)
    with open(sys.argv[1]) as manifest:
        results = [check(entry) for entry in json.load(manifest)]
    print(json.dumps(results))
