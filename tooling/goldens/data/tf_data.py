"""Writes what stages of tf.data produce, and what Keras's timeseries_dataset_from_array produces, as JSON.

Run from the root of the repository: python tooling/goldens/data/tf_data.py
"""

import json
import pathlib

import keras
import numpy as np
import tensorflow as tf

TARGET = pathlib.Path("packages/data/src/goldens/tf-data.json")
Dataset = tf.data.Dataset


def lists(value):
    """Converts tensors and nested datasets to lists."""
    if isinstance(value, tf.data.Dataset):
        return [lists(element) for element in value]
    if isinstance(value, (tuple, list)):
        return [lists(part) for part in value]
    if isinstance(value, dict):
        return {key: lists(part) for key, part in value.items()}
    if hasattr(value, "numpy"):
        value = value.numpy()
    if isinstance(value, bytes):
        return value.decode()
    return value.tolist() if hasattr(value, "tolist") else value


def cardinality(dataset):
    count = int(dataset.cardinality())
    return "unknown" if count == -2 else count


windows = []
for total in (0, 1, 5, 10, 13):
    for size, shift, stride in ((3, None, 1), (3, 1, 1), (2, 3, 1), (3, 2, 2), (4, 5, 3), (1, 1, 1), (20, 1, 1)):
        for drop in (False, True):
            made = Dataset.range(total).window(size, shift, stride, drop_remainder=drop)
            windows.append(
                {
                    "total": total,
                    "size": size,
                    "options": {"shift": shift, "stride": stride, "dropRemainder": drop},
                    "cardinality": cardinality(made),
                    "windows": lists(made),
                }
            )

interleaves = []
for lengths in ([3, 3, 3], [1, 4, 2, 5], [0, 2, 0, 3, 1], [5], [], [2, 2, 2, 2, 2, 2, 2]):
    for cycle, block in ((1, 1), (2, 1), (2, 2), (3, 2), (4, 3), (10, 1)):
        source = Dataset.from_tensor_slices(np.array(lengths, np.int64)).enumerate()
        made = source.interleave(
            lambda i, n: Dataset.range(n).map(lambda k: 100 * i + k), cycle_length=cycle, block_length=block
        )
        interleaves.append({"lengths": lengths, "cycle": cycle, "block": block, "elements": lists(made)})

sequences = [[1], [1, 2, 3], [4, 5], [], [6, 7, 8, 9], [10], [11, 12], [13, 14, 15, 16, 17]]
ragged = Dataset.from_generator(lambda: sequences, output_signature=tf.TensorSpec([None], tf.int32))
padded = [
    {"size": 3, "options": {}, "batches": lists(ragged.padded_batch(3))},
    {
        "size": 3,
        "options": {"paddingValues": -1, "dropRemainder": True},
        "batches": lists(ragged.padded_batch(3, padding_values=-1, drop_remainder=True)),
    },
    {"size": 4, "options": {"paddedShapes": [6]}, "batches": lists(ragged.padded_batch(4, padded_shapes=[6]))},
]
matrices = [np.arange(rows * columns).reshape(rows, columns) for rows, columns in ((1, 2), (3, 1), (2, 4))]
pairs = Dataset.from_generator(
    lambda: [(m.astype("f4"), len(m)) for m in matrices],
    output_signature=(tf.TensorSpec([None, None], tf.float32), tf.TensorSpec([], tf.int32)),
)
nested = lists(pairs.padded_batch(3, padded_shapes=([None, 5], []), padding_values=(-2.5, 0)))

buckets = []
for boundaries, sizes, options in (
    ([2, 4], [2, 2, 2], {}),
    ([3], [3, 2], {"drop_remainder": True}),
    ([2, 4, 6], [2, 3, 1, 1], {"pad_to_bucket_boundary": True}),
    ([2, 4], [1, 4, 2], {"padding_values": 9}),
):
    made = ragged.bucket_by_sequence_length(lambda x: tf.shape(x)[0], boundaries, sizes, **options)
    camel = {"drop_remainder": "dropRemainder", "padding_values": "paddingValues"}
    camel["pad_to_bucket_boundary"] = "padToBucketBoundary"
    buckets.append(
        {
            "boundaries": boundaries,
            "sizes": sizes,
            "options": {camel[key]: value for key, value in options.items()},
            "batches": lists(made),
        }
    )

shards = [
    {"total": n, "count": c, "index": i, "cardinality": cardinality(s := Dataset.range(n).shard(c, i)), "elements": lists(s)}
    for n, c, i in ((10, 3, 0), (10, 3, 1), (10, 3, 2), (2, 5, 4), (0, 2, 1), (7, 1, 0))
]
rebatches = [
    {"total": n, "from": a, "to": b, "drop": d, "batches": lists(Dataset.range(n).batch(a).rebatch(b, drop_remainder=d))}
    for n, a, b, d in ((10, 3, 2, False), (10, 3, 4, True), (7, 2, 5, False), (6, 6, 2, True))
]
ranges = [
    {"args": a, "elements": lists(r := Dataset.range(*a)), "cardinality": cardinality(r)}
    for a in ((5,), (2, 5), (1, 10, 3), (5, 0, -2), (3, 3), (5, 2), (0, -3))
]

series = []
for options in (
    {"sequence_length": 4},
    {"sequence_length": 3, "sequence_stride": 2, "batch_size": 3},
    {"sequence_length": 3, "sampling_rate": 3, "batch_size": 4},
    {"sequence_length": 3, "sampling_rate": 2, "sequence_stride": 3, "start_index": 2, "end_index": 17, "batch_size": 2},
    {"sequence_length": 20},
    {"sequence_length": 5, "end_index": 9, "batch_size": 100},
    {"sequence_length": 5, "start_index": 12},
    {"sequence_length": 2, "batch_size": None},
    {"sequence_length": 25},
):
    for targets in (None, "aligned", "short"):
        data = np.stack([np.arange(20), 100 + np.arange(20)], 1).astype("f4")
        y = {"aligned": 1000 + np.arange(20), "short": 1000 + np.arange(7), None: None}[targets]
        made = keras.utils.timeseries_dataset_from_array(data, y, **options)
        try:
            series.append({"options": options, "targets": targets, "batches": lists(made)})
        except tf.errors.InvalidArgumentError:
            # Keras counts the targets before `start_index` too, and then reads behind the last one.
            assert targets == "short" and options.get("start_index")

TARGET.parent.mkdir(exist_ok=True)
TARGET.write_text(
    json.dumps(
        {
            "windows": windows,
            "interleaves": interleaves,
            "sequences": sequences,
            "padded": padded,
            "nested": nested,
            "buckets": buckets,
            "shards": shards,
            "rebatches": rebatches,
            "ranges": ranges,
            "series": series,
        }
    )
    + "\n"
)
