"""Creates a functional model for each family of layers, with the layers of all its cases."""

import importlib


import keras
import numpy as np

from layer_case import CELLS, POSITIONAL, RECURRENT, made, weight_for

FAMILIES = (
    "activation attention convolution core merging normalization pooling preprocessing recurrent regularization reshaping augmentation"
).split()


def call(case, layer, inputs):
    if case.layer in POSITIONAL:
        return layer(*inputs, **case.call)
    if case.layer in CELLS:
        return layer(inputs[0], inputs[1:])
    if case.layer in RECURRENT and len(inputs) > 1:
        return layer(inputs[0], initial_state=inputs[1:])
    return layer(inputs if len(inputs) > 1 else inputs[0], **case.call)


def model_of(family, random):
    inputs, arrays, outputs, seen = [], [], [], set()
    for case in importlib.import_module(f"cases.{family}").CASES:
        key = f"{case.layer} {case.config}"
        if case.training or case.masks or case.instead or case.attention_mask or case.prepare or key in seen:
            continue
        seen.add(key)
        given = [random.uniform(-2, 2, x).round(3).astype("float32") if isinstance(x, tuple) else x for x in case.inputs]
        # All inputs of the model need the same batch size.
        given = [np.resize(x, (2, *x.shape[1:])) for x in given]
        symbols = [keras.Input(x.shape[1:], dtype=str(x.dtype)) for x in given]
        layer = getattr(keras.layers, case.layer)(**{k: made(v) for k, v in case.config.items()})
        try:
            result = call(case, layer, symbols)
        except Exception as error:
            print("skipped", key, str(error)[:100])
            continue
        if result is symbols[0]:
            # Keras's Equalization returns its symbolic input, which no functional model can contain.
            print("skipped", key)
            continue
        for variable in layer.weights:
            variable.assign(weight_for(variable, random))
        inputs += symbols
        arrays += given
        outputs += keras.tree.flatten(result)
    return keras.Model(inputs, outputs, name=family), arrays


def layer_models():
    for i, family in enumerate(FAMILIES):
        keras.utils.set_random_seed(i)
        model, arrays = model_of(family, np.random.RandomState(i))
        yield family, model, arrays, lambda _: {"layers": len(model.layers)}
