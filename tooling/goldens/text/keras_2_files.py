"""Writes packages/serialization/src/keras/goldens/text/*.h5 with Keras 2 (tf_keras): models with layers that encode strings.

    python tooling/goldens/text/keras_2_files.py
"""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

from pathlib import Path

import numpy as np
import tensorflow as tf
import tf_keras as keras
from tf_keras import layers

FILES = Path(__file__).parents[3] / "packages/serialization/src/keras/goldens/text"
TEXTS = ["a cat, a dog!", "", "dog dog bird"]
WORDS = [["cat"], [""], ["犬"]]
NUMBERS = [[5], [-7], [1000]]


def texts():
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input(shape=(), dtype="string"),
            layers.TextVectorization(vocabulary=["a", "dog", "cat"], output_sequence_length=4),
            layers.Embedding(5, 3),
            layers.GlobalAveragePooling1D(),
            layers.Dense(2),
        ]
    )


def table():
    keras.utils.set_random_seed(2)
    text = keras.Input(shape=(1,), dtype="string", name="text")
    word = keras.Input(shape=(1,), dtype="string", name="word")
    place = keras.Input(shape=(1,), dtype="string", name="place")
    number = keras.Input(shape=(1,), dtype="int64", name="number")
    idf = {"vocabulary": ["a", "dog", "cat"], "idf_weights": [0.5, 2.0, 1.5], "output_mode": "tf_idf"}
    numbers = {"vocabulary": [5, 1000], "idf_weights": [0.25, 3.0], "output_mode": "tf_idf"}
    parts = [
        layers.TextVectorization(**idf)(text),
        layers.StringLookup(vocabulary=["cat", "犬"], output_mode="one_hot", num_oov_indices=3)(word),
        layers.IntegerLookup(**numbers)(number),
        layers.HashedCrossing(6, output_mode="one_hot")([place, number]),
        layers.Flatten()(layers.Embedding(9, 2)(layers.Hashing(9, mask_value="")(place))),
    ]
    return keras.Model([text, word, place, number], layers.Dense(2)(layers.Concatenate()(parts)))


first, second = texts(), table()
first.save(FILES / "keras-2-texts.h5")
second.save(FILES / "keras-2-table.h5")
inputs = [tf.constant([[text] for text in TEXTS]), tf.constant(WORDS), tf.constant(WORDS), tf.constant(NUMBERS)]
outputs = {
    "texts": TEXTS,
    "words": WORDS,
    "numbers": NUMBERS,
    "keras-2-texts": np.asarray(first(tf.constant(TEXTS))).tolist(),
    "keras-2-table": np.asarray(second(inputs)).tolist(),
}
(FILES / "keras-2-outputs.json").write_text(json.dumps(outputs, ensure_ascii=False) + "\n")
