"""Writes small pickles of Python and NumPy, as JSON.

Run from the root of the repository: python tooling/goldens/data/pickles.py
"""

import base64
import collections
import io
import json
import pathlib
import pickle
import tarfile

import numpy as np

FILES = pathlib.Path("packages/files/src")


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def python2_batch() -> bytes:
    """A batch of CIFAR as Python 2 wrote it: text and elements are strings of bytes."""
    data = (
        b"\x80\x02}q\x01(U\x04dataq\x02cnumpy.core.multiarray\n_reconstruct\nq\x03cnumpy\nndarray\nq\x04K\x00\x85U\x01b"
        b"\x87Rq\x05(K\x01K\x02K\x03\x86cnumpy\ndtype\nq\x06U\x02u1K\x00K\x01\x87Rq\x07(K\x03U\x01|NNNJ\xff\xff\xff\xff"
        b"J\xff\xff\xff\xffK\x00tb\x89U\x06\x01\x02\x03\x80\x90\xfftbU\x06labelsq\x08]q\x09(K\x06K\x09eU\x0bbatch_labelU"
        b"\x04testu."
    )
    assert pickle.loads(data, encoding="latin1")["labels"] == [6, 9]
    return data


def pickles() -> dict:
    array = np.arange(6, dtype=np.float64).reshape(2, 3)
    objects = np.empty(2, dtype=object)
    objects[:] = [[1, 14, 22], [1, 5]]
    values = {
        "plain": {
            "a": [1, -2, 70000, 2**40, 2**70, True, None, 1.5, float("inf")],
            "b": ("x", "日本", b"\x00\xff"),
            "one": (1,),
            "four": (1, 2, 3, 4),
            "negative": -5000000000,
            "nested": [[], {}, ()],
        },
        "array": array,
        "fortran": np.asfortranarray(array),
        "objects": objects,
        "mixed": {"data": np.arange(4, dtype=">i2"), "labels": [3, 1]},
    }
    made = {name: [text(pickle.dumps(value, protocol=p)) for p in range(6)] for name, value in values.items()}
    made["python2"] = [text(python2_batch())]
    made["hostile"] = [
        text(b"cos\nsystem\n(S'echo hi'\ntR."),
        text(pickle.dumps(collections.OrderedDict(a=1), 2)),
        text(pickle.dumps(np.dtype([("a", "f4")]), 2)),
        text(pickle.dumps(pathlib.PurePosixPath("x"), 4)),
    ]
    return made


def tars() -> dict:
    made = {}
    for name, form in (("ustar", tarfile.USTAR_FORMAT), ("gnu", tarfile.GNU_FORMAT), ("pax", tarfile.PAX_FORMAT)):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w", format=form) as tar:
            folder = tarfile.TarInfo("a")
            folder.type = tarfile.DIRTYPE
            tar.addfile(folder)
            long = "/".join(["long" * 20, "name" * 10]) if form == tarfile.USTAR_FORMAT else "n" * 150 + "/日本.txt"
            for path, content in (("a/b.txt", b"hello"), ("a/empty", b""), (long, b"x" * 600)):
                info = tarfile.TarInfo(path)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
            link = tarfile.TarInfo("link")
            link.type = tarfile.SYMTYPE
            link.linkname = "a/b.txt"
            tar.addfile(link)
            last = tarfile.TarInfo("last")
            last.size = 512
            tar.addfile(last, io.BytesIO(b"y" * 512))
        made[name] = {"file": text(stream.getvalue()), "names": ["a/b.txt", "a/empty", long, "last"]}
    return made


for room, made in (("pickle", pickles()), ("tar", tars())):
    (FILES / room / "goldens").mkdir(exist_ok=True)
    (FILES / room / "goldens" / f"{room}.json").write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n")
