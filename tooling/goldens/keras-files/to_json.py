"""Writes what `model.to_json()` of Keras 3 and of Keras 2 (tf_keras) returns for small models.

Run: python tooling/goldens/keras-files/to_json.py
"""

import json
import pathlib

import keras
import tf_keras

GOLDENS = pathlib.Path(__file__).parents[3] / "packages/serialization/src/keras/goldens"

newer = keras.Sequential(
    [
        keras.layers.Input((4,)),
        keras.layers.Dense(3, activation="relu"),
        keras.layers.BatchNormalization(),
        keras.layers.Dense(2, name="out"),
    ]
)
newer.compile(optimizer=keras.optimizers.Adam(1e-2), loss="mse")

steps = tf_keras.Input((5, 3))
older = tf_keras.Model(steps, tf_keras.layers.Dense(2)(tf_keras.layers.LSTM(4)(steps)))

written = {"keras3": json.loads(newer.to_json()), "keras2": json.loads(older.to_json())}
(GOLDENS / "to-json.json").write_text(json.dumps(written))
