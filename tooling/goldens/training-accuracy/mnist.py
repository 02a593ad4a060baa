"""Prints the test accuracy of Keras on MNIST, with the networks and settings of the recipes of @manabi/cli.

Run from the root of the repository:
KERAS_BACKEND=torch OMP_NUM_THREADS=1 python tooling/goldens/training-accuracy/mnist.py mlp|bn|cnn SEED [EPOCHS]
"""

import gzip
import json
import pathlib
import sys

import keras
import numpy as np
from keras import Input, Sequential, layers

DATA = pathlib.Path("packages/mnist/data")
EPOCHS = {"mlp": 5, "bn": 10, "cnn": 4}
BATCH_SIZES = {"mlp": 32, "bn": 128, "cnn": 128}


def idx(name, header):
    return np.frombuffer(gzip.decompress((DATA / f"{name}.gz").read_bytes()), np.uint8, offset=header)


def digits(part):
    images = idx(f"{part}-images-idx3-ubyte", 16).reshape(-1, 28, 28, 1)
    return images, idx(f"{part}-labels-idx1-ubyte", 8)


def hidden(kind):
    if kind == "mlp":
        return [layers.Flatten(), layers.Dense(128, "relu"), layers.Dense(64, "relu")]
    if kind == "bn":
        blocks = [
            [layers.Dense(units), layers.BatchNormalization(), layers.Activation("relu"), layers.Dropout(0.2)]
            for units in (512, 256, 128)
        ]
        return [layers.Flatten(), *sum(blocks, [])]
    return [
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(128, "relu"),
    ]


kind, seed = sys.argv[1], int(sys.argv[2])
epochs = int(sys.argv[3]) if len(sys.argv) > 3 else EPOCHS[kind]
keras.utils.set_random_seed(seed)
(x, y), (x_test, y_test) = digits("train"), digits("t10k")
network = Sequential([Input((28, 28, 1)), layers.Rescaling(1 / 255), *hidden(kind), layers.Dense(10, "softmax")])
network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
split = 0.05 if kind == "cnn" else 0
network.fit(x, y, epochs=epochs, batch_size=BATCH_SIZES[kind], validation_split=split, verbose=0)
_, accuracy = network.evaluate(x_test, y_test, batch_size=1000, verbose=0)
print(json.dumps({"task": kind, "seed": seed, "epochs": epochs, "testAccuracy": round(accuracy, 4)}))
