"""Prints the polynomial coefficients of packages/compiler/src/formulas and packages/ir/src/composites/gaussian.ts,
constant term first, with their largest errors.

Each polynomial is the best approximation in the weighted maximum norm (Remez, 1934), rounded to float32 at the end; the
printed errors are those before rounding. Needs mpmath: `python coefficients.py`.
"""

import struct
from mpmath import asin, atan, atanh, cos, erf, erfc, exp, log, lu_solve, matrix, mp, mpf, pi, polyval, sin, sqrt

mp.dps = 50
LN2 = log(2)


def remez(f, weight, low, high, degree, samples=2000):
    """Minimizes the largest |weight (f - P)| on [low, high]; returns the coefficients of P, constant term first, and the minimum."""
    count = degree + 2
    node = lambda i, n: (low + high) / 2 - (high - low) / 2 * cos(pi * i / n)
    grid = [node(mpf(i), samples) for i in range(samples + 1)]
    values, weights = [f(x) for x in grid], [weight(x) for x in grid]
    points = [round(samples * i / (count - 1)) for i in range(count)]
    while True:
        system, right = matrix(count, count), matrix(count, 1)
        for row, p in enumerate(points):
            for power in range(degree + 1):
                system[row, power] = grid[p] ** power
            system[row, degree + 1] = (-1) ** row / weights[p]
            right[row] = values[p]
        coefficients = list(lu_solve(system, right))[: degree + 1]
        errors = [w * (v - polyval(coefficients[::-1], x)) for x, v, w in zip(grid, values, weights)]
        extrema = []
        for i, e in enumerate(errors):
            if extrema and (errors[extrema[-1]] > 0) == (e > 0):
                if abs(e) > abs(errors[extrema[-1]]):
                    extrema[-1] = i
            else:
                extrema.append(i)
        while len(extrema) > count:
            extrema.pop(0 if abs(errors[extrema[0]]) < abs(errors[extrema[-1]]) else -1)
        sizes = [abs(errors[i]) for i in extrema]
        points = extrema
        if len(extrema) < count or max(sizes) < min(sizes) * mpf("1.01"):
            return coefficients, max(abs(e) for e in errors)


def show(name, f, weight, low, high, degree, single=True):
    """Computes, rounds and prints the coefficients of one table; `f` and `weight` are not evaluated at 0."""
    tiny = mpf("1e-14")
    away = lambda x: x if abs(x) > tiny else tiny
    coefficients, error = remez(lambda x: f(away(x)), lambda x: weight(away(x)), mpf(low), mpf(high), degree)
    rounded = [struct.unpack("f", struct.pack("f", float(c)))[0] if single else float(c) for c in coefficients]
    print(f"{name}: error 2^{float(log(error, 2)):.1f}")
    print("  " + ", ".join(f"{c:.9g}" if single else repr(c) for c in rounded))


half, quarter = LN2 / 2 * mpf("1.0001"), LN2 / 4 * mpf("1.0001")
exp_tail = lambda r: (exp(r) - 1 - r) / r**2
show("expTail", exp_tail, lambda r: r**2 / exp(r), -half, half, 4)
show("expm1Tail", exp_tail, abs, -half, half, 4)
show("tanhTail", lambda r: (r - (1 - exp(-2 * r)) / 2) / r**2, lambda r: 2 * abs(r), -quarter, quarter, 4)

widest = ((sqrt(2) - 1) / (sqrt(2) + 1)) ** 2 * mpf("1.001")
show("logTail", lambda z: (2 * atanh(sqrt(z)) / sqrt(z) - 2) / z, lambda z: z, 0, widest, 2)

octant = (pi / 4 * mpf("1.0001")) ** 2
show("sinTail", lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z, lambda z: z, 0, octant, 2)
show("cosTail", lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2, lambda z: z**2, 0, octant, 2)
show("asinTail", lambda z: (asin(sqrt(z)) / sqrt(z) - 1) / z, lambda z: z, 0, 0.25, 4)
show("atanTail", lambda z: (atan(sqrt(z)) / sqrt(z) - 1) / z, lambda z: z, 0, 1, 8)

erf_ratio = lambda z: erf(sqrt(z)) / sqrt(z)
show("erf innerTail", lambda z: erf_ratio(z) - 1, lambda z: 1 / erf_ratio(z), 0, 1, 5)
middle = mpf("2.4375")
show("erf outerComplement", lambda t: erfc(t + middle), lambda t: mpf(1), 1 - middle, mpf("3.93") - middle, 12)

log2_series = lambda z: 2 * atanh(sqrt(z)) / sqrt(z) / LN2
show("log2Series", log2_series, lambda z: 1 / log2_series(z), 0, widest, 4, single=False)
show("exp2Series", lambda x: mpf(2) ** x, lambda x: mpf(2) ** -x, mpf("-0.5001"), mpf("0.5001"), 6, single=False)


def tail(y):
    """Returns (3/2 + a) e^(a^2/2) times the probability of a standard normal variable below -a, with y = (a - 3/2) / (a + 3/2)."""
    a = mpf("1.5") * (1 + y) / (1 - y)
    z = a / sqrt(mpf(2))
    return (mpf("1.5") + a) * exp(z * z) * erfc(z) / 2


# For packages/ir/src/composites/gaussian.ts: up to the point where e^(-a^2/2) underflows in float32 and in float64.
lowest = lambda y: y if y > -1 else mpf(-1)
for name, largest, degree in [("short", "14.5", 11), ("long", "38.7", 33)]:
    end = (mpf(largest) - mpf("1.5")) / (mpf(largest) + mpf("1.5"))
    show(f"gaussian {name}", lambda y: tail(lowest(y)), lambda y: 1 / tail(lowest(y)), -1, end, degree, single=False)
