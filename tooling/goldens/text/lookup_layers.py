"""Writes packages/layers/src/goldens/lookup-layers.json, and Keras files with text layers, with real Keras.

    python tooling/goldens/text/lookup_layers.py
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
MODES = ["int", "one_hot", "multi_hot", "count", "tf_idf"]

TEXTS = ["The cat sat, the dog's CAT!", "É a  dog\tand\na bird", "", "the end_of it's é 犬 犬", "dog dog bird zebra apple"]
UNSEEN = ["the unseen dog!", "犬 é cat cat bird bird", " "]
STRINGS = [["red", "green"], ["blue", "red"], ["", "red"], ["zebra", "green"], ["[UNK]", "apple"]]
NEW_STRINGS = [["red", "pink"], ["", "[UNK]"], ["green", "apple"]]
INTEGERS = [[5, 3], [5, -7], [0, 5], [3, 1000], [-1, 9]]
NEW_INTEGERS = [[5, 4], [0, -1], [-8, 1000]]


def values(result):
    array = np.asarray(result)
    return {"shape": array.shape, "values": array.ravel().tolist()}


def case(layer, options, data, inputs, batches=False):
    made = layer(**options)
    if data is not None:
        made.adapt(tf.data.Dataset.from_tensor_slices(data).batch(2) if batches else tf.constant(data))
    return {
        "options": options,
        "adapts": data is not None,
        "batches": batches,
        "vocabulary": [item.item() if hasattr(item, "item") else item for item in made.get_vocabulary()],
        "plain": [item.item() if hasattr(item, "item") else item for item in made.get_vocabulary(include_special_tokens=False)],
        **values(made(tf.constant(inputs))),
    }


def text_cases():
    cases = [case(layers.TextVectorization, {"output_mode": mode}, TEXTS, UNSEEN) for mode in MODES if mode != "one_hot"]
    for options in (
        {"output_sequence_length": 2},
        {"output_sequence_length": 6, "max_tokens": 6},
        {"standardize": None},
        {"standardize": "lower"},
        {"standardize": "strip_punctuation", "ngrams": 2},
        {"split": "character"},
        {"split": None},
        {"ngrams": (1, 3), "output_mode": "count"},
        {"output_mode": "multi_hot", "max_tokens": 20, "pad_to_max_tokens": True},
        {"output_mode": "tf_idf", "max_tokens": 20, "pad_to_max_tokens": True},
    ):
        cases.append(case(layers.TextVectorization, options, TEXTS, UNSEEN))
    cases.append(case(layers.TextVectorization, {"output_mode": "tf_idf"}, TEXTS, UNSEEN, batches=True))
    cases.append(case(layers.TextVectorization, {"vocabulary": ["dog", "cat"]}, None, UNSEEN))
    return cases


def string_cases():
    cases = [case(layers.StringLookup, {"output_mode": mode}, STRINGS, NEW_STRINGS) for mode in MODES]
    for mode in MODES:
        options = {"output_mode": mode, "mask_token": "", "max_tokens": 5}
        cases.append(case(layers.StringLookup, options, STRINGS, NEW_STRINGS, batches=True))
    column = [[row[0]] for row in NEW_STRINGS]
    flat = [row[0] for row in STRINGS]
    cases.append(case(layers.StringLookup, {"output_mode": "one_hot"}, STRINGS, column))
    cases.append(case(layers.StringLookup, {"output_mode": "tf_idf"}, flat, NEW_STRINGS))
    cases.append(case(layers.StringLookup, {"output_mode": "tf_idf"}, flat, NEW_STRINGS, batches=True))
    weights = {"vocabulary": ["red", "green"], "idf_weights": [0.5, 2.0], "output_mode": "tf_idf"}
    cases.append(case(layers.StringLookup, weights, None, NEW_STRINGS))
    whole = {"vocabulary": ["[UNK]", "red"], "idf_weights": [3.0, 2.0], "output_mode": "tf_idf"}
    cases.append(case(layers.StringLookup, whole, None, NEW_STRINGS))
    cases.append(case(layers.StringLookup, {"vocabulary": ["red", "pink", "", "[UNK]", "green", "apple"], "num_oov_indices": 0}, None, NEW_STRINGS))
    return cases


def integer_cases():
    cases = [case(layers.IntegerLookup, {"output_mode": mode}, INTEGERS, NEW_INTEGERS) for mode in MODES]
    for mode in MODES:
        options = {"output_mode": mode, "mask_token": 0, "num_oov_indices": 3}
        cases.append(case(layers.IntegerLookup, options, INTEGERS, NEW_INTEGERS, batches=True))
    cases.append(case(layers.IntegerLookup, {"vocabulary": [10, 20], "invert": True}, None, [[0, 1], [2, 9]]))
    cases.append(case(layers.IntegerLookup, {"vocabulary": [10, 20], "invert": True, "mask_token": 0}, None, [[0, 1], [2, 3]]))
    cases.append(case(layers.IntegerLookup, {"vocabulary": [5, 9], "max_tokens": 6, "pad_to_max_tokens": True, "output_mode": "count"}, None, NEW_INTEGERS))
    return cases


golden = {
    "data": {"TextVectorization": TEXTS, "StringLookup": STRINGS, "IntegerLookup": INTEGERS},
    "flat": [row[0] for row in STRINGS],
    "unseen": {"TextVectorization": UNSEEN, "StringLookup": NEW_STRINGS, "IntegerLookup": NEW_INTEGERS},
    "TextVectorization": text_cases(),
    "StringLookup": string_cases(),
    "IntegerLookup": integer_cases(),
}
# The inputs of special cases differ from `unseen`.
golden["StringLookup"][10]["inputs"] = [[row[0]] for row in NEW_STRINGS]
golden["StringLookup"][11]["data"] = golden["flat"]
golden["StringLookup"][12]["data"] = golden["flat"]
golden["IntegerLookup"][10]["inputs"] = [[0, 1], [2, 9]]
golden["IntegerLookup"][11]["inputs"] = [[0, 1], [2, 3]]
(ROOT / "layers/src/goldens/lookup-layers.json").write_text(json.dumps(golden, ensure_ascii=False) + "\n")


def classifier():
    keras.utils.set_random_seed(1)
    vectorize = layers.TextVectorization(output_sequence_length=5)
    vectorize.adapt(TEXTS)
    return keras.Sequential(
        [
            keras.Input(shape=(1,), dtype="string"),
            vectorize,
            layers.Embedding(vectorize.vocabulary_size(), 3),
            layers.GlobalAveragePooling1D(),
            layers.Dense(1),
        ]
    )


def table():
    keras.utils.set_random_seed(2)
    text = keras.Input(shape=(), dtype="string", name="text")
    color = keras.Input(shape=(1,), dtype="string", name="color")
    number = keras.Input(shape=(1,), dtype="int64", name="number")
    weighted = layers.TextVectorization(output_mode="tf_idf")
    weighted.adapt(TEXTS)
    colors = layers.StringLookup(output_mode="one_hot")
    colors.adapt(STRINGS)
    numbers = layers.IntegerLookup(output_mode="tf_idf", num_oov_indices=2)
    numbers.adapt(np.array(INTEGERS))
    parts = [weighted(text), colors(color), numbers(number)]
    return keras.Model([text, color, number], layers.Dense(2)(layers.Concatenate()(parts)))


FILES = ROOT / "serialization/src/keras/goldens/text"
FILES.mkdir(exist_ok=True)
first, second = classifier(), table()
first.save(FILES / "classifier.keras")
second.save(FILES / "table.keras")
inputs = {
    "text": tf.constant(UNSEEN),
    "color": tf.constant([[row[0]] for row in NEW_STRINGS]),
    "number": tf.constant([[row[0]] for row in NEW_INTEGERS]),
}
outputs = {
    "texts": UNSEEN,
    "colors": [row[0] for row in NEW_STRINGS],
    "numbers": [row[0] for row in NEW_INTEGERS],
    "classifier": np.asarray(first(tf.constant([[line] for line in UNSEEN]))).tolist(),
    "table": np.asarray(second([inputs["text"], inputs["color"], inputs["number"]])).tolist(),
}
(FILES / "outputs.json").write_text(json.dumps(outputs, ensure_ascii=False) + "\n")
