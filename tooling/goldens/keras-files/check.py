"""Loads models saved by manabi with Keras, and compares their predictions.

Run by a test: KERAS_BACKEND=torch python tooling/goldens/keras-files/check.py MANIFEST
The manifest is a list of {"file", "inputs", "outputs"}; arrays are {"dtype", "shape", "data"}. Prints one line of JSON with the
largest difference, or the error, of each model.
"""

import json
import sys

import keras
import numpy as np

import kept  # noqa: F401, which registers the custom classes of some files


def array(item):
    return np.array(item["data"], item["dtype"]).reshape(item["shape"])


def in_structure(model, inputs):
    """Packs the inputs into the structure of the model's inputs."""
    if isinstance(model, keras.Sequential):
        return inputs[0]
    return keras.tree.pack_sequence_as(model._inputs_struct, inputs)


def check(entry):
    try:
        model = keras.saving.load_model(entry["file"])
        inputs = in_structure(model, [array(item) for item in entry["inputs"]])
        outputs = model.predict(inputs, verbose=0)
        outputs = keras.tree.flatten(outputs)
        expected = [array(item) for item in entry["outputs"]]
        if [x.shape for x in outputs] != [x.shape for x in expected]:
            return {"error": f"expected shapes {[x.shape for x in expected]}; got {[x.shape for x in outputs]}"}
        scale = [np.maximum(1, np.abs(x)) for x in expected]
        differences = [np.max(np.abs(a - b) / s, initial=0) for a, b, s in zip(outputs, expected, scale)]
        return {"difference": float(max(differences, default=0))}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:400]}


if __name__ == "__main__":
    with open(sys.argv[1]) as manifest:
        results = [check(entry) for entry in json.load(manifest)]
    print(json.dumps(results))
