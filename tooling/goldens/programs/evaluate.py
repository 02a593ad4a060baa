"""Runs the random programs of packages/conformance/src/programs with NumPy.

Run: `python evaluate.py < programs.jsonl > results.jsonl`, with numpy 2.4. Each input line is a program as written by `textOf`.
Each result line contains the outputs of one program: elements in row-major order, with "nan", "inf", "-inf" and "-0" as
strings. Steps compute in float64 and int64; results are then rounded, or wrapped, to the dtype stated by the program.
"""

import hashlib
import json
import math
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")
np.seterr(all="ignore")

FLOATS = ("float32", "float64")
erf = np.vectorize(math.erf, otypes=[np.float64])
erfc = np.vectorize(math.erfc, otypes=[np.float64])


class Value:
    """An array with its dtype in the program; floats are stored as float64, all other dtypes as int64."""

    def __init__(self, array, dtype):
        self.dtype = dtype
        array = np.asarray(array)
        if dtype == "float32":
            self.array = array.astype(np.float64).astype(np.float32).astype(np.float64)
        elif dtype == "float64":
            self.array = array.astype(np.float64)
        elif dtype == "bool":
            self.array = (array != 0).astype(np.int64)
        else:
            whole = array if array.dtype.kind in "iub" else saturated(array, dtype)
            self.array = whole.astype(np.int64).astype(dtype).astype(np.int64)

    @property
    def is_float(self):
        return self.dtype in FLOATS


def saturated(array, dtype):
    """Converts floats to integers: rounds towards 0, saturates to the range of the dtype, and maps NaN to 0."""
    info = np.iinfo(dtype)
    whole = np.clip(np.trunc(np.nan_to_num(array, nan=0.0, posinf=1e18, neginf=-1e18)), info.min, info.max)
    return whole.astype(np.int64)


def as_float(x):
    return x.array if x.is_float else x.array.astype(np.float32).astype(np.float64)


def fitting(x, dtype):
    """Converts a value for a function whose results have this dtype."""
    return as_float(x) if dtype in FLOATS else x.array


def constant(number, dtype):
    return Value(np.float64(number) if dtype in FLOATS else np.int64(number), dtype).array


# --- Elementwise functions ---


def with_limits(f, low, high):
    return lambda x: np.where(np.isposinf(x), high, np.where(np.isneginf(x), low, f(x)))


def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


def power(x, exponent):
    """Computes powers as in IEEE 754. For a scalar exponent of 0.5, NumPy uses the square root, which differs at -infinity and -0."""
    return np.power(x, np.full_like(x, exponent))


SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
UNARY = {
    "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "log2": np.log2, "log10": np.log10,
    "sqrt": np.sqrt, "rsqrt": lambda x: 1 / np.sqrt(x), "sin": np.sin, "cos": np.cos, "tan": np.tan, "arcsin": np.arcsin,
    "arccos": np.arccos, "arctan": np.arctan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "arcsinh": np.arcsinh,
    "arccosh": np.arccosh, "arctanh": np.arctanh, "erf": erf, "reciprocal": lambda x: 1 / x, "isnan": np.isnan, "isinf": np.isinf,
    "isfinite": np.isfinite, "logicalNot": lambda x: x == 0, "abs": np.abs, "negative": np.negative, "sign": lambda x: np.where(x == 0, x, np.sign(x)),
    "floor": np.floor, "ceil": np.ceil, "round": np.round, "trunc": np.trunc, "square": np.square, "bitwiseNot": np.invert,
    "power 0": lambda x: x**0, "power 2": lambda x: x**2, "power 3": lambda x: x**3, "power 4": lambda x: x**4,
    "power 0.5": lambda x: power(x, 0.5), "power -0.5": lambda x: power(x, -0.5), "power -1": lambda x: np.power(x, -1.0),
    "power -2": lambda x: np.power(x, -2.0), "power 1.5": lambda x: np.power(x, 1.5),
    "relu": lambda x: np.maximum(x, 0), "relu6": lambda x: np.clip(x, 0, 6), "leakyRelu": lambda x: np.where(x < 0, 0.01 * x, x),
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)), "celu 0.7": lambda x: np.where(x > 0, x, 0.7 * np.expm1(x / 0.7)),
    "selu": lambda x: SELU_SCALE * np.where(x > 0, x, SELU_ALPHA * np.expm1(x)),
    "thresholdedRelu": lambda x: np.where((x > 1) | np.isnan(x), x, 0.0), "hard shrink": lambda x: np.where(np.abs(x) <= 0.5, 0.0, x),
    "soft shrink": lambda x: np.where(x > 0.5, x - 0.5, np.where(x < -0.5, x + 0.5, np.where(np.isnan(x), x, 0.0))),
    "sigmoid": sigmoid, "logSigmoid": lambda x: -np.logaddexp(0, -x), "softplus": lambda x: np.logaddexp(0, x),
    "softsign": with_limits(lambda x: x / (1 + np.abs(x)), -1, 1), "hardSigmoid": lambda x: np.clip(x + 3, 0, 6) / 6,
    "hardSwish": with_limits(lambda x: x * np.clip(x + 3, 0, 6) / 6, -0.0, math.inf),
    "silu": with_limits(lambda x: x * sigmoid(x), -0.0, math.inf),
    "mish": with_limits(lambda x: x * np.tanh(np.logaddexp(0, x)), -0.0, math.inf),
    "gelu": with_limits(lambda x: x * erfc(-x / math.sqrt(2)) / 2, -0.0, math.inf),
    "gelu tanh": with_limits(lambda x: x * sigmoid(2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)), -0.0, math.inf),
}


def floor_divide(x, y):
    if x.dtype.kind == "i":
        return np.where(y == 0, x, np.floor_divide(x, np.where(y == 0, 1, y)))
    return np.floor_divide(x, y)


def remainder(f):
    def of(x, y):
        if x.dtype.kind == "i":
            return np.where(y == 0, 0, f(x, np.where(y == 0, 1, y)))
        return f(x, y)

    return of


BINARY = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "floorDivide": floor_divide, "mod": remainder(np.mod),
    "fmod": remainder(np.fmod), "power": np.power, "maximum": np.maximum, "minimum": np.minimum, "arctan2": np.arctan2,
    "equal": np.equal, "notEqual": np.not_equal, "less": np.less, "lessEqual": np.less_equal, "greater": np.greater,
    "greaterEqual": np.greater_equal, "logicalAnd": np.logical_and, "logicalOr": np.logical_or, "logicalXor": np.logical_xor,
    "bitwiseAnd": np.bitwise_and, "bitwiseOr": np.bitwise_or, "bitwiseXor": np.bitwise_xor,
}


def operands(call, values, args, dtype):
    """Returns both operands in their common dtype."""
    if args is not None:
        x = values[0]
        meet = x.dtype if call != "div" or x.is_float else "float32"
        number = constant(args["number"], meet)
        pair = [number, fitting(x, meet)] if args["isFirst"] else [fitting(x, meet), number]
    else:
        is_float = call == "div" or any(x.is_float for x in values)
        pair = [as_float(x) if is_float else x.array for x in values]
    return pair


# --- Sorting ---


def order(lane, descending):
    keys = [(1, 0.0) if x != x else (0, x) for x in lane.tolist()]
    return sorted(range(len(keys)), key=keys.__getitem__, reverse=descending)


def along(x, axis, f, length=None):
    """Applies f to each lane along an axis; the results have the given length."""
    moved = np.moveaxis(x, axis, -1)
    count = moved.shape[-1] if length is None else length
    result = np.zeros(moved.shape[:-1] + (count,), dtype=x.dtype)
    for place in np.ndindex(moved.shape[:-1]):
        result[place] = f(moved[place])
    return np.moveaxis(result, -1, axis)


def cumsum(x, axis, reverse, exclusive):
    given = np.flip(x, axis) if reverse else x
    sums = np.cumsum(given, axis)
    if exclusive:
        sums = np.moveaxis(sums, axis, 0)
        first = np.zeros_like(sums[:1])
        sums = np.moveaxis(np.concatenate([first, sums[:-1]])[: sums.shape[0]], 0, axis)
    return np.flip(sums, axis) if reverse else sums


# --- Reductions ---


def axes_of(axis):
    return tuple(axis) if isinstance(axis, list) else axis


def logsumexp(x, axis, keepdims):
    m = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    m = np.where(np.isfinite(m), m, 0.0)
    result = np.log(np.sum(np.exp(x - m), axis=axis, keepdims=True)) + m
    return result if keepdims else np.squeeze(result, axis) if axis is not None else result.reshape(())


def log_softmax(x, axis):
    shifted = x - np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


def softmax(x, axis):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True, initial=-np.inf))
    return e / np.sum(e, axis=axis, keepdims=True)


def norm(x, axis, ord):
    if ord == "1":
        return np.sum(np.abs(x), axis=axis)
    if ord == "2":
        return np.sqrt(np.sum(x * x, axis=axis))
    return np.max(np.abs(x), axis=axis, initial=0.0)


def extreme(f, sign):
    """Returns the extreme value; for no elements, which NumPy rejects, the identity of the reduction, as in TensorFlow."""

    def of(x, axis, keepdims, dtype):
        bound = sign * math.inf if dtype in FLOATS else (int(sign > 0) if dtype == "bool" else getattr(np.iinfo(dtype), "max" if sign > 0 else "min"))
        return f(x, axis=axis, keepdims=keepdims, initial=bound)

    return of


EXTREMES = {"max": extreme(np.max, -1), "min": extreme(np.min, 1)}
REDUCE = {"sum": np.sum, "prod": np.prod, "mean": np.mean, "any": np.any, "all": np.all, "logsumexp": logsumexp}


NORMALISED = {"variance": np.var, "std": np.std}

# --- Indexing ---

JOIN = {"set": lambda a, b: b, "add": np.add, "mul": np.multiply, "max": np.maximum, "min": np.minimum}


def updates(first, shape, dtype):
    return Value(first + np.arange(math.prod(shape), dtype=np.float64).reshape(shape), dtype).array


def joined(x, place, update, mode, dtype):
    x[place] = Value(JOIN[mode](x[place], update), dtype).array


def scatter_elements(x, args):
    result = x.array.copy()
    axis, at = args["axis"], args["at"]
    shape = list(result.shape)
    shape[axis] = len(at)
    new = updates(args["update"], shape, x.dtype)
    for place in np.ndindex(*shape):
        target = list(place)
        target[axis] = at[place[axis]]
        joined(result, tuple(target), new[place], args["mode"], x.dtype)
    return result


def scatter_nd(x, args):
    result = x.array.copy()
    rows = args["rows"]
    new = updates(args["update"], [len(rows), *result.shape[len(rows[0]) :]], x.dtype)
    for row, update in zip(rows, new):
        joined(result, tuple(row), update, args["mode"], x.dtype)
    return result


def block(x, starts, sizes):
    low = [min(max(start, 0), length - size) for start, size, length in zip(starts, sizes, x.shape)]
    return tuple(slice(l, l + size) for l, size in zip(low, sizes))


# --- Networks ---


def shaped(y, shape):
    size = math.prod(shape)
    row = y.array.ravel()
    row = np.tile(row, -(-size // row.size))[:size] if row.size > 0 else np.zeros(size)
    return row.reshape(shape)


# Without BLAS, which skips products of zeros, even of 0 * NaN.


def matmul(x, y):
    left = x if x.ndim > 1 else x[None]
    right = y if y.ndim > 1 else y[:, None]
    result = np.sum(left[..., :, :, None] * right[..., None, :, :], axis=-2)
    result = result if x.ndim > 1 else np.squeeze(result, -2)
    return result if y.ndim > 1 else np.squeeze(result, -1)


def tensordot(x, y, axes):
    shared = math.prod(y.shape[:axes])
    rows = math.prod(x.shape[: x.ndim - axes])
    result = matmul(x.reshape(rows, shared), y.reshape(shared, math.prod(y.shape[axes:])))
    return result.reshape(x.shape[: x.ndim - axes] + y.shape[axes:])


def dot(x, y):
    right = np.moveaxis(y, -2, 0) if y.ndim > 1 else y
    return tensordot(x, right, 1)


def einsum(formula, *arrays):
    """Sums axes that occur in a single operand first, which changes results with infinities."""
    terms, out = formula.split("->")
    terms = terms.split(",")
    kept = ["".join(c for c in term if c in out or any(c in other for j, other in enumerate(terms) if j != i)) for i, term in enumerate(terms)]
    arrays = [np.einsum(f"{term}->{left}", array) for term, left, array in zip(terms, kept, arrays)]
    return np.einsum(",".join(kept) + "->" + out, *arrays)


def conv(x, w, args):
    image = x.reshape(args["image"])[0]
    padding, stride, dilation = args["padding"], args["strides"], args["dilation"]
    padded = np.pad(image, [(0, 0), (padding, padding)])
    filters, _, width = w.shape
    count = (padded.shape[1] - ((width - 1) * dilation + 1)) // stride + 1
    result = np.zeros((1, filters, count))
    for o in range(count):
        cells = padded[:, [o * stride + k * dilation for k in range(width)]]
        result[0, :, o] = np.sum(w * cells[None], axis=(1, 2))
    return result


def pooled(x, args, f):
    row = x.ravel()
    window, stride = args["window"], args["strides"]
    count = (row.size - window) // stride + 1
    return np.array([f(row[o * stride : o * stride + window]) for o in range(count)]).reshape(1, 1, count)


def first_largest(row):
    """Returns the maximum; among zeros of both signs, the first one."""
    return row[np.argmax(row)]


def sigmoid_cross_entropy(x, y):
    missing = np.where(x > 0, 1 - y, y)
    far = np.where(missing == 0, 0.0, np.abs(x) * missing)
    return np.where(np.isnan(x) | np.isnan(y), np.nan, far + np.log1p(np.exp(-np.abs(x))))


def scan(x, dtype, reverse):
    rows = x[::-1] if reverse else x
    carry = np.zeros(x.shape[1:])
    ys = np.zeros(x.shape)
    rounded = lambda values: Value(values, dtype).array
    for i, row in enumerate(rows):
        carry = rounded(np.tanh(rounded(carry + rounded(0.5 * row))))
        ys[i] = carry * row
    return ys[::-1] if reverse else ys


def halved(x):
    for _ in range(8):
        if not np.any(x.array > 1):
            break
        x = Value(x.array * 0.5, x.dtype)
    return x.array


def index_items(items):
    return tuple(slice(*item) if isinstance(item, list) else item for item in items)


PAD = {"constant": "constant", "edge": "edge", "reflect": "reflect", "wrap": "wrap"}

CALLS = {
    "astype": lambda v, a, d: v[0].array,
    "leftShift": lambda v, a, d: v[0].array << a["bits"],
    "rightShift": lambda v, a, d: v[0].array >> a["bits"],
    "where": lambda v, a, d: np.where(v[0].array != 0, fitting(v[1], d), fitting(v[2], d)),
    "clip": lambda v, a, d: np.clip(
        v[0].array, *(None if a[end] is None else constant(a[end], v[0].dtype) for end in ("min", "max"))
    ),
    "power of a number": lambda v, a, d: power(v[0].array, a["exponent"]),
    "argmax": lambda v, a, d: np.argmax(v[0].array, axis=a["axis"], keepdims=a["keepdims"]),
    "argmin": lambda v, a, d: np.argmin(v[0].array, axis=a["axis"], keepdims=a["keepdims"]),
    "softmax": lambda v, a, d: softmax(as_float(v[0]), a["axis"]),
    "logSoftmax": lambda v, a, d: log_softmax(as_float(v[0]), a["axis"]),
    "norm": lambda v, a, d: norm(v[0].array, axes_of(a["axis"]), a["ord"].replace("Infinity", "inf")),
    "cumsum": lambda v, a, d: cumsum(v[0].array, a["axis"], a["reverse"], a["exclusive"]),
    "sort": lambda v, a, d: along(v[0].array, a["axis"], lambda lane: lane[order(lane, a["descending"])]),
    "argsort": lambda v, a, d: along(v[0].array, a["axis"], lambda lane: order(lane, a["descending"])),
    "topK": lambda v, a, d: along(
        v[0].array,
        a["axis"],
        lambda lane: np.array(order(lane, a["largest"])[: a["k"]] if a["indices"] else lane[order(lane, a["largest"])][: a["k"]]),
        a["k"],
    ),
    "layerNorm": lambda v, a, d: normalised(as_float(v[0]), -1),
    "rmsNorm": lambda v, a, d: as_float(v[0]) / np.sqrt(np.mean(as_float(v[0]) ** 2, axis=-1, keepdims=True) + 1e-3),
    "batchNormTraining": lambda v, a, d: normalised(
        as_float(v[0]), tuple(i for i in range(v[0].array.ndim) if i != a["axis"] % v[0].array.ndim)
    ),
    "reshape": lambda v, a, d: v[0].array.reshape(a["shape"]),
    "transpose": lambda v, a, d: v[0].array.transpose(a["axes"]),
    "swapaxes": lambda v, a, d: v[0].array.swapaxes(a["from"], a["to"]),
    "moveaxis": lambda v, a, d: np.moveaxis(v[0].array, a["from"], a["to"]),
    "expandDims": lambda v, a, d: np.expand_dims(v[0].array, a["axis"]),
    "squeeze": lambda v, a, d: np.squeeze(v[0].array, a["axis"]),
    "broadcastTo": lambda v, a, d: np.broadcast_to(v[0].array, a["shape"]),
    "flip": lambda v, a, d: np.flip(v[0].array, axes_of(a["axis"])),
    "roll": lambda v, a, d: np.roll(v[0].array, a["shift"], axes_of(a["axis"])),
    "tile": lambda v, a, d: np.tile(v[0].array, a["repeats"]),
    "repeat": lambda v, a, d: np.repeat(v[0].array, a["times"], a["axis"]),
    "pad": lambda v, a, d: np.pad(
        v[0].array, a["widths"], a["mode"], **({"constant_values": constant(a["value"], d)} if a["mode"] == "constant" else {})
    ),
    "concatenate": lambda v, a, d: np.concatenate([x.array for x in v], a["axis"]),
    "stack": lambda v, a, d: np.stack([x.array for x in v], a["axis"]),
    "split": lambda v, a, d: np.split(v[0].array, a["cuts"], a["axis"])[a["part"]],
    "tril": lambda v, a, d: np.tril(v[0].array, a["k"]),
    "triu": lambda v, a, d: np.triu(v[0].array, a["k"]),
    "index": lambda v, a, d: v[0].array[index_items(a["items"])],
    "slice": lambda v, a, d: v[0].array[tuple(slice(s, s + n) for s, n in zip(a["start"], a["size"]))],
    "take": lambda v, a, d: np.take(v[0].array, np.array(a["places"], dtype=np.int64), a["axis"]),
    "takeAlongAxis": lambda v, a, d: np.take_along_axis(
        v[0].array,
        along(v[0].array, a["axis"], lambda lane: order(lane, a["descending"])).astype(np.int64),
        a["axis"],
    ),
    "gatherND": lambda v, a, d: np.stack([v[0].array[tuple(row)] for row in a["rows"]]),
    "scatterElements": lambda v, a, d: scatter_elements(v[0], a),
    "scatterND": lambda v, a, d: scatter_nd(v[0], a),
    "dynamicSlice": lambda v, a, d: v[0].array[block(v[0].array, a["starts"], a["sizes"])],
    "dynamicUpdateSlice": lambda v, a, d: replaced(v[0], a),
    "oneHot": lambda v, a, d: np.moveaxis(
        (v[0].array[..., None] == np.arange(a["depth"])).astype(np.float64), -1, a["axis"] if a["axis"] >= 0 else -1
    ),
    "matmul": lambda v, a, d: matmul(v[0].array, shaped(v[1], a["right"])),
    "dot": lambda v, a, d: dot(v[0].array, shaped(v[1], a["right"])),
    "outer": lambda v, a, d: np.outer(v[0].array, v[1].array),
    "tensordot": lambda v, a, d: tensordot(v[0].array, shaped(v[1], a["right"]), a["axes"]),
    "einsum": lambda v, a, d: einsum(a["formula"], v[0].array, shaped(v[1], a["right"])),
    "conv": lambda v, a, d: conv(v[0].array, shaped(v[1], a["filters"]), a),
    "maxPool": lambda v, a, d: pooled(v[0].array, a, first_largest),
    "avgPool": lambda v, a, d: pooled(v[0].array, a, np.mean),
    "sigmoidCrossEntropy": lambda v, a, d: sigmoid_cross_entropy(v[0].array, shaped(v[1], v[0].array.shape)),
    "softmaxCrossEntropy": lambda v, a, d: -np.squeeze(
        np.take_along_axis(log_softmax(v[0].array, a["axis"]), np.argmin(v[0].array, a["axis"], keepdims=True), a["axis"]), a["axis"]
    ),
    "scan": lambda v, a, d: scan(v[0].array, d, a["reverse"]),
    "whileLoop": lambda v, a, d: halved(v[0]),
    "cond": lambda v, a, d: v[0].array + 1 if np.any(v[1].array) else v[0].array * 2,
}


def normalised(x, axes):
    return (x - np.mean(x, axis=axes, keepdims=True)) / np.sqrt(np.var(x, axis=axes, keepdims=True) + 1e-3)


def replaced(x, args):
    result = x.array.copy()
    result[block(result, args["starts"], args["sizes"])] = updates(args["update"], args["sizes"], x.dtype)
    return result


def apply(call, values, args, dtype):
    if call in CALLS:
        return CALLS[call](values, args, dtype)
    if call in UNARY:
        return UNARY[call](fitting(values[0], dtype))
    if call in BINARY:
        return BINARY[call](*operands(call, values, args, dtype))
    x = fitting(values[0], dtype)
    if call in EXTREMES:
        return EXTREMES[call](x, axes_of(args["axis"]), args["keepdims"], dtype)
    if call in REDUCE:
        return REDUCE[call](x, axis=axes_of(args["axis"]), keepdims=args["keepdims"])
    return NORMALISED[call](x, axis=axes_of(args["axis"]), keepdims=args["keepdims"], ddof=args["ddof"])


def number(x):
    x = float(x)
    if math.isnan(x) or math.isinf(x):
        return "nan" if math.isnan(x) else str(x)
    if x == int(x):
        return "-0" if x == 0 and math.copysign(1, x) < 0 else int(x)
    return x


def run(program):
    values = []
    for given in program["inputs"]:
        data = [float(x) for x in given["data"]]
        array = np.array(data, dtype=np.float64).reshape(given["shape"])
        values.append(Value(array if given["dtype"] in FLOATS else array.astype(np.int64), given["dtype"]))
    for step in program["steps"]:
        result = apply(step["call"], [values[i] for i in step["of"]], step["with"], step["dtype"])
        value = Value(result, step["dtype"])
        if list(value.array.shape) != step["shape"]:
            raise ValueError(f"seed {program['seed']}: {step} has shape {value.array.shape} in NumPy")
        values.append(value)
    return [[number(x) for x in values[i].array.ravel()] for i in program["outputs"]]


for line in sys.stdin:
    program = json.loads(line)
    row = {"seed": program["seed"], "program": hashlib.sha256(line.rstrip("\n").encode()).hexdigest()[:12]}
    try:
        row["outputs"] = run(program)
    except Exception as error:
        row["error"] = f"{type(error).__name__}: {error}"
    print(json.dumps(row, separators=(",", ":")))
