"""Saves the weights of a small model in several files, and the model as one file.

Run from the root of the repository: KERAS_BACKEND=torch python tooling/goldens/keras-files/shards.py
"""

import pathlib

import keras

TARGET = pathlib.Path("packages/serialization/src/keras/goldens/shards")

if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(6, bias_initializer="uniform"), keras.layers.BatchNormalization(), keras.layers.Dense(2)])
    model.save(TARGET / "model.keras")
    # 100 bytes for each file, so that the arrays of a layer are in several files.
    model.save_weights(TARGET / "model.weights.json", max_shard_size=100 / 2**30)
