"""Writes packages/text/src/goldens/keras.json: texts through tf_keras's Tokenizer and sequence functions.

    python tooling/goldens/text/keras_text.py
"""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

from pathlib import Path

import tf_keras
from tf_keras.preprocessing import sequence, text

OUTPUT = Path(__file__).parents[3] / "packages/text/src/goldens/keras.json"

TEXTS = [
    "The cat saw the dog; the dog didn't see the cat!",
    "A dog\tand a cat\nand a BIRD (a small_one).",
    "",
    "ΟΔΟΣ İstanbul STRASSE straße 🐈 dog",
    "constructor __proto__ 2020 10 10 toString",
    "it's -- it isn't: 'quoted'  double  spaces",
]
UNSEEN = ["the unseen cat __proto__ hasOwnProperty", "BIRD, bird. dog 10 2020", "", "!!!"]

OPTIONS = [
    {},
    {"num_words": 5},
    {"num_words": 0},
    {"oov_token": "<OOV>"},
    {"num_words": 6, "oov_token": "<OOV>"},
    {"oov_token": "dog"},
    {"lower": False, "filters": ".,!"},
    {"filters": "", "split": "\n"},
    {"split": ", ", "filters": ";"},
    {"char_level": True},
    {"char_level": True, "lower": False, "oov_token": "?", "num_words": 12},
]


def tokenizer_case(options):
    t = text.Tokenizer(**options)
    t.fit_on_texts(TEXTS[:3])
    t.fit_on_texts(TEXTS[3:])
    sequences = t.texts_to_sequences(TEXTS + UNSEEN)
    return {
        "options": options,
        "words": list(t.word_index.items()),
        "sequences": sequences,
        "texts": t.sequences_to_texts(sequences + [[0, 1, 2, 999]]),
        "matrices": {mode: t.texts_to_matrix(TEXTS + UNSEEN, mode).tolist() for mode in ("binary", "count", "freq", "tfidf")},
        "json": t.to_json(),
    }


def on_sequences():
    t = text.Tokenizer(num_words=6)
    data = [[1, 2, 2, 5], [], [3, 5, 9]]
    t.fit_on_sequences(data)
    return {"sequences": data, "tfidf": t.sequences_to_matrix(data, "tfidf").tolist()}


def on_tokens():
    tokens = [["New York", "is", "Big"], ["new york", "NEW YORK"]]
    t = text.Tokenizer()
    t.fit_on_texts(tokens)
    return {"tokens": tokens, "words": list(t.word_index.items()), "sequences": t.texts_to_sequences(tokens)}


def hashes():
    cases = []
    for n in (2, 10, 1000, 2**31):
        for line in TEXTS:
            cases.append({"text": line, "n": n, "indices": text.hashing_trick(line, n, hash_function="md5")})
    return cases


def padded():
    data = [[1], [2, 3], [], [4, 5, 6, 7]]
    vectors = [[[1, 2]], [[3, 4], [5, 6], [7, 8]]]
    cases = []
    for options in (
        {},
        {"maxlen": 3},
        {"maxlen": 3, "padding": "post"},
        {"maxlen": 3, "truncating": "post"},
        {"maxlen": 2, "padding": "post", "truncating": "post", "value": -1, "dtype": "float32"},
        {"maxlen": 6, "value": 9},
    ):
        for inputs in (data, vectors):
            result = sequence.pad_sequences(inputs, **options)
            cases.append({"inputs": inputs, "options": options, "shape": result.shape, "values": result.ravel().tolist()})
    return cases


def categorical():
    cases = []
    for labels, classes in (([0, 2, 1], None), ([0, 2, 1], 5), ([[0], [1]], None), ([[0, 1], [2, 1]], None)):
        result = tf_keras.utils.to_categorical(labels, classes)
        cases.append({"labels": labels, "classes": classes, "shape": result.shape, "values": result.ravel().tolist()})
    return cases


def pairs():
    cases = []
    for size in (1, 4):
        couples, labels = sequence.skipgrams([1, 0, 2, 3, 1, 4], 5, window_size=size, negative_samples=0, shuffle=False)
        cases.append({"windowSize": size, "couples": couples, "labels": labels})
    return cases


golden = {
    "texts": TEXTS,
    "unseen": UNSEEN,
    "tokenizers": [tokenizer_case(options) for options in OPTIONS],
    "onSequences": on_sequences(),
    "onTokens": on_tokens(),
    "hashes": hashes(),
    "padded": padded(),
    "categorical": categorical(),
    "skipgrams": pairs(),
    "samplingTable": sequence.make_sampling_table(50).tolist(),
    "smallSamplingTable": sequence.make_sampling_table(10, 0.5).tolist(),
}
OUTPUT.write_text(json.dumps(golden, ensure_ascii=False) + "\n")
