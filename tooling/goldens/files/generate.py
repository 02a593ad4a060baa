"""Writes small files made by NumPy, Python's zipfile and the safetensors package, as JSON with the values in them.

Run from the root of the repository: python tooling/goldens/files/generate.py
"""

import base64
import io
import json
import pathlib
import zipfile

import numpy as np
import safetensors.torch
import torch

TARGET = pathlib.Path("packages/serialization/src/goldens")


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def number(value) -> object:
    """Returns a number for JSON; a string if JSON cannot represent it."""
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    if isinstance(value, (int, np.integer)):
        return int(value) if abs(int(value)) < 2**53 else str(int(value))
    value = float(value)
    return value if np.isfinite(value) and not (value == 0 and np.signbit(value)) else repr(value)


def numbers(array: np.ndarray) -> list:
    return [number(value) for value in array.flatten()]


def npy(array: np.ndarray, version=None) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=version, allow_pickle=True)
    return stream.getvalue()


def array_of(dtype: str, shape) -> np.ndarray:
    kind = np.dtype(dtype)
    count = int(np.prod(shape))
    if kind.kind == "b":
        return (np.arange(count) % 2 == 0).reshape(shape)
    if kind.kind == "f":
        values = np.linspace(-2, 3, count) * 1.3
        special = [np.nan, np.inf, -np.inf, -0.0, float(np.finfo(kind).smallest_subnormal), float(np.finfo(kind).max)]
        values = np.concatenate([values, special])[-count:] if count > len(special) else values
        return values.astype(kind).reshape(shape)
    low, high = (np.iinfo(kind).min, np.iinfo(kind).max) if kind.itemsize < 8 else (-(2**31), 2**31 - 1)
    if kind.kind == "u":
        low, high = 0, high if kind.itemsize < 8 else 2**32 - 1
    values = [low, high, 0, 1, 2, 100]
    return np.array([values[i % len(values)] for i in range(count)], dtype=kind).reshape(shape)


def numpy_cases() -> list:
    cases = []

    def add(name, array, version=None, **facts):
        cases.append({
            "name": name, "file": text(npy(array, version)), "dtype": array.dtype.name, "shape": list(array.shape),
            "values": numbers(array), **facts,
        })

    dtypes = "f2 f4 f8 i2 i4 i8 u2 u4 u8".split()
    for dtype in [*(f"{order}{kind}" for kind in dtypes for order in "<>"), "i1", "u1", "?"]:
        add(f"{dtype}", array_of(dtype, (2, 5)))
    add("Fortran order", np.asfortranarray(array_of("<f4", (2, 3, 4))))
    add("Fortran order, big endian", np.asfortranarray(array_of(">i2", (3, 2))))
    add("no axes", np.array(1.5, dtype="<f4"))
    add("no elements", np.zeros((0, 3), dtype="<f4"))
    for version in [(1, 0), (2, 0), (3, 0)]:
        add(f"version {version[0]}", array_of("<f4", (3,)), version)
    refused = {
        "object": np.array([1, "a"], dtype=object),
        "complex64": np.array([1j], dtype="complex64"),
        "text": np.array(["abc"]),
        "datetime64": np.array(["2020-01-01"], dtype="datetime64[D]"),
        "record": np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]),
        "int64 too large": np.array([0, 2**31], dtype="<i8"),
        "uint64 too large": np.array([2**32], dtype="<u8"),
    }
    return [cases, [{"name": name, "file": text(npy(array))} for name, array in refused.items()]]


def archives() -> dict:
    weights = {"dense/kernel": array_of("<f4", (2, 3)), "counts": np.array([3, 4], dtype="<i8")}
    stream = io.BytesIO()
    np.savez(stream, **weights)
    stored = stream.getvalue()
    stream = io.BytesIO()
    np.savez_compressed(stream, **weights)
    return {"stored": text(stored), "deflated": text(stream.getvalue()), "values": {k: numbers(v) for k, v in weights.items()}}


class Unseekable(io.RawIOBase):
    """A stream without seeking, which forces sizes to follow the data."""

    def __init__(self):
        self.data = b""

    def writable(self):
        return True

    def write(self, data):
        self.data += bytes(data)
        return len(data)


def zips() -> dict:
    lines = b"the same line\n" * 40
    files = {}
    for name, method in [("stored", zipfile.ZIP_STORED), ("deflated", zipfile.ZIP_DEFLATED), ("bzip2", zipfile.ZIP_BZIP2)]:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", method) as archive:
            archive.mkdir("folder")
            archive.writestr("folder/lines.txt", lines)
            archive.writestr("学び.txt", b"manabi")
            archive.writestr("empty", b"")
            archive.comment = b"a comment"
        files[name] = text(stream.getvalue())
    stream = Unseekable()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/lines.txt", lines)
    files["streamed"] = text(stream.data)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        with archive.open("folder/lines.txt", "w", force_zip64=True) as entry:
            entry.write(lines)
    files["zip64"] = text(stream.getvalue())
    return files


def tensors() -> dict:
    kinds = {
        "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64,
        "I32": torch.int32, "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8, "U16": torch.uint16,
        "U32": torch.uint32, "U64": torch.uint64, "BOOL": torch.bool,
    }
    values = {}
    for name, dtype in kinds.items():
        if name == "BF16":
            special = torch.tensor([0.1, -2.5, float("nan"), float("inf"), -0.0, 3e38, 1e-40], dtype=torch.float32)
            values[f"x.{name}"] = special.to(dtype)
        elif dtype.is_floating_point:
            values[f"x.{name}"] = torch.from_numpy(array_of(str(dtype).split(".")[1], (2, 5)).copy())
        elif dtype == torch.bool:
            values[f"x.{name}"] = torch.tensor([True, False, True])
        else:
            values[f"x.{name}"] = torch.from_numpy(array_of(str(dtype).split(".")[1], (6,)).copy())
    values["scalar"] = torch.tensor(1.5)
    values["empty"] = torch.zeros((0, 3))
    expected = {
        name: {"shape": list(tensor.shape), "values": [number(v) for v in tensor.flatten().tolist()]}
        for name, tensor in values.items()
    }
    plain = {"b": torch.arange(6, dtype=torch.float32).reshape(2, 3), "a": torch.tensor([1, 2], dtype=torch.uint8),
             "c": torch.tensor([0.5], dtype=torch.float32)}
    floats = torch.tensor([0, 1, 0.1, -2.5, 65504, 65520, 1e-8, 6e-8, 5.97e-8, 3.3e38, 1e-40, 2049, 2051, 1.00390625,
                           1.01171875, float("inf")], dtype=torch.float32)
    return {
        "file": text(safetensors.torch.save(values, {"format": "pt", "学び": "manabi"})),
        "expected": expected,
        "plain": text(safetensors.torch.save(plain, {"format": "pt"})),
        "unsupported": text(safetensors.torch.save({"x": torch.tensor([1.0]).to(torch.float8_e4m3fn)})),
        "rounding": {"float32": [number(v) for v in floats.tolist()],
                     "float16": [number(v) for v in floats.to(torch.float16).tolist()],
                     "bfloat16": [number(v) for v in floats.to(torch.bfloat16).tolist()]},
    }


def write(name: str, content) -> None:
    (TARGET / f"{name}.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


read, refused = numpy_cases()
write("numpy", {"numpy": np.__version__, "arrays": read, "refused": refused, "archives": archives()})
write("zip", zips())
write("safetensors", tensors())
