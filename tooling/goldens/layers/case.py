"""Defines cases: what Keras runs and records, and what tests repeat."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Case:
    layer: str
    config: dict
    inputs: list
    training: bool = False
    # Options of the call, with the names of Keras, such as {"use_causal_mask": True}.
    call: dict = field(default_factory=dict)
    # Masks of the inputs: a list with a nested list or None for each input.
    masks: list | None = None
    # Attention mask of attention layers with heads, the last input of the call.
    attention_mask: list | None = None
    # Whether to keep the weights that Keras initializes, such as adapted statistics, instead of replacing them.
    keep_weights: bool = False
    # Options for Keras only, if those of the case do not work on torch and these compute the same.
    instead: dict = field(default_factory=dict)
    # Called with the layer before it runs: lambda layer: layer.adapt(...).
    prepare: object = None


def case(layer, config=None, *inputs, **rest):
    """Creates a case. An input is a shape, for random floats around 0, or an array."""
    return Case(layer, config or {}, list(inputs), **rest)


@dataclass
class Within:
    """A layer in the options of another layer."""

    layer: str
    config: dict


def within(layer, **config):
    return Within(layer, config)


def ints(shape, high, seed=0):
    """Returns random integers in [0, high)."""
    return np.random.RandomState(seed).randint(0, high, shape).astype("int32")


def mask(*rows):
    """Creates a mask from strings: mask("110", "100")."""
    return [[letter == "1" for letter in row] for row in rows]
