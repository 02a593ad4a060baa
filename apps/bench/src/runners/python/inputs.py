"""Generates the inputs and initial weights of inputs.ts and networks/seeded.ts."""

import math

import numpy as np


def uniform(length, seed, low, high):
    """Generates the numbers of inputs.ts."""
    with np.errstate(over="ignore"):
        hash = np.arange(length, dtype=np.uint32) + np.uint32(seed * 0x9E3779B1 & 0xFFFFFFFF)
        hash = (hash ^ (hash >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        hash = (hash ^ (hash >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        hash = hash ^ (hash >> np.uint32(16))
    return (low + (high - low) * hash.astype(np.float64) / 2**32).astype(np.float32)


def seed_of(text):
    """Returns the FNV-1a hash of a string."""
    hash = 0x811C9DC5
    for byte in text.encode():
        hash = (hash ^ byte) * 0x01000193 & 0xFFFFFFFF
    return hash


def seeded(layer, name, shape, is_depthwise=False):
    """Generates the initial value of a weight of networks/seeded.ts."""
    length, seed = math.prod(shape), seed_of(f"{layer}/{name}")
    if name == "kernel":
        limit = math.sqrt(6 / math.prod(shape[:2] if is_depthwise else shape[:-1]))
        return uniform(length, seed, -limit, limit).reshape(shape)
    limits = {"gamma": (0.8, 1.2), "variance": (0.7, 1.3), "moving_variance": (0.7, 1.3)}
    return uniform(length, seed, *limits.get(name, (-0.2, 0.2))).reshape(shape)


def matrix(name, inputs, outputs):
    """Returns an initial weight of networks/gpt-inputs.ts."""
    limit = math.sqrt(3 / inputs)
    return uniform(inputs * outputs, seed_of(name), -limit, limit).reshape(inputs, outputs)


def gpt_embedding(task):
    vocabulary, width = task["vocabulary"], task["width"]
    return uniform(vocabulary * width, seed_of("embedding"), -1, 1).reshape(vocabulary, width)


def token_batches(task):
    """Returns batches of tokens with the class of each, as networks/gpt-inputs.ts does."""
    shape, vocabulary = (task["batch"], task["tokens"]), task["vocabulary"]
    batches = []
    for index in range(task["batches"]):
        drawn = np.floor(uniform(math.prod(shape), 1000 + index, 0, vocabulary)).astype(np.int64)
        tokens = np.minimum(drawn, vocabulary - 1).reshape(shape)
        batches.append((tokens, (5 * tokens + 17) % vocabulary))
    return batches


def image_batches(task):
    """Returns batches of images [batch, size, size, 3] with class labels."""
    batch, size = task["batch"], task["size"]
    return [
        (
            uniform(batch * size * size * 3, 1000 + 2 * index, 0, 1).reshape(batch, size, size, 3),
            uniform(batch, 1001 + 2 * index, 0, task["classes"]).astype(np.int64),
        )
        for index in range(task["batches"])
    ]
