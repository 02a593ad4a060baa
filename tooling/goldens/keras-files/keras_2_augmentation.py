"""Saves a model of Keras 2 with augmentation layers, and prints what it predicts.

Run from the root of the repository, with tf_keras: python tooling/goldens/keras-files/keras_2_augmentation.py
"""

import pathlib
import tempfile
import zipfile

import numpy as np
import tf_keras as keras

TARGET = pathlib.Path("packages/serialization/src/keras/legacy/goldens/augmentation.keras")
layers = keras.layers

if __name__ == "__main__":
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((8, 9, 2)),
            layers.RandomFlip("horizontal"),
            layers.RandomRotation(0.1),
            layers.RandomZoom(0.1, 0.2, fill_mode="constant"),
            layers.RandomTranslation(0.1, (-0.1, 0.2)),
            layers.RandomContrast(0.2),
            layers.RandomBrightness(0.2),
            layers.RandomCrop(6, 5),
            layers.Conv2D(2, 3),
        ]
    )
    images = (np.arange(8 * 9 * 2).reshape(1, 8, 9, 2) % 11).astype("float32")
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        model.save(f"{folder}/a.keras")
        with zipfile.ZipFile(f"{folder}/a.keras") as read, zipfile.ZipFile(TARGET, "w", zipfile.ZIP_DEFLATED) as write:
            for entry in read.namelist():
                write.writestr(zipfile.ZipInfo(entry, (1980, 1, 1, 0, 0, 0)), read.read(entry), zipfile.ZIP_DEFLATED, 9)
    print([float(f"{y:.6g}") for y in model.predict(images, verbose=0).reshape(-1)])
