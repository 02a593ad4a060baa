"""Writes what Keras's preprocess_input computes for a small image, for each of its modes.

Run from the root of the repository: KERAS_BACKEND=tensorflow python tooling/goldens/applications/preprocessing.py
"""

import json
import pathlib

import numpy as np
from keras.applications import densenet, efficientnet, mobilenet, vgg16
from keras.src.applications import imagenet_utils

TARGET = pathlib.Path("packages/applications/src/goldens/preprocessing.json")
MODULES = {"caffe": vgg16, "tf": mobilenet, "torch": densenet, "identity": efficientnet}

image = np.array([[[0, 127, 255], [1, 2, 3]], [[200, 100, 50], [255, 0, 17]]], dtype=np.uint8)
rows = {mode: np.asarray(module.preprocess_input(image.astype(np.float32).copy())).tolist() for mode, module in MODULES.items()}
scores = np.zeros((2, 1000), dtype=np.float32)
scores[0, [3, 990, 17]] = [0.25, 0.5, 0.125]
scores[1, 7] = 1
index = {str(i): (f"n{i}", f"class {i}") for i in range(1000)}
imagenet_utils.CLASS_INDEX = index
decoded = imagenet_utils.decode_predictions(scores, top=2)
TARGET.write_text(
    json.dumps(
        {
            "image": image.tolist(),
            "modes": rows,
            "decoded": [[[wnid, name, float(score)] for wnid, name, score in row] for row in decoded],
        }
    )
    + "\n"
)
