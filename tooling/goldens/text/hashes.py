"""Writes packages/text/src/goldens/hashes.json with TensorFlow: hashes of strings of all lengths up to 200 bytes.

    python tooling/goldens/text/hashes.py
"""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

from pathlib import Path

import tensorflow as tf

OUT = Path(__file__).parents[3] / "packages/text/src/goldens/hashes.json"
LARGEST = 2**63 - 1
KEYS = [[133, 137], [0, 0], [-5, 2**53 - 1]]


def ascii_text(length):
    """The test has the same formula."""
    return "".join(chr(32 + (i * i * 7 + i * 11 + length * 13) % 95) for i in range(length))


TEXTS = [ascii_text(length) for length in range(201)]
WORDS = ["猫", "今日は良い天気です。", "日本語の文章をハッシュする。" * 4, "é", "🐈", "naïve café 🐈 犬", "0", "-1", "2147483647", "-2147483648"]


def fingerprints(texts):
    data = tf.raw_ops.Fingerprint(data=tf.constant(texts), method="farmhash64").numpy()
    return [str(int.from_bytes(bytes(row), "little")) for row in data]


def strong(texts, key):
    return [str(int(value)) for value in tf.strings.to_hash_bucket_strong(texts, LARGEST, key).numpy()]


def crossed(columns, buckets):
    return tf.sparse.to_dense(tf.sparse.cross_hashed(columns, buckets)).numpy().ravel().tolist()


golden = {
    "fingerprints": fingerprints(TEXTS),
    "keys": KEYS,
    "strong": [strong(TEXTS[:41], key) for key in KEYS],
    "words": [
        {"text": word, "fingerprint": fingerprints([word])[0], "strong": strong([word], KEYS[0])[0]} for word in WORDS
    ],
    "crossed": [
        {"columns": columns, "buckets": buckets, "values": crossed([tf.constant(column) for column in columns], buckets)}
        for buckets in (5, 1000, 0)
        for columns in (
            [[["a"], ["b"], ["猫"]], [[101], [-7], [0]]],
            [[["a"], [""], ["long text of more than sixteen bytes"]], [["x"], ["y"], ["z"]], [[1], [2], [-(2**31)]]],
        )
    ],
}
for case in golden["crossed"]:
    case["values"] = [str(value) for value in case["values"]]
OUT.write_text(json.dumps(golden, ensure_ascii=False) + "\n")
