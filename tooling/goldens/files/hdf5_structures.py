"""Writes small HDF5 files that use each structure of the format, in zlib-compressed base64, with what h5py reads from them.

Run from the root of the repository: python tooling/goldens/files/hdf5_structures.py
"""

import base64
import io
import json
import pathlib
import tempfile
import zlib

import h5py
import numpy as np
from h5py import h5d, h5f, h5p, h5s, h5t

TARGET = pathlib.Path("packages/serialization/src/goldens/hdf5-structures.json")


def by_axes(shape):
    """Returns elements whose values are their own indices."""
    return np.arange(int(np.prod(shape)), dtype="<i4").reshape(shape)


def links(root):
    """Adds links in a heap with an index: small groups, and one whose heap and index have several levels."""
    root["target"] = np.float32(7)
    root.create_group("ordered", track_order=True)
    for i in range(40):
        root["ordered"].create_group(f"layer_{39 - i}")
    for i in range(1200):
        root[f"many/{i}"] = h5py.SoftLink("/target")
    for i in range(150):
        root[f"many/long {i}"] = h5py.SoftLink("x" * 4000)
    root["名前"] = h5py.SoftLink("target")
    root["relative"] = h5py.SoftLink("ordered/layer_1")
    root["chain"] = h5py.SoftLink("/relative")
    root["nowhere"] = h5py.SoftLink("/ordered/missing")
    root["circle"] = h5py.SoftLink("/circle")
    root["outside"] = h5py.ExternalLink("other.h5", "/x")


def attributes(root):
    """Adds attributes in a heap with an index, some of them larger than an object header."""
    group = root.create_group("many", track_order=True)
    for i in range(60):
        group.attrs[f"number {i}"] = np.arange(i % 5, dtype="<f4")
    root.attrs["wide"] = np.arange(9000, dtype="<f8") % 7
    root.attrs["texts"] = np.array([f"layer_{i}".encode() for i in range(2000)], "S40")
    root.attrs["variable"] = np.array(["a", "", "学び"], dtype=h5py.string_dtype())
    root.attrs["matrix"] = by_axes((2, 3))
    root.attrs["big"] = np.array([1.5, -2], dtype=">f8")
    root.attrs["truth"] = np.array([True, False])
    root.attrs["none"] = h5py.Empty("f4")
    root["named"] = np.dtype("<i2")
    root.attrs.create("of a named type", np.int16(5), dtype=root["named"])


def chunks(root):
    """Adds chunked datasets, with each kind of chunk index."""
    plain = {"dtype": "<i4"}
    gzip = {"dtype": "<i4", "compression": "gzip"}
    for name, options in [("plain", plain), ("gzip", gzip)]:
        group = root.create_group(name)
        group.create_dataset("single", data=by_axes((3, 5)), chunks=(3, 5), **options)
        group.create_dataset("fixed", data=by_axes((7, 5)), chunks=(2, 3), **options)
        group.create_dataset("fixed and larger", data=by_axes((7, 5)), chunks=(2, 3), maxshape=(20, 9), **options)
        group.create_dataset("first grows", data=by_axes((50, 5)), chunks=(1, 3), maxshape=(None, 8), **options)
        group.create_dataset("last grows", data=by_axes((3, 4, 30)), chunks=(2, 3, 1), maxshape=(3, 9, None), **options)
        group.create_dataset("both grow", data=by_axes((25, 21)), chunks=(1, 2), maxshape=(None, None), **options)
        sparse = group.create_dataset("sparse", shape=(200_000,), chunks=(1,), maxshape=(None,), fillvalue=-3, **options)
        for i in (0, 3, 4, 19, 20, 100, 1000, 5000, 140_000, 199_999):
            sparse[i] = i
        paged = group.create_dataset("paged", shape=(5000,), chunks=(1,), fillvalue=9, **options)
        for i in (0, 1023, 1024, 4999):
            paged[i] = i
        shrunk = group.create_dataset("shrunk", data=by_axes((9, 9)), chunks=(2, 2), maxshape=(None, 9), **options)
        shrunk.resize((3, 9))
    early = h5p.create(h5p.DATASET_CREATE)
    early.set_chunk((2, 2))
    early.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    space = h5s.create_simple((5, 3), (6, 8))
    data = by_axes((5, 3))
    h5d.create(root.id, b"implicit", h5t.STD_I32LE, space, dcpl=early).write(h5s.ALL, h5s.ALL, data)


def filters(root):
    """Adds filters in several orders, chunks with skipped filters, and unsupported filters."""
    data = np.linspace(0, 1, 21, dtype="<f8").reshape(3, 7)
    root.create_dataset("shuffle", data=data, chunks=(2, 3), shuffle=True)
    root.create_dataset("checked", data=data, chunks=(2, 3), fletcher32=True)
    root.create_dataset("odd", data=np.arange(7, dtype="u1"), chunks=(3,), fletcher32=True)
    root.create_dataset("all", data=data, chunks=(2, 3), compression="gzip", shuffle=True, fletcher32=True)
    root.create_dataset("lzf", data=data, chunks=(2, 3), compression="lzf")
    root.create_dataset("scaled", data=by_axes((4, 4)), chunks=(4, 4), scaleoffset=0)
    root.create_dataset("in part", shape=(4, 6), dtype="<f4", chunks=(2, 3), fillvalue=2.5, compression="gzip")
    root["in part"][0:2, 0:3] = 1
    skipped = root.create_dataset("skipped", shape=(4,), dtype="<i4", chunks=(4,), compression="gzip")
    # The bit of the filter is set, so the chunk is stored unfiltered.
    skipped.id.write_direct_chunk((0,), np.array([4, 3, 2, 1], "<i4").tobytes(), filter_mask=1)


def types(root):
    """Adds element types, including unsupported ones."""
    for dtype in ["<f2", ">f2", ">f4", "<f8", "<i1", ">i2", ">i4", ">i8", "<u2", ">u4", "<u8", "?"]:
        root.create_dataset(f"numbers/{dtype}", data=np.array([[1, 0, 1]]).astype(dtype))
    root["minus"] = np.array([-1, -(2**31), 2**31 - 1], "<i8")
    root.create_dataset("enumeration", data=[2, 0], dtype=h5py.enum_dtype({"A": 0, "B": 2}, basetype="<i2"))
    root.create_dataset("two names", data=[1, 0], dtype=h5py.enum_dtype({"OFF": 0, "ON": 1}, basetype="i1"))
    root["named"] = np.dtype("<f4")
    root.create_dataset("of a named type", data=[1.5], dtype=root["named"])
    root.create_dataset("text", data=np.array([b"a", b"bc"]))
    root.create_dataset("variable text", data=np.array(["a"], dtype=h5py.string_dtype()))
    root.create_dataset("arrays", data=np.zeros(2, dtype=("<f4", (3,))))
    root.create_dataset("compound", data=np.zeros(2, dtype=[("a", "<f4")]))
    root.create_dataset("opaque", data=np.zeros(2, dtype="V3"))
    root.create_dataset("lists", shape=(1,), dtype=h5py.vlen_dtype(np.int32))
    root.create_dataset("references", data=np.array([root.ref], dtype=h5py.ref_dtype))
    bfloat16 = h5t.IEEE_F32LE.copy()
    bfloat16.set_fields(15, 7, 8, 0, 7)
    bfloat16.set_size(2)
    bfloat16.set_ebias(127)
    odd = h5t.IEEE_F32LE.copy()
    odd.set_fields(23, 16, 7, 0, 16)
    odd.set_size(4)
    odd.set_ebias(63)
    narrow = h5t.STD_I32LE.copy()
    narrow.set_precision(24)
    for name, kind in [("bfloat16", bfloat16), ("odd float", odd), ("24 bits", narrow)]:
        made = h5d.create(root.id, name.encode(), kind, h5s.create_simple((2,)))
        made.write(h5s.ALL, h5s.ALL, np.array([1.5, -2], "<f4"), mtype=h5t.IEEE_F32LE if "f" in name else h5t.STD_I32LE)
    for name, padding in [("zeros", h5t.STR_NULLPAD), ("spaces", h5t.STR_SPACEPAD), ("ended", h5t.STR_NULLTERM)]:
        kind = h5t.C_S1.copy()
        kind.set_size(6)
        kind.set_strpad(padding)
        made = h5py.h5a.create(root.id, name.encode(), kind, h5s.create(h5s.SCALAR))
        made.write(np.array(b"ab    " if name == "spaces" else b"ab", "S6"), mtype=kind)


def layouts(root):
    """Adds datasets that are compact, unwritten, external or virtual."""
    compact = h5p.create(h5p.DATASET_CREATE)
    compact.set_layout(h5d.COMPACT)
    made = h5d.create(root.id, b"compact", h5t.STD_I32LE, h5s.create_simple((2, 3)), dcpl=compact)
    made.write(h5s.ALL, h5s.ALL, by_axes((2, 3)))
    root.create_dataset("unwritten", shape=(4,), dtype="<f4", fillvalue=1.5)
    root.create_dataset("zeros", shape=(4,), dtype="<f4")
    root.create_dataset("scalar", data=np.float64(3))
    root.create_dataset("empty", shape=(0, 3), dtype="<f4")
    root.create_dataset("no elements", data=h5py.Empty("<f4"))
    root.create_dataset("outside", shape=(3,), dtype="<f4", external=[("elements.bin", 0, 12)])
    virtual = h5py.VirtualLayout(shape=(3,), dtype="<f4")
    virtual[:] = h5py.VirtualSource("other.h5", "x", shape=(3,))
    if root.file.libver[1] not in ("v108", "earliest"):
        root.create_virtual_dataset("virtual", virtual)
    for i in range(5):
        # Attributes beyond the size of the header continue in another block.
        root["scalar"].attrs[f"later {i}"] = f"{i}" * 200


DIFFERS = ("filters", "layouts")
CASES = {"links": links, "attributes": attributes, "chunks": chunks, "filters": filters, "types": types, "layouts": layouts}


def number(value):
    value = value.item() if hasattr(value, "item") else value
    return int(value) if isinstance(value, (bool, int)) else value


def attribute(value):
    if isinstance(value, h5py.Empty):
        return None
    if isinstance(value, bytes):
        # NumPy keeps the spaces that pad a string.
        return value.decode().rstrip(" ")
    if isinstance(value, str):
        return value
    value = np.asarray(value)
    if value.dtype.kind in "SO":
        return [each.decode() if isinstance(each, bytes) else each for each in value.ravel()]
    return {"shape": list(value.shape), "values": [number(each) for each in value.ravel()]}


def target(group, name):
    """Returns the object of a name; None for links to a missing object, to themselves, or to other files."""
    if isinstance(group.get(name, getlink=True), h5py.ExternalLink):
        return None
    try:
        return group.get(name)
    except RuntimeError:
        return None


SUPPORTED = {"f": (2, 4, 8), "i": (1, 2, 4, 8), "u": (1, 2, 4, 8), "b": (1,)}


def listing(root) -> dict:
    """Lists the contents of a file by path, as h5py reads them; large arrays as their most common value and the exceptions."""
    found: dict = {}

    def note(path, node):
        for name, value in node.attrs.items():
            found[f"{path}@{name}"] = attribute(value)
        if isinstance(node, h5py.Group):
            found[path] = sorted(node.keys())
            if len(found[path]) < 100:
                for name in node:
                    child = target(node, name)
                    if child is not None and not isinstance(child, h5py.Datatype):
                        note(f"{path}/{name}".lstrip("/"), child)
        elif isinstance(node, h5py.Dataset):
            found[path] = elements(node)

    def elements(node):
        kind = node.id.get_type()
        filters = node.id.get_create_plist()
        codes = [filters.get_filter(i)[0] for i in range(filters.get_nfilters())]
        is_plain = node.dtype.kind in SUPPORTED and node.dtype.itemsize in SUPPORTED[node.dtype.kind]
        is_odd = kind.get_class() == h5t.FLOAT and kind.get_fields()[1:3] in [(16, 7)]
        is_narrow = kind.get_class() == h5t.INTEGER and kind.get_precision() != 8 * kind.get_size()
        if node.external or node.is_virtual or not is_plain or is_odd or is_narrow or any(code > 3 for code in codes):
            return "unsupported"
        if node.shape is None:
            return {"shape": [0], "values": []}
        values = node[()]
        if node.size > 1000:
            common = np.bincount(values - values.min()).argmax() + values.min()
            others = np.flatnonzero(values != common)
            return {"shape": list(node.shape), "common": int(common), "others": [[int(i), number(values[i])] for i in others]}
        return {"shape": list(node.shape), "values": [number(each) for each in np.asarray(values).ravel()]}

    note("", root)
    return found


def packed(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 9)).decode()


def plain_file(fill, libver) -> tuple[bytes, dict]:
    stream = io.BytesIO()
    with h5py.File(stream, "w", libver=libver) as root:
        fill(root)
        found = listing(root)
    return stream.getvalue(), found


def small_addresses() -> tuple[bytes, dict]:
    """Creates a file behind a user block, with addresses of 4 bytes and lengths of 2."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/a.h5"
        creation = h5p.create(h5p.FILE_CREATE)
        creation.set_sizes(4, 2)
        creation.set_userblock(1024)
        with h5py.File(h5f.create(path.encode(), fcpl=creation)) as root:
            root["a"] = by_axes((3, 4))
            root.create_dataset("b", data=by_axes((9,)), chunks=(2,), compression="gzip")
            root.attrs["text"] = "word"
            found = listing(root)
        return pathlib.Path(path).read_bytes(), found


def main() -> None:
    cases = []
    for name, fill in CASES.items():
        for libver in ("earliest", ("v108", "v108"), "latest"):
            # The oldest format is limited to 64 kB of attributes, and only some cases differ between 1.8 and the newest format.
            if (name == "attributes" and libver == "earliest") or (name not in DIFFERS and libver == ("v108", "v108")):
                continue
            data, found = plain_file(fill, libver)
            text = libver if isinstance(libver, str) else libver[0]
            cases.append({"name": name, "libver": text, "file": packed(data), "content": found})
    data, found = small_addresses()
    cases.append({"name": "small addresses", "libver": "earliest", "file": packed(data), "content": found})
    TARGET.write_text(json.dumps({"h5py": h5py.version.info.split(), "cases": cases}, allow_nan=False) + "\n")


main()
