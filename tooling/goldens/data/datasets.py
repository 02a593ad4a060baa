"""Writes small datasets in the formats of Keras's files, with what Keras's loaders return for them, as JSON.

Run from the root of the repository: python tooling/goldens/data/datasets.py
"""

import base64
import importlib
import io
import json
import pathlib
import pickle
import tarfile
import tempfile
import zipfile

import numpy as np

TARGET = pathlib.Path("packages/datasets/src/goldens/datasets.json")
rng = np.random.default_rng(7)


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def npz(arrays: dict, protocol=None) -> bytes:
    """Writes arrays as numpy.savez does; a protocol selects how older versions pickled lists."""
    stream = io.BytesIO()
    if protocol is None:
        np.savez(stream, **arrays)
        return stream.getvalue()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, array in arrays.items():
            part = io.BytesIO()
            if array.dtype.hasobject:
                np.lib.format.write_array_header_1_0(part, np.lib.format.header_data_from_array_1_0(array))
                part.write(pickle.dumps(array, protocol=protocol))
            else:
                np.lib.format.write_array(part, array)
            archive.writestr(f"{name}.npy", part.getvalue())
    return stream.getvalue()


def lists(count: int) -> np.ndarray:
    array = np.empty(count, dtype=object)
    array[:] = [[int(w) for w in rng.integers(1, 60, rng.integers(1, 14))] for _ in range(count)]
    return array


def loaded(module: str, data: bytes, **options) -> dict:
    """Returns what a loader of Keras returns for a file."""
    loader = importlib.import_module(f"keras.src.datasets.{module}")
    with tempfile.NamedTemporaryFile(suffix=".npz") as file:
        file.write(data)
        file.flush()
        loader.get_file = lambda *args, **kwargs: file.name
        (x, y), (u, v) = loader.load_data(**options)
    plain = lambda a: [plain(e) for e in a] if hasattr(a, "__len__") else a.item() if hasattr(a, "item") else a
    return {"x": plain(x), "y": plain(y), "u": plain(u), "v": plain(v)}


def sequences() -> dict:
    arrays = {
        "x_train": lists(30),
        "y_train": rng.integers(0, 2, 30),
        "x_test": lists(20),
        "y_test": rng.integers(0, 2, 20),
    }
    news = {"x": lists(25), "y": rng.integers(0, 46, 25)}
    options = [
        {},
        {"num_words": 40},
        {"num_words": 40, "skip_top": 10},
        {"num_words": 30, "oov_char": None},
        {"maxlen": 8},
        {"start_char": None},
        {"start_char": None, "index_from": 0},
        {"index_from": 0, "start_char": 7, "oov_char": 9, "num_words": 50, "skip_top": 4, "maxlen": 10, "seed": 3},
        {"seed": 4294967295},
    ]
    imdb = npz(arrays)
    reuters = npz(news)
    return {
        "imdb": {
            "files": [text(npz(arrays, protocol)) for protocol in (None, 2, 3)],
            "cases": [{"options": o, **loaded("imdb", imdb, **o)} for o in options],
        },
        "reuters": {
            "files": [text(npz(news, protocol)) for protocol in (None, 2)],
            "cases": [
                {"options": o, **loaded("reuters", reuters, **o)} for o in [*options, {"test_split": 0.37, "maxlen": 9}]
            ],
        },
    }


def tables() -> dict:
    boston = npz({"x": rng.random((23, 13)), "y": rng.random(23)})
    california = npz({"x": rng.random((617, 8)).astype("f4").round(2), "y": rng.random(617).astype("f4").round(2)})
    housing = [{}, {"test_split": 0.33, "seed": 0}, {"test_split": 0}]
    small = loaded("california_housing", california, version="small", test_split=0.99)
    return {
        "boston": {
            "file": text(boston),
            "cases": [{"options": o, **loaded("boston_housing", boston, **o)} for o in housing],
        },
        "california": {
            "file": text(california),
            "cases": [{"options": {"version": "small", "test_split": 0.99}, "x": small["x"], "y": small["y"]}],
        },
    }


def cifar() -> dict:
    """Archives of CIFAR with two images per file, in the binary format and the format for Python."""
    made = {}
    for name, keys in (("cifar10", ["labels"]), ("cifar100", ["coarse_labels", "fine_labels"])):
        stems = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"] if name == "cifar10" else ["train", "test"]
        binary, python = io.BytesIO(), io.BytesIO()
        expected = {}
        with tarfile.open(fileobj=binary, mode="w:gz") as b, tarfile.open(fileobj=python, mode="w:gz") as p:

            def add(archive, path, content):
                info = tarfile.TarInfo(path)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))

            for stem in stems:
                # Few different pixels keep the file small.
                pixels = np.zeros((2, 3072), np.uint8)
                pixels[:, ::101] = rng.integers(0, 256, (2, 31))
                labels = {key: [int(v) for v in rng.integers(0, 10, 2)] for key in keys}
                rows = b"".join(bytes(labels[k][i] for k in keys) + pixels[i].tobytes() for i in range(2))
                add(b, f"folder/{stem}.bin", rows)
                add(p, f"folder/{stem}", pickle.dumps({"data": pixels, **labels, "batch_label": b"x"}, protocol=2))
                images = pixels.reshape(2, 3, 32, 32).transpose(0, 2, 3, 1)
                where = np.flatnonzero(images)
                expected[stem] = {
                    "labels": labels,
                    "where": where.tolist(),
                    "pixels": images.reshape(-1)[where].tolist(),
                }
        made[name] = {"binary": text(binary.getvalue()), "python": text(python.getvalue()), "expected": expected}
    return made


permutations = []
for seed, count in ((0, 10), (113, 40), (4294967295, 700)):
    order = np.arange(count)
    np.random.RandomState(seed).shuffle(order)
    permutations.append({"seed": seed, "order": order.tolist()})

TARGET.write_text(json.dumps({**sequences(), **tables(), "cifar": cifar(), "permutations": permutations}) + "\n")
