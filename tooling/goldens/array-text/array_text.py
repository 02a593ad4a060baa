"""Writes the texts in which NumPy prints small arrays.

Run from the root of the repository: python tooling/goldens/array-text/array_text.py
"""

import json
import math
from pathlib import Path

import numpy as np

random = np.random.default_rng(3)
names = {"precision": "precision", "threshold": "threshold", "edgeitems": "edgeItems", "max_line_width": "lineWidth"}
cases = []


def plain(value):
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return "-0" if value == 0 and isinstance(value, float) and math.copysign(1, value) < 0 else value


def case(array, **options):
    array = np.asarray(array)
    text = np.array2string(array, separator=", ", **options)
    # JavaScript writes true and false in lower case.
    if array.dtype == bool:
        text = text.replace("True", "true").replace("False", "false")
    elements = [plain(element) for element in array.ravel().tolist()]
    given = {names[name]: value for name, value in options.items()}
    cases.append({"dtype": str(array.dtype), "shape": array.shape, "data": elements, "options": given, "text": text})


for dtype in ("float32", "float64", "float16"):
    case(np.array(0.1, dtype))
    case(np.array([0.1, 1, -2.5, 30], dtype))
    case(np.array([[0.1, 1 / 3], [2 / 3, 100]], dtype))
    case(np.array([1e-5, 1, 3], dtype))
    case(np.array([0.001, 2.5], dtype))
    case(np.array([0, -0.0, 1], dtype))
    case(np.array([np.nan, np.inf, -np.inf, 1.5], dtype))
    case(np.array([np.nan, np.inf, 1e-7, 1], dtype))
    case(np.array([np.nan, np.nan], dtype))
    case(np.array([1, 2, 3], dtype))
    case(np.array([999, 1000.5], dtype))
    case(np.array([999999, 1000000], "float32").astype(dtype) if dtype != "float16" else np.array([60000.0], dtype))
    case(random.normal(size=(2, 3)).astype(dtype))
    case(random.normal(size=(2, 3)).astype(dtype), precision=3)
    case(random.normal(size=(2, 2, 3)).astype(dtype))
    case(random.normal(size=12).astype(dtype))
    case((random.normal(size=12) * 1e-4).astype(dtype), precision=2)
    case(random.normal(size=30).astype(dtype), max_line_width=40)
case(np.array([123456789.125, 1], "float64"))
case(np.array([1e300, 1e-300], "float64"))
case(np.array([3.4028235e38, 1.17549435e-38], "float32"))
case(np.array([16777216, 0.1], "float32"))
case(np.array([1, -20, 300], "int32"))
case(np.array([[0, 255], [7, 8]], "uint8"))
case(np.array([True, False, True]))
case(np.arange(60, dtype="int32").reshape(3, 4, 5))
case(np.arange(40, dtype="int32"), threshold=30)
case(np.arange(64, dtype="float32").reshape(8, 8), threshold=30, edgeitems=2)
case(np.arange(8 * 8 * 2, dtype="float32").reshape(8, 2, 8), threshold=30, edgeitems=2)
case(np.arange(40, dtype="int32") * 1000, max_line_width=30)

path = Path("packages/core/src/print/goldens/array-text.json")
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps(cases) + "\n")
print(len(cases), "cases,", path.stat().st_size, "bytes")
