"""Writes packages/layers/src/goldens/hash-layers.json, and Keras files with layers that hash, with real Keras.

    python tooling/goldens/text/hash_layers.py
"""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers

ROOT = Path(__file__).parents[3] / "packages"

WORDS = ["猫", "", "long text of more than sixteen bytes", "a", "é", "[UNK]", "日本語の文章" * 6, "masked"]
STRINGS = [WORDS[:4], WORDS[4:]]
COLUMN = [[word] for word in WORDS]
DIGITS = [int("1234567891"[:n]) for n in range(1, 11)]
INTEGERS = [DIGITS + [0, 2**31 - 1], [-number for number in DIGITS] + [7, -(2**31)]]


def values(result):
    array = np.asarray(result)
    return {"shape": array.shape, "values": array.ravel().tolist()}


def case(layer, options, inputs):
    made = getattr(layers, layer)(**options)
    given = tf.constant(inputs) if layer != "HashedCrossing" else [tf.constant(column) for column in inputs]
    return {"layer": layer, "options": options, "inputs": inputs, **values(made(given))}


def hashing(inputs, mask):
    for options in (
        {"num_bins": 3},
        {"num_bins": 1},
        {"num_bins": 1, "mask_value": mask},
        {"num_bins": 1000, "mask_value": mask},
        {"num_bins": 2**31 - 1},
        {"num_bins": 65537, "salt": 133},
        {"num_bins": 70, "salt": [133, 137], "mask_value": mask},
        {"num_bins": 6, "output_mode": "multi_hot"},
        {"num_bins": 6, "output_mode": "count", "mask_value": mask},
        {"num_bins": 6, "output_mode": "one_hot", "salt": [0, 2**52 + 1]},
    ):
        yield case("Hashing", options, inputs)


cases = [
    *hashing(STRINGS, "masked"),
    *hashing(INTEGERS, 7),
    case("Hashing", {"num_bins": 6, "output_mode": "one_hot"}, COLUMN),
    case("Hashing", {"num_bins": 6, "output_mode": "one_hot"}, WORDS),
    case("Hashing", {"num_bins": 6, "output_mode": "count"}, WORDS),
]
for mode in ("int", "one_hot"):
    options = {"num_bins": 40, "output_mode": mode}
    cases.append(case("HashedCrossing", options, [COLUMN, [[n] for n in INTEGERS[0][4:]]]))
    cases.append(case("HashedCrossing", options, [INTEGERS[0][:8], WORDS, INTEGERS[1][4:]]))
    cases.append(case("HashedCrossing", {"num_bins": 2**31 - 1}, [INTEGERS[1], INTEGERS[0]]))
for mode in ("int", "one_hot", "multi_hot", "count"):
    options = {"num_oov_indices": 3, "vocabulary": ["a", "é"], "output_mode": mode}
    cases.append(case("StringLookup", options, STRINGS))
    cases.append(case("StringLookup", {**options, "salt": [5, 6], "mask_token": "masked"}, STRINGS))
    options = {"num_oov_indices": 5, "vocabulary": [12, -123], "output_mode": mode, "oov_method": "farmhash"}
    cases.append(case("IntegerLookup", options, INTEGERS))
    cases.append(case("IntegerLookup", {**options, "salt": 9, "mask_token": 7}, INTEGERS))
(ROOT / "layers/src/goldens/hash-layers.json").write_text(json.dumps({"cases": cases}, ensure_ascii=False) + "\n")


def table():
    keras.utils.set_random_seed(3)
    city = keras.Input(shape=(1,), dtype="string", name="city")
    color = keras.Input(shape=(2,), dtype="string", name="color")
    hour = keras.Input(shape=(1,), dtype="int64", name="hour")
    parts = [
        layers.Flatten()(layers.Embedding(20, 3)(layers.Hashing(20, mask_value="")(city))),
        layers.Hashing(9, output_mode="multi_hot", salt=[3, 4])(color),
        layers.Hashing(4, output_mode="one_hot")(hour),
        layers.HashedCrossing(12, output_mode="one_hot")([city, hour]),
    ]
    return keras.Model([city, color, hour], layers.Dense(2)(layers.Concatenate()(parts)))


def chain(values_dtype):
    keras.utils.set_random_seed(4)
    return keras.Sequential(
        [
            keras.Input(shape=(3,), dtype=values_dtype),
            layers.Hashing(11),
            layers.Embedding(11, 2),
            layers.GlobalAveragePooling1D(),
        ]
    )


def spread():
    keras.utils.set_random_seed(5)
    return keras.Sequential(
        [
            keras.Input(shape=(4,), dtype="string"),
            layers.StringLookup(num_oov_indices=4, vocabulary=["a", "é"], output_mode="count", salt=[1, 2]),
            layers.Dense(2),
        ]
    )


FILES = ROOT / "serialization/src/keras/goldens/text"
cities = [[word] for word in WORDS]
colors = [[a, b] for a, b in zip(WORDS, reversed(WORDS))]
hours = [[hour] for hour in INTEGERS[1][:8]]
texts = [WORDS[i : i + 3] for i in range(4)]
numbers = [INTEGERS[0][i : i + 3] for i in range(4)]
models = {
    "hash-table": (table(), [tf.constant(cities), tf.constant(colors), tf.constant(hours)]),
    "hash-strings": (chain("string"), tf.constant(texts)),
    "hash-integers": (chain("int64"), tf.constant(numbers)),
    "hash-spread": (spread(), tf.constant(STRINGS)),
}
outputs = {"cities": cities, "colors": colors, "hours": hours, "texts": texts, "numbers": numbers, "strings": STRINGS}
for name, (model, inputs) in models.items():
    model.save(FILES / f"{name}.keras")
    outputs[name] = np.asarray(model(inputs)).tolist()
(FILES / "hash-outputs.json").write_text(json.dumps(outputs, ensure_ascii=False) + "\n")
