"""Lists the content of an .h5 file that Keras 2 writes: python tooling/goldens/keras-files/h5_structure.py

Writes packages/serialization/src/keras/goldens/h5-structure.json: shapes of datasets, and attributes of groups, by path.
Requires tf_keras. A test saves the same model with manabi and compares.
"""

import json
import os
import tempfile
from pathlib import Path

import h5py
import numpy as np
import tf_keras as keras

layers = keras.layers


def build():
    image = keras.Input((4, 4, 1), name="image")
    x = layers.Conv2D(2, 3, activation="relu", name="conv")(image)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.Flatten(name="flatten")(x)
    head = keras.Sequential([layers.Input((8,)), layers.Dense(3, name="hidden"), layers.Dropout(0.5, name="drop")], name="head")
    y = layers.Dense(2, activation="softmax", name="result")(head(x))
    model = keras.Model(image, y, name="network")
    model.compile(optimizer=keras.optimizers.Adam(0.25), loss="mse")
    model.fit(np.ones((2, 4, 4, 1)), np.ones((2, 2)), verbose=0)
    return model


def text(value):
    if isinstance(value, str):
        return value
    return [str(item) for item in value]


def listing(file):
    found = {}
    with h5py.File(file) as f:
        def visit(path, node):
            entry = {"shape": list(node.shape)} if isinstance(node, h5py.Dataset) else {}
            for name, value in node.attrs.items():
                if name != "keras_version":
                    entry[name] = json.loads(value) if name.endswith("_config") else text(value)
            found[path] = entry
        visit("", f)
        f.visititems(visit)
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "a.h5")
        build().save(file)
        content = listing(file)
    goal = Path(__file__).parents[3] / "packages/serialization/src/keras/goldens/h5-structure.json"
    goal.write_text(json.dumps(content, indent=1) + "\n")
