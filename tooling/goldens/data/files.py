"""Writes small CSV, TFRecord, Parquet and NumPy files, with their contents as Python reads them, as JSON.

Run from the root of the repository: python tooling/goldens/data/files.py
"""

import base64
import csv
import io
import json
import pathlib
import tempfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import tensorflow as tf

TARGET = pathlib.Path("packages/data/src/goldens/files.json")


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def csvs() -> list:
    texts = [
        'a,b,c\n1,2,3\n4,5,6\n',
        'a,b\r\n"x, y","he said ""no"""\r\nplain,"two\nlines"\r\n',
        'a,b\r1,2\r3,4',
        'a,b\n"",\n  ,"  "\n',
        'a,b\n"one\r\ntwo\rthree",in"side\n"""","a"""\n',
        'ü,日本\n"é",😀\n',
    ]
    made = []
    for content in texts:
        rows = [row for row in csv.reader(io.StringIO(content, newline="")) if row]
        made.append({"text": content, "rows": rows})
    return made


def records() -> dict:
    def feature(**kinds):
        return tf.train.Feature(**kinds)

    examples = []
    for i in range(3):
        examples.append(
            tf.train.Example(
                features=tf.train.Features(
                    feature={
                        "label": feature(int64_list=tf.train.Int64List(value=[i - 1])),
                        "x": feature(float_list=tf.train.FloatList(value=[i + 0.5, -i, 1e-3, 3])),
                        "words": feature(int64_list=tf.train.Int64List(value=list(range(i)))),
                        "name": feature(bytes_list=tf.train.BytesList(value=[f"日本{i}".encode()])),
                        "tags": feature(bytes_list=tf.train.BytesList(value=[b"a", b"\xff"][: i + 1])),
                        "large": feature(int64_list=tf.train.Int64List(value=[2**40, -(2**63)])),
                        "empty": feature(),
                    }
                )
            ).SerializeToString()
        )
    made = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, kind in (("plain", ""), ("gzip", "GZIP")):
            path = f"{folder}/{name}"
            with tf.io.TFRecordWriter(path, kind) as writer:
                for example in examples:
                    writer.write(example)
                writer.write(b"")
            made[name] = text(pathlib.Path(path).read_bytes())
    return {**made, "examples": [text(example) for example in examples]}


def parquet() -> dict:
    rows = 10
    table = pa.table(
        {
            "id": pa.array(range(rows), pa.int64()),
            "large": pa.array([2**60 + i for i in range(rows)], pa.int64()),
            "x": pa.array([i / 4 for i in range(rows)], pa.float32()),
            "name": pa.array([None if i == 3 else f"日本{i % 3}" for i in range(rows)]),
            "flag": pa.array([i % 2 == 0 for i in range(rows)]),
            "list": pa.array([list(range(i % 3)) for i in range(rows)], pa.list_(pa.int32())),
            "pair": pa.array([{"a": i, "b": str(i)} for i in range(rows)]),
        }
    )
    made = {}
    for compression in ("none", "snappy", "gzip", "zstd", "brotli"):
        stream = io.BytesIO()
        pq.write_table(table, stream, compression=compression, row_group_size=4)
        made[compression] = text(stream.getvalue())
    return {"files": made, "rows": table.drop(["large"]).to_pylist()}


def npz() -> dict:
    stream = io.BytesIO()
    np.savez_compressed(stream, x=np.arange(6, dtype="f4").reshape(3, 2), y=np.array([1, 2, 3]), other=np.zeros(5))
    array = io.BytesIO()
    np.save(array, np.asfortranarray(np.arange(6, dtype=">i4").reshape(3, 2)))
    return {"npz": text(stream.getvalue()), "npy": text(array.getvalue())}


TARGET.write_text(
    json.dumps({"csv": csvs(), "tfRecord": records(), "parquet": parquet(), **npz()}, ensure_ascii=False) + "\n"
)
