"""Converts arrays to JSON."""

import numpy as np


def array(values):
    values = np.asarray(values)
    flat = values.reshape(-1)
    data = [float(f"{x:.8g}") for x in flat.astype("float64")] if values.dtype.kind == "f" else [int(x) for x in flat]
    dtype = {"float64": "float32", "int64": "int32"}.get(str(values.dtype), str(values.dtype))
    return {"dtype": dtype, "shape": list(values.shape), "data": data}
