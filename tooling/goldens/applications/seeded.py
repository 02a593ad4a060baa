"""Weights and images that are functions of the positions of their elements. `seeded.fixture.ts` has the same formulas."""

import numpy as np


def uniform(size, key):
    """Numbers in [-1, 1): a hash of the position of each element and of the key of the array."""
    with np.errstate(over="ignore"):
        h = np.arange(1, size + 1, dtype=np.uint32) * np.uint32(0x9E3779B1)
        h ^= np.uint32((key + 1) * 0x85EBCA6B & 0xFFFFFFFF)
        h ^= h >> np.uint32(15)
        h *= np.uint32(0x2C1B3C6D)
        h ^= h >> np.uint32(12)
    return h.astype(np.float64) / 2.0**31 - 1


def weight(name, shape, depthwise, key):
    u = uniform(int(np.prod(shape)), key)
    if name in ("kernel", "depthwise_kernel", "pointwise_kernel"):
        fan_in = int(np.prod(shape[:2] if depthwise or name == "depthwise_kernel" else shape[:-1]))
        values = u * np.sqrt(6 / fan_in)
    elif name == "gamma":
        values = 1 + 0.2 * u
    elif name in ("variance", "moving_variance"):
        values = 1 + 0.3 * u
    elif name == "count":
        values = 0 * u
    else:
        values = 0.2 * u
    return values.reshape(shape).astype(np.float32)


def images(shape, pixels):
    u = uniform(int(np.prod(shape)), 0x7FFFFFFF)
    return (127.5 * (u + 1) if pixels else u).reshape(shape).astype(np.float32)
