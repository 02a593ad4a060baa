"""How a case is written: what Keras runs, and what the test runs after it."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Case:
    layer: str
    config: dict
    inputs: list
    training: bool = False
    # Options of the call, in Keras's names, such as {"use_causal_mask": True}.
    call: dict = field(default_factory=dict)
    # Masks of the inputs: a list of nested lists or None, as many as there are inputs.
    masks: list | None = None
    # For attention with heads: a mask of what is seen, the last input of the call.
    attention_mask: list | None = None
    # Whether weights keep the values that Keras gives them (those with a meaning, such as adapted statistics).
    keep_weights: bool = False
    # Options for Keras alone, where what the case says does not work on torch, and these give the same numbers.
    instead: dict = field(default_factory=dict)
    # Called with the layer before it runs: lambda layer: layer.adapt(...).
    prepare: object = None


def case(layer, config=None, *inputs, **rest):
    """A case. An input is a shape, for floats around 0, or an array."""
    return Case(layer, config or {}, list(inputs), **rest)


@dataclass
class Within:
    """A layer within the options of another."""

    layer: str
    config: dict


def within(layer, **config):
    return Within(layer, config)


def ints(shape, high, seed=0):
    """Whole numbers from 0 up to, without, high."""
    return np.random.RandomState(seed).randint(0, high, shape).astype("int32")


def mask(*rows):
    """A mask from strings: mask("110", "100")."""
    return [[letter == "1" for letter in row] for row in rows]
