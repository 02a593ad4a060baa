"""Loads SavedModels written by manabi with TensorFlow, and compares their outputs.

Run by a test: python tooling/goldens/saved-models/check.py MANIFEST
The manifest is a list of {"folder", "inputs", "outputs"}; arrays are {"dtype", "shape", "data"} by name. Prints one line of JSON
with the largest difference, or the error, of each model. Each model is also called with another batch size.
"""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf


def array(item):
    return np.array(item["data"], item["dtype"]).reshape(item["shape"])


def check(entry):
    try:
        function = tf.saved_model.load(entry["folder"]).signatures["serving_default"]
        inputs = {name: array(item) for name, item in entry["inputs"].items()}
        outputs = function(**{name: tf.constant(x) for name, x in inputs.items()})
        worst = 0.0
        for name, item in entry["outputs"].items():
            expected = array(item)
            if outputs[name].shape != expected.shape:
                return {"error": f"{name}: expected shape {expected.shape}; got {outputs[name].shape}"}
            worst = max(worst, float(np.max(np.abs(outputs[name].numpy() - expected) / np.maximum(1, np.abs(expected)), initial=0)))
        # The first row alone, and the rows repeated: other batch sizes.
        for count in [1, 3]:
            other = {name: np.concatenate([x] * count)[: max(1, count * len(x) - (count > 1))] if count > 1 else x[:1] for name, x in inputs.items()}
            found = function(**{name: tf.constant(x) for name, x in other.items()})
            for name, item in entry["outputs"].items():
                expected = array(item)[:1]
                worst = max(worst, float(np.max(np.abs(found[name].numpy()[:1] - expected) / np.maximum(1, np.abs(expected)), initial=0)))
        return {"difference": worst}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:600]}


if __name__ == "__main__":
    with open(sys.argv[1]) as manifest:
        results = [check(entry) for entry in json.load(manifest)]
    print(json.dumps(results))
