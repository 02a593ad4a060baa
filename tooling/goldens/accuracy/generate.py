"""Writes exact values of elementary functions at float64 arguments, for packages/conformance/src/accuracy.

Run: `python generate.py`, with mpmath 1.3. Each row contains the nearest float64 value and the remainder, so that errors
below one unit in the last place can be measured: [x, nearest, rest], or [x, y, nearest, rest].
"""

import json
import math
import pathlib
import random
import struct

from mpmath import (mpc, atan2, acos, acosh, asin, asinh, atan, atanh, cos, cosh, erf, erfc, exp, expm1, isnan, log, log1p, log10, mp, mpf, pi,
                    sin, sinh, sqrt, tan, tanh)

mp.dps = 60
out = pathlib.Path(__file__).parents[3] / "packages/conformance/src/accuracy/goldens/float64.json"
COUNT = 110
random.seed(1)

wide = lambda: math.copysign(2.0 ** random.uniform(-1070, 1020), random.random() - 0.5)
near = lambda size: (lambda: random.uniform(-size, size))
small = lambda: math.copysign(2.0 ** random.uniform(-60, 3), random.random() - 0.5)
positive = lambda f: (lambda: abs(f()))
beside = lambda *points: (lambda: random.choice(points) * (1 + random.randint(-8, 8) * 2.0**-52) if random.random() < 0.5 else random.choice(points) + random.uniform(-1e-3, 1e-3))

c = sqrt(2 / pi)
selu_scale, selu_alpha = mpf(1.0507009873554805), mpf(1.6732632423543772)
FUNCTIONS = {
    "exp": (exp, [near(745), small, beside(709.78, -708.4, -745.1)]),
    "exp2": (lambda x: mpf(2) ** x, [near(1080), small, beside(1023.9, -1022.5, 3.0)]),
    "expm1": (expm1, [near(710), small, beside(-37.0, 1.0)]),
    "log": (log, [positive(wide), positive(small), beside(1.0)]),
    "log1p": (log1p, [positive(wide), small, beside(-0.9, -0.5)]),
    "log2": (lambda x: log(x) / log(mpf(2)), [positive(wide), positive(small), beside(1.0, 8.0, 0.125)]),
    "log10": (log10, [positive(wide), positive(small), beside(1.0, 1000.0, 1e10)]),
    "sqrt": (sqrt, [positive(wide), positive(small)]),
    "rsqrt": (lambda x: 1 / sqrt(x), [positive(wide), positive(small)]),
    "reciprocal": (lambda x: 1 / x, [wide, small]),
    "power(x, 1.5)": (lambda x: x ** mpf(1.5), [positive(wide), positive(small), beside(1.0)]),
    "power(x, -2)": (lambda x: x ** -2, [wide, small, beside(1.0)]),
    "power(x, 3)": (lambda x: x**3, [small, near(1e10)]),
    "power(x, 4)": (lambda x: x**4, [small, near(1e10)]),
    "power(x, 0.5)": (sqrt, [positive(wide), positive(small)]),
    "power(x, -0.5)": (lambda x: 1 / sqrt(x), [positive(wide), positive(small)]),
    "sin": (sin, [near(100), small, wide, beside(math.pi, 2 * math.pi)]),
    "cos": (cos, [near(100), small, wide, beside(math.pi / 2, 3 * math.pi / 2)]),
    "tan": (tan, [near(100), small, wide, beside(math.pi / 2, math.pi)]),
    "arcsin": (asin, [near(1), positive(near(1e-3)), beside(0.5, -0.5)]),
    "arccos": (acos, [near(1), beside(0.5, -0.5, 0.999), lambda: 1 - 2.0 ** random.uniform(-52, -3)]),
    "arctan": (atan, [wide, small, beside(1.0)]),
    "sinh": (sinh, [near(710), small, beside(512.0, 710.4, 64.0)]),
    "cosh": (cosh, [near(710), small, beside(512.0, 710.4)]),
    "tanh": (tanh, [near(20), small, beside(0.5)]),
    "arcsinh": (asinh, [wide, small, beside(1e8, 1.0)]),
    "arccosh": (acosh, [lambda: 1 + abs(small()), lambda: 1 + abs(wide()), beside(1e8, 2.0)]),
    "arctanh": (atanh, [near(1), lambda: 1 - 2.0 ** random.uniform(-52, -3), lambda: random.choice([-1, 1]) * 2.0 ** random.uniform(-60, -1)]),
    "erf": (erf, [near(6), small, beside(0.84375, 1.25, 2.857)]),
    "sigmoid": (lambda x: 1 / (1 + exp(-x)), [near(740), small, near(40)]),
    "logSigmoid": (lambda x: -log1p(exp(-x)), [near(740), small, near(40)]),
    "softplus": (lambda x: x + log1p(exp(-x)) if x > 0 else log1p(exp(x)), [near(740), small, near(40)]),
    "softsign": (lambda x: x / (1 + abs(x)), [wide, small]),
    "elu": (lambda x: x if x > 0 else expm1(x), [near(40), small]),
    "celu(alpha 0.7)": (lambda x: x if x > 0 else mpf(0.7) * expm1(x / mpf(0.7)), [near(30), small]),
    "selu": (lambda x: selu_scale * (x if x > 0 else selu_alpha * expm1(x)), [near(40), small]),
    "hardSigmoid": (lambda x: min(max((x + 3) / 6, mpf(0)), mpf(1)), [near(4), small, beside(-3.0, 3.0)]),
    "hardSwish": (lambda x: x * min(max(x + 3, mpf(0)), mpf(6)) / 6, [near(4), small, beside(-3.0, 3.0)]),
    "silu": (lambda x: x / (1 + exp(-x)), [near(690), small, near(40)]),
    "mish": (lambda x: x * tanh(log1p(exp(x))) if x < 200 else x, [near(690), small, near(40)]),
    "gelu": (lambda x: x * erfc(-x / sqrt(mpf(2))) / 2, [near(37), small, near(6)]),
    "gelu(approximate)": (lambda x: x / (1 + exp(-2 * c * (x + mpf(0.044715) * x**3))), [near(20), small, near(3)]),
}


def row(f, x):
    value = f(mpf(x))
    if isinstance(value, mpc):
        return None
    nearest = float(value)
    if math.isinf(nearest) or isnan(value) or (nearest != 0 and abs(nearest) < 2.0**-1021):
        return None
    return [x, nearest, float(f"{float(value - mpf(nearest)):.3g}")]


lines = []
for name, (f, draws) in FUNCTIONS.items():
    rows = []
    while len(rows) < COUNT:
        made = row(f, draws[len(rows) % len(draws)]())
        if made is not None:
            rows.append(made)
    lines.append(json.dumps(name) + ":" + json.dumps(rows, separators=(",", ":")))
PAIRS = {
    "power": (lambda x, y: x**y, positive(small), near(40)),
    "arctan2": (lambda y, x: atan2(y, x), small, small),
    "arctan2 of any size": (lambda y, x: atan2(y, x), wide, wide),
    "power of any size": (lambda x, y: x**y, positive(wide), near(2)),
}
for name, (f, first, second) in PAIRS.items():
    rows = []
    while len(rows) < COUNT:
        x, y = first(), second()
        made = row(lambda each: f(each, mpf(y)), x)
        if made is not None:
            rows.append([x, y, *made[1:]])
    lines.append(json.dumps(name) + ":" + json.dumps(rows, separators=(",", ":")))
out.write_text("{\n" + ",\n".join(lines) + "\n}\n")
