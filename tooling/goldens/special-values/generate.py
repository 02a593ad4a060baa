"""Writes the results of NumPy, PyTorch and JAX for special values, to packages/conformance/src/special.

Run `python generate.py` with numpy 2.4, torch 2.13, jax 0.10 and mpmath 1.3. Values have float32 and float64 inputs; first and second
derivatives have float64 inputs. Numbers that JSON does not have are strings: "nan", "inf", "-inf", "-0.0".
"""

import json
import math
import pathlib
import warnings

import jax
import jax.numpy as jnp
import numpy as np
import torch
import torch.nn.functional as F
from mpmath import erfc, exp, log1p, mp, mpf, pi, sqrt, tanh

warnings.filterwarnings("ignore")
jax.config.update("jax_enable_x64", True)
np.seterr(all="ignore")
mp.dps = 40
out = pathlib.Path(__file__).parents[3] / "packages/conformance/src/special/goldens"


def number(x):
    x = float(x)
    if math.isnan(x) or math.isinf(x) or (x == 0 and math.copysign(1, x) < 0):
        return "nan" if math.isnan(x) else str(x)
    return int(x) if x == int(x) and abs(x) < 2**53 else x


def numbers(array):
    array = np.asarray(array)
    if array.dtype == bool:
        array = array.astype(np.int32)
    return [number(x) for x in array.ravel()]


def write(name, rows):
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    (out / f"{name}.json").write_text(f"[\n{lines}\n]\n")


inf, nan = math.inf, math.nan
EDGES = {
    "float32": [2.0**-149, 2.0**-127, 2.0**-126, 3.4028234663852886e38, 1e19, 1e-20, 88.5, 89.0, 104.5, 0.99999994, 1.0000001],
    "float64": [5e-324, 2.0**-1023, 2.0**-1022, 1.7976931348623157e308, 1e154, 1e-160, 709.5, 710.2, 746.0, 1 - 2**-53, 1 + 2**-52],
}
PLAIN = [0.0, 1e-10, 1e-3, 0.3, 0.49999997, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 6.0, 7.25, 10.0, 20.0, 100.0, 1000.0, 1e10]


def points(dtype):
    sizes = PLAIN + EDGES[dtype] + [inf]
    return np.array([s * x for x in sizes for s in (1, -1)] + [nan], dtype=dtype)


# --- Values of one operand ---

NUMPY = {
    "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "log2": np.log2, "log10": np.log10,
    "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos, "tan": np.tan, "arcsin": np.arcsin, "arccos": np.arccos,
    "arctan": np.arctan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "arcsinh": np.arcsinh, "arccosh": np.arccosh,
    "arctanh": np.arctanh, "abs": np.abs, "negative": np.negative, "sign": np.sign, "floor": np.floor, "ceil": np.ceil,
    "round": np.round, "trunc": np.trunc, "square": np.square, "reciprocal": np.reciprocal, "isnan": np.isnan,
    "isinf": np.isinf, "isfinite": np.isfinite, "logicalNot": np.logical_not, "power 2": lambda x: x**2,
    "power 3": lambda x: np.power(x, 3), "power 4": lambda x: np.power(x, 4), "power 0.5": lambda x: np.power(x, x.dtype.type(0.5)),
    "power -0.5": lambda x: np.power(x, x.dtype.type(-0.5)), "power -1": lambda x: np.power(x, x.dtype.type(-1)),
    "power 0": lambda x: np.power(x, x.dtype.type(0)), "power 1.5": lambda x: np.power(x, x.dtype.type(1.5)),
    "power -2": lambda x: np.power(x, x.dtype.type(-2)), "clip": lambda x: np.clip(x, -1, 2),
    "clip low nan": lambda x: np.clip(x, x.dtype.type(nan), 2), "clip high nan": lambda x: np.clip(x, -1, x.dtype.type(nan)),
    "clip low": lambda x: np.clip(x, 0.5, None), "clip crossed": lambda x: np.clip(x, 2, -1),
    "cast to bool": lambda x: x.astype(bool),
}
# Computed in float64, because the float32 kernels of PyTorch lose precision.
TORCH = {
    "relu": F.relu, "relu6": F.relu6, "leakyRelu": lambda x: F.leaky_relu(x, 0.01), "elu": F.elu,
    "celu 0.7": lambda x: F.celu(x, 0.7), "selu": F.selu, "thresholdedRelu": lambda x: F.threshold(x, 1.0, 0.0),
    "hard shrink": F.hardshrink, "soft shrink": F.softshrink, "hardSigmoid": F.hardsigmoid, "erf": torch.erf,
    "rsqrt": torch.rsqrt,
}


def limits(low, high, f):
    """Returns a function in arbitrary precision, with its limits at -infinity and infinity. PyTorch loses digits there, or returns NaN."""

    def of(x):
        if math.isnan(x) or math.isinf(x):
            return x if math.isnan(x) else (high if x > 0 else low)
        value = f(mpf(float(x)))
        return math.copysign(0.0, x) if value == 0 and x == 0 else float(value)

    return of


c = sqrt(2 / pi)
EXACT = {
    "sigmoid": limits(0.0, 1.0, lambda x: 1 / (1 + exp(-x))), "logSigmoid": limits(-inf, -0.0, lambda x: -log1p(exp(-x))),
    "softplus": limits(0.0, inf, lambda x: x + log1p(exp(-x)) if x > 0 else log1p(exp(x))),
    "softsign": limits(-1.0, 1.0, lambda x: x / (1 + abs(x))), "silu": limits(-0.0, inf, lambda x: x / (1 + exp(-x))),
    "mish": limits(-0.0, inf, lambda x: x * tanh(log1p(exp(x))) if x < 100 else x),
    "gelu": limits(-0.0, inf, lambda x: x * erfc(-x / sqrt(2)) / 2 if x > -1000 else -mpf(0)),
    "gelu tanh": limits(-0.0, inf, lambda x: x / (1 + exp(-2 * c * (x + mpf("0.044715") * x**3))) if abs(x) < 1000 else max(x, mpf(0))),
    "hardSwish": limits(-0.0, inf, lambda x: x * min(max(x + 3, mpf(0)), mpf(6)) / 6),
}

unary = []
for dtype in ("float32", "float64"):
    x = points(dtype)
    unary.append({"dtype": dtype, "x": numbers(x)})
    for name, f in NUMPY.items():
        unary.append({"dtype": dtype, "name": name, "y": numbers(f(x))})
    for name, f in TORCH.items():
        unary.append({"dtype": dtype, "name": name, "y": numbers(f(torch.tensor(x.astype(np.float64))).numpy().astype(dtype))})
    for name, f in EXACT.items():
        y = np.array([f(each) for each in x]).astype(dtype)
        # A negative number times a value that underflowed to 0 is -0.
        below = (y == 0) & (x < 0) & (name in ("silu", "mish", "gelu", "gelu tanh", "hardSwish"))
        unary.append({"dtype": dtype, "name": name, "y": numbers(np.where(below, -0.0, y))})
write("unary", unary)

# --- Values of two operands ---


def cross_entropy(x, y):
    """Returns the sigmoid cross-entropy of a logit and a target in arbitrary precision, with its limits at infinite logits."""
    x, y = float(x), float(y)
    missing = 1 - mpf(y) if x > 0 else mpf(y)
    if math.isnan(x) or math.isnan(y):
        return nan
    if math.isinf(x) or math.isinf(y):
        return 0.0 if missing == 0 else (inf if missing > 0 else -inf) if x != 0 else nan
    value = abs(mpf(x)) * missing + log1p(exp(-abs(mpf(x))))
    return float(value)


BINARY = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "floorDivide": np.floor_divide, "mod": np.mod,
    "fmod": np.fmod, "power": np.power, "maximum": np.maximum, "minimum": np.minimum, "arctan2": np.arctan2,
    "equal": np.equal, "notEqual": np.not_equal, "less": np.less, "lessEqual": np.less_equal, "greater": np.greater,
    "greaterEqual": np.greater_equal, "logicalAnd": np.logical_and, "logicalOr": np.logical_or, "logicalXor": np.logical_xor,
    "where": lambda x, y: np.where(x != 0, x, y), "where, the condition a comparison": lambda x, y: np.where(x < y, x, y),
    "prelu": lambda x, y: np.where(x <= 0, y * x, x),
    "sigmoidCrossEntropy": np.vectorize(lambda x, y: cross_entropy(x, y), otypes=[np.float64]),
    "clip below a tensor": lambda x, y: np.clip(x, None, y), "clip above a tensor": lambda x, y: np.clip(x, y, None),
}
PAIRS = [0.0, 1.0, 2.0, 2.5, 3.0, 0.1, 7.0, 0.5]


def pair_points(dtype):
    sizes = PAIRS + [EDGES[dtype][0], EDGES[dtype][2], EDGES[dtype][3], inf]
    return np.array([s * x for x in sizes for s in (1, -1)] + [nan], dtype=dtype)


binary = []
for dtype in ("float32", "float64"):
    p = pair_points(dtype)
    x, y = [a.ravel() for a in np.meshgrid(p, p, indexing="ij")]
    binary.append({"dtype": dtype, "x": numbers(p)})
    for name, f in BINARY.items():
        binary.append({"dtype": dtype, "name": name, "z": numbers(np.asarray(f(x, y)).astype(bool if f(x, y).dtype == bool else dtype))})
ints = np.array([0, 1, -1, 2, -2, 7, -7, 100, -100, 2**31 - 1, -(2**31) + 1], dtype=np.int32)
x, y = [a.ravel() for a in np.meshgrid(ints, ints[ints != 0], indexing="ij")]
binary.append({"dtype": "int32", "x": numbers(ints), "y": numbers(ints[ints != 0])})
for name, f in {"floorDivide": np.floor_divide, "mod": np.mod, "fmod": np.fmod, "maximum": np.maximum, "minimum": np.minimum}.items():
    binary.append({"dtype": "int32", "name": name, "z": numbers(f(x, y))})
write("binary", binary)

# --- Reductions ---

VECTORS = [
    [], [0.0], [-0.0, 0.0], [1.0, nan, 2.0], [inf, 1.0], [-inf, 1.0], [inf, -inf], [inf, inf], [-inf, -inf], [nan, nan],
    [nan, inf], [1.0, 1.0, 0.0], [-3.0, 2.0, 2.0, -3.0], [0.0, 5.0, 0.0], [1e30, -1e30, 1.0], [5.0], [1000.0, 1000.0],
    [-1000.0, -2000.0],
]


def torch_of(f):
    return lambda x: f(torch.tensor(x)).numpy()


REDUCE = {
    "sum": np.sum, "prod": np.prod, "mean": np.mean, "variance": np.var, "std": np.std, "cumsum": np.cumsum,
    "norm": np.linalg.norm, "norm 1": lambda x: np.linalg.norm(x, 1), "any": np.any, "all": np.all, "sort": np.sort,
    "logsumexp": torch_of(lambda x: torch.logsumexp(x, 0)), "softmax": torch_of(lambda x: torch.softmax(x, 0)),
    "dot with itself": lambda x: np.dot(x, x), "outer with itself": lambda x: np.outer(x, x),
    "logSoftmax": torch_of(lambda x: torch.log_softmax(x, 0)),
}
NOT_EMPTY = {
    "max": np.max, "min": np.min, "argmax": np.argmax, "argmin": np.argmin, "norm inf": lambda x: np.linalg.norm(x, np.inf),
    "layerNorm": torch_of(lambda x: F.layer_norm(x, x.shape, eps=1e-3)),
    "rmsNorm": torch_of(lambda x: F.rms_norm(x, x.shape, eps=1e-3)),
    "topK": torch_of(lambda x: torch.topk(x, min(2, len(x))).values),
    "maxPool": torch_of(lambda x: F.max_pool1d(x[None, None], min(2, len(x)), 1)),
    "avgPool": torch_of(lambda x: F.avg_pool1d(x[None, None], min(2, len(x)), 1)),
    "argsort": lambda x: np.argsort(x, kind="stable"),
    "argsort descending": torch_of(lambda x: torch.sort(x, descending=True, stable=True).indices),
}
reduce = []
for values in VECTORS:
    x = np.array(values, dtype=np.float64)
    row = {"x": numbers(x), "y": {}}
    for name, f in REDUCE.items():
        row["y"][name] = numbers(f(x))
    if len(values):
        for name, f in NOT_EMPTY.items():
            row["y"][name] = numbers(f(x))
    reduce.append(row)
write("reduce", reduce)

# --- Shapes with empty axes ---

shapes = []


def einsum(formula, *sizes):
    operands = [np.arange(1.0, 1 + math.prod(s)).reshape(s) for s in sizes]
    try:
        result = np.einsum(formula, *operands)
    except ValueError:
        return
    shapes.append({"op": "einsum", "formula": formula, "shapes": sizes, "shape": result.shape, "y": numbers(result)})


for formula, *sizes in [
    ("ij,jk->ik", [2, 0], [0, 3]), ("ij,jk->ik", [0, 2], [2, 3]), ("ij,jk", [2, 3], [3, 0]), ("ij->i", [2, 0]),
    ("ij->j", [2, 0]), ("ij->", [0, 3]), ("ii->i", [0, 0]), ("ii", [0, 0]), ("ii->", [3, 3]), ("i,i", [0], [0]),
    ("i,j->ij", [0], [3]), ("...i,...i->...", [2, 0], [2, 0]), ("...i,...i->...", [1, 3], [0, 3]),
    ("...i,...i", [0, 1, 3], [2, 3]), ("bij,bjk->bik", [2, 3, 0], [2, 0, 4]), ("bij,bjk->bik", [0, 3, 2], [0, 2, 4]),
    ("i,j,k->ijk", [2], [0], [3]), ("ij,j,jk->ik", [2, 0], [0], [0, 3]), ("ijj->ji", [2, 0, 0]), ("i->", [1]), ("->", []),
    ("ij,ij->ij", [0, 4], [0, 4]),
]:
    einsum(formula, *sizes)

for size in [[0], [3], [1], [0, 3], [3, 0], [2, 3], [1, 2], [2, 0, 1]]:
    for mode in ("edge", "reflect", "wrap", "constant"):
        for width in ([0, 0], [1, 0], [0, 2], [2, 3], [7, 5]):
            for axes in ([0], list(range(len(size)))):
                widths = [width if axis in axes else [0, 0] for axis in range(len(size))]
                x = np.arange(1.0, 1 + math.prod(size)).reshape(size)
                row = {"op": "pad", "size": size, "widths": widths, "mode": mode}
                try:
                    result = np.pad(x, widths, mode=mode)
                    shapes.append({**row, "shape": result.shape, "y": numbers(result)})
                except ValueError:
                    shapes.append({**row, "shape": None, "y": None})
write("shapes", shapes)

# --- Gradients ---


def torch_slope(f, values):
    x = torch.tensor(values, dtype=torch.float64, requires_grad=True)
    y = f(x)
    if not y.requires_grad:
        return numbers(np.zeros(len(values)))
    return numbers(torch.autograd.grad(y.sum(), x)[0].numpy())


def jax_slope(f, values):
    return numbers(jax.grad(lambda x: jnp.sum(f(x)))(jnp.array(values)))


J = jax.nn
SLOPES = {
    "abs": (torch.abs, jnp.abs), "sign": (torch.sign, jnp.sign), "floor": (torch.floor, jnp.floor), "round": (torch.round, jnp.round),
    "sqrt": (torch.sqrt, jnp.sqrt), "rsqrt": (torch.rsqrt, lambda x: 1 / jnp.sqrt(x)), "square": (torch.square, jnp.square),
    "reciprocal": (torch.reciprocal, lambda x: 1 / x), "exp": (torch.exp, jnp.exp), "exp2": (torch.exp2, jnp.exp2),
    "expm1": (torch.expm1, jnp.expm1), "log": (torch.log, jnp.log), "log1p": (torch.log1p, jnp.log1p),
    "log2": (torch.log2, jnp.log2), "log10": (torch.log10, jnp.log10), "sin": (torch.sin, jnp.sin), "cos": (torch.cos, jnp.cos),
    "tan": (torch.tan, jnp.tan), "arcsin": (torch.arcsin, jnp.arcsin), "arccos": (torch.arccos, jnp.arccos),
    "arctan": (torch.arctan, jnp.arctan), "sinh": (torch.sinh, jnp.sinh), "cosh": (torch.cosh, jnp.cosh),
    "tanh": (torch.tanh, jnp.tanh), "arcsinh": (torch.arcsinh, jnp.arcsinh), "arccosh": (torch.arccosh, jnp.arccosh),
    "arctanh": (torch.arctanh, jnp.arctanh), "erf": (torch.erf, jax.scipy.special.erf), "sigmoid": (torch.sigmoid, J.sigmoid),
    "logSigmoid": (F.logsigmoid, J.log_sigmoid), "softplus": (F.softplus, J.softplus), "softsign": (F.softsign, J.soft_sign),
    "relu": (F.relu, J.relu), "relu6": (F.relu6, J.relu6), "leakyRelu": (lambda x: F.leaky_relu(x, 0.01), J.leaky_relu),
    "elu": (F.elu, J.elu), "celu 0.7": (lambda x: F.celu(x, 0.7), lambda x: J.celu(x, 0.7)), "selu": (F.selu, J.selu),
    "thresholdedRelu": (lambda x: F.threshold(x, 1.0, 0.0), lambda x: jnp.where(x > 1, x, 0.0)),
    "hard shrink": (F.hardshrink, lambda x: jnp.where(jnp.abs(x) > 0.5, x, 0.0)),
    "soft shrink": (F.softshrink, lambda x: jnp.where(x > 0.5, x - 0.5, jnp.where(x < -0.5, x + 0.5, 0.0))),
    "hardSigmoid": (F.hardsigmoid, J.hard_sigmoid), "hardSwish": (F.hardswish, J.hard_swish), "silu": (F.silu, J.silu),
    "mish": (F.mish, J.mish), "gelu": (F.gelu, lambda x: J.gelu(x, approximate=False)),
    "gelu tanh": (lambda x: F.gelu(x, approximate="tanh"), lambda x: J.gelu(x, approximate=True)),
    "clip": (lambda x: torch.clamp(x, -1, 2), lambda x: jnp.clip(x, -1, 2)),
    "clip low": (lambda x: torch.clamp(x, min=0.5), lambda x: jnp.clip(x, 0.5, None)),
    "maximum 1": (lambda x: torch.maximum(x, torch.ones_like(x)), lambda x: jnp.maximum(x, 1.0)),
    "minimum 1": (lambda x: torch.minimum(x, torch.ones_like(x)), lambda x: jnp.minimum(x, 1.0)),
    "maximum nan": (lambda x: torch.maximum(x, torch.full_like(x, nan)), lambda x: jnp.maximum(x, nan)),
    "power 2": (lambda x: x**2, lambda x: x**2), "power 3": (lambda x: x**3, lambda x: x**3),
    "power 0.5": (lambda x: x**0.5, lambda x: x**0.5), "power 0": (lambda x: x**0, lambda x: x**0.0),
    "power 1.5": (lambda x: x**1.5, lambda x: x**1.5), "power -2": (lambda x: x**-2.0, lambda x: x**-2.0),
    "exponent of 2": (lambda x: 2.0**x, lambda x: 2.0**x), "exponent of 0": (lambda x: torch.zeros_like(x) ** x, lambda x: jnp.zeros_like(x) ** x),
    "mod 2.5": (lambda x: torch.remainder(x, 2.5), lambda x: jnp.mod(x, 2.5)), "fmod 2.5": (lambda x: torch.fmod(x, 2.5), lambda x: jnp.fmod(x, 2.5)),
    "arctan2 over 1": (lambda x: torch.atan2(x, torch.ones_like(x)), lambda x: jnp.arctan2(x, 1.0)),
    "arctan2 of 1": (lambda x: torch.atan2(torch.ones_like(x), x), lambda x: jnp.arctan2(1.0, x)),
}
AT = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 6.0, 10.0, -10.0, 50.0, -50.0, 1000.0, -1000.0, inf, -inf, nan]
slopes = [{"x": numbers(AT)}]
for name, (t, j) in SLOPES.items():
    slopes.append({"name": name, "torch": torch_slope(t, AT), "jax": jax_slope(j, AT)})

VECTOR_SLOPES = {
    "sum": (torch.sum, jnp.sum), "prod": (torch.prod, jnp.prod), "max": (torch.amax, jnp.max), "min": (torch.amin, jnp.min),
    "mean": (torch.mean, jnp.mean), "variance": (lambda x: torch.var(x, correction=0), jnp.var),
    "norm": (torch.linalg.norm, jnp.linalg.norm), "norm 1": (lambda x: torch.linalg.norm(x, 1), lambda x: jnp.linalg.norm(x, 1)),
    "norm inf": (lambda x: torch.linalg.norm(x, inf), lambda x: jnp.linalg.norm(x, jnp.inf)),
    "logsumexp": (lambda x: torch.logsumexp(x, 0), J.logsumexp), "softmax first": (lambda x: torch.softmax(x, 0)[0], lambda x: J.softmax(x)[0]),
    "logSoftmax first": (lambda x: torch.log_softmax(x, 0)[0], lambda x: J.log_softmax(x)[0]),
    "sort first": (lambda x: torch.sort(x).values[0], lambda x: jnp.sort(x)[0]),
    "cumsum last": (lambda x: torch.cumsum(x, 0)[-1], lambda x: jnp.cumsum(x)[-1]),
}
for values in [v for v in VECTORS if len(v)]:
    for name, (t, j) in VECTOR_SLOPES.items():
        slopes.append({"name": name, "vector": numbers(values), "torch": torch_slope(t, values), "jax": jax_slope(j, values)})
write("slopes", slopes)

# --- Second derivatives ---

HESSIANS = {
    "prod": jnp.prod, "sum of squares": lambda x: jnp.sum(x**2), "norm": jnp.linalg.norm, "logsumexp": J.logsumexp,
    "variance": jnp.var, "softmax first": lambda x: J.softmax(x)[0], "logSoftmax first": lambda x: J.log_softmax(x)[0],
    "cube sum": lambda x: jnp.sum(x) ** 3, "sum of powers 3": lambda x: jnp.sum(x**3), "sum of powers 4": lambda x: jnp.sum(x**4),
    "prod of sines": lambda x: jnp.prod(jnp.sin(x)), "cumsum squared": lambda x: jnp.sum(jnp.cumsum(x) ** 2),
    "sort weighted squares": lambda x: jnp.sum(jnp.sort(x) ** 2 * jnp.arange(1.0, 1 + len(x))),
    "max squared": lambda x: jnp.max(x) ** 2, "outer": lambda x: jnp.sum(jnp.outer(x, x) ** 2),
    "gelu": lambda x: jnp.sum(J.gelu(x, approximate=False)), "silu": lambda x: jnp.sum(J.silu(x)), "mish": lambda x: jnp.sum(J.mish(x)),
    "softplus": lambda x: jnp.sum(J.softplus(x)), "tanh": lambda x: jnp.sum(jnp.tanh(x)), "sigmoid": lambda x: jnp.sum(J.sigmoid(x)),
    "erf": lambda x: jnp.sum(jax.scipy.special.erf(x)), "sinh": lambda x: jnp.sum(jnp.sinh(x)), "cosh": lambda x: jnp.sum(jnp.cosh(x)),
    "arcsinh": lambda x: jnp.sum(jnp.arcsinh(x)), "arctan": lambda x: jnp.sum(jnp.arctan(x)), "exp2": lambda x: jnp.sum(jnp.exp2(x)),
    "power of two": lambda x: jnp.sum(2.0**x), "power of both": lambda x: jnp.sum((x * x + 0.1) ** x), "tan": lambda x: jnp.sum(jnp.tan(x)),
    "arctan2": lambda x: jnp.sum(jnp.arctan2(x, 2 + x)), "layer norm": lambda x: jnp.sum(((x - x.mean()) / jnp.sqrt(x.var() + 0.1)) ** 3),
    "relu squared": lambda x: jnp.sum(J.relu(x) ** 2), "elu": lambda x: jnp.sum(J.elu(x)), "clip cubed": lambda x: jnp.sum(jnp.clip(x, -1, 2) ** 3),
}
hessians = []
for values in [[0.0, 2.0, 3.0], [0.0, 0.0, 3.0], [0.0, 0.0, 0.0], [1.5, -2.0, 0.25, 3.0], [2.0, 2.5], [-1.0, 0.5, -0.0, 4.0, 2.5]]:
    for name, f in HESSIANS.items():
        hessians.append({"name": name, "x": numbers(values), "y": numbers(jax.hessian(f)(jnp.array(values)))})
write("hessians", hessians)
