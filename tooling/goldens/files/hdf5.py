"""Writes small HDF5 files made by h5py, in the oldest and the newest format, as JSON with zlib-compressed base64.

Run from the root of the repository: python tooling/goldens/files/hdf5.py
"""

import base64
import io
import json
import pathlib
import zlib

import h5py
import numpy as np

TARGET = pathlib.Path("packages/serialization/src/goldens/hdf5.json")
NUMBERS = ["<f2", ">f4", "<f8", "<i1", ">i2", "<i4", "<i8", "<u1", "<u2", "<u4", ">u8", "?"]


def file(libver: str) -> bytes:
    stream = io.BytesIO()
    with h5py.File(stream, "w", libver=libver) as root:
        for dtype in NUMBERS:
            root.create_dataset(f"numbers/{dtype}", data=np.array([[1, 0, 1]]).astype(dtype))
        root["scalar"] = np.float32(3.5)
        root["none"] = np.zeros((0, 3), "f4")
        root["text"] = "word"
        root["complex"] = np.zeros(2, "c8")
        packed = {"chunks": (1, 3), "compression": "gzip", "shuffle": True, "fletcher32": True}
        root.create_dataset("packed", data=np.arange(6.0).reshape(2, 3), **packed)
        root.create_dataset("unwritten", shape=(1 << 20, 1 << 20), dtype="f4", chunks=(1024, 1024))
        root.create_dataset("beyond", data=np.array([1 << 40]))
        for i in range(12):
            root.create_dataset(f"many/{i}", data=np.float32(i))
        root["again"] = root["many"]
        root["soft"] = h5py.SoftLink("/nowhere")
        root.attrs["text"] = "日本"
        root.attrs["fixed"] = np.bytes_("word")
        root.attrs["texts"] = np.array([b"kernel", b"bias"])
        root.attrs["number"] = np.int64(5)
        root.attrs["empty"] = h5py.Empty("f4")
        # A value beyond the size limit of object headers, which needs the newer format.
        root.attrs["long"] = "x" * (200_000 if libver == "latest" else 50_000)
    return stream.getvalue()


files = {libver: base64.b64encode(zlib.compress(file(libver), 9)).decode() for libver in ("earliest", "latest")}
TARGET.write_text(json.dumps({"h5py": h5py.__version__, "files": files}, indent=2) + "\n")
