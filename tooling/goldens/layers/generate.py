"""Writes the results of Keras's layers as JSON, one case per line, next to the tests that compare with them.

Run from the root of the repository: KERAS_BACKEND=torch python tooling/goldens/layers/generate.py [family ...]
"""

import importlib
import json
import pathlib
import re
import sys

import keras
import numpy as np
import torch

from case import Case, Within

HERE = pathlib.Path(__file__).parent
TARGET = pathlib.Path("packages/layers/src/goldens/layers")
# Layers that Keras calls with several arguments instead of a list.
POSITIONAL = {"MultiHeadAttention", "GroupQueryAttention"}
# Layers whose further inputs are initial states.
RECURRENT = {"LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"}
CELLS = {"LSTMCell", "GRUCell", "SimpleRNNCell"}
# Layers that augment images unless the call or the model says otherwise.
AUGMENTING = (keras.layers.RandomFlip.__base__, keras.layers.Pipeline)
# Entries of Keras's configs that manabi does not have.
FOREIGN = {"quantization_config", "sparse"}
# Entries of every layer's config.
BASE = {"name", "trainable", "dtype"}


def camel(name):
    return re.sub(r"_+([a-z0-9])", lambda match: match[1].upper(), name)


def described(value):
    """Converts an option for the tests: names to camelCase, layers to descriptions."""
    if isinstance(value, Within):
        config = {camel(key): described(item) for key, item in value.config.items()}
        return {"kind": "layer", "className": value.layer, "config": config}
    if isinstance(value, dict):
        return {camel(key): described(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [described(item) for item in value]
    return value


def resolved(value):
    """Converts an option of Keras's config; objects with a config become their class name."""
    if isinstance(value, dict):
        if "class_name" in value:
            return value["class_name"]
        return {camel(key): resolved(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [resolved(item) for item in value]
    return value


def made(value):
    if isinstance(value, Within):
        return getattr(keras.layers, value.layer)(**{key: made(item) for key, item in value.config.items()})
    if isinstance(value, list):
        return [made(item) for item in value]
    return value


def array(values):
    values = np.asarray(values)
    flat = values.reshape(-1)
    if values.dtype.kind == "f":
        data = [float(f"{x:.7g}") for x in flat.astype("float64")]
    else:
        data = [int(x) for x in flat]
    kinds = {"bool": "bool", "int32": "int32", "int64": "int32", "uint8": "uint8"}
    return {"dtype": kinds.get(str(values.dtype), "float32"), "shape": list(values.shape), "data": data}


def host(tensor):
    return keras.ops.convert_to_numpy(tensor)


def weight_for(variable, random):
    """Returns a valid random value of a weight: variances and deviations are positive, counters are 0."""
    if "int" in variable.dtype:
        return np.zeros(variable.shape, "int32")
    value = random.uniform(-1, 1, variable.shape)
    if re.search("variance|stddev", variable.name):
        value = np.abs(value) + 0.5
    return value.astype("float32")


def run(case: Case, seed):
    random = np.random.RandomState(seed)
    keras.utils.set_random_seed(seed)
    config = {key: made(value) for key, value in case.config.items()}
    # Before the layer is built, because building replaces options of some layers.
    own = getattr(keras.layers, case.layer)(**config).get_config().items()
    own = {key: value for key, value in own if key not in BASE | FOREIGN}
    layer = getattr(keras.layers, case.layer)(**{**config, **{key: made(item) for key, item in case.instead.items()}})
    if own.get("activity_regularizer") is None:
        own.pop("activity_regularizer", None)
    inputs = [
        np.round(random.uniform(-2, 2, given), 3).astype("float32") if isinstance(given, tuple) else np.asarray(given)
        for given in case.inputs
    ]
    shapes = [(None, *x.shape[1:]) for x in inputs]
    if not layer.built:
        if case.layer in RECURRENT | CELLS:
            layer.build(shapes[0])
        else:
            layer.build(*shapes) if case.layer in POSITIONAL or len(shapes) == 1 else layer.build(shapes)
    if case.prepare:
        case.prepare(layer)
    if not case.keep_weights:
        for variable in layer.weights:
            variable.assign(weight_for(variable, random))
    before = [host(variable.value).copy() for variable in layer.weights]

    tensors = [torch.tensor(x, requires_grad=x.dtype.kind == "f") for x in inputs]
    for tensor, given in zip(tensors, case.masks or []):
        if given is not None:
            keras.src.backend.set_keras_mask(tensor, torch.tensor(given))
    call = dict(case.call)
    if case.training:
        call["training"] = True
    elif isinstance(layer, AUGMENTING):
        call["training"] = False
    if case.attention_mask is not None:
        call["attention_mask"] = torch.tensor(case.attention_mask)
    if case.layer in POSITIONAL:
        outputs = layer(*tensors, **call)
    elif case.layer in CELLS:
        outputs = keras.tree.flatten(layer(tensors[0], tensors[1:], **call))
    elif case.layer in RECURRENT and len(tensors) > 1:
        outputs = layer(tensors[0], initial_state=tensors[1:], **call)
    else:
        outputs = layer(tensors if len(tensors) > 1 else tensors[0], **call)
    outputs = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]

    cotangents = [np.round(random.uniform(-1, 1, tuple(y.shape)), 3).astype("float32") for y in outputs]
    masks = [getattr(y, "_keras_mask", None) for y in outputs]
    if case.layer in POSITIONAL:
        # Keras also attaches the mask of steps to scores, and outputs of masked steps differ between its backends.
        masks = masks[:1] + [None] * (len(masks) - 1)
        if masks[0] is not None:
            cotangents[0] *= host(masks[0])[..., None]
    trained = [variable for variable in layer.trainable_weights]
    sources = [tensor for tensor in tensors if tensor.requires_grad] + [variable.value for variable in trained]
    total = sum((y * torch.tensor(c)).sum() for y, c in zip(outputs, cotangents) if y.dtype.is_floating_point)
    after = [host(variable.value) for variable in layer.weights]
    has_gradient = torch.is_tensor(total) and total.requires_grad and len(sources) > 0
    gradients = torch.autograd.grad(total, sources, allow_unused=True) if has_gradient else [None] * len(sources)
    gradients = [
        array(np.zeros(source.shape, "float32") if g is None else g.detach().numpy())
        for g, source in zip(gradients, sources)
    ]
    floats = sum(tensor.requires_grad for tensor in tensors)

    result = {
        "className": case.layer,
        "options": described(case.config),
        "config": resolved(own) if not any(callable(value) for value in own.values()) else None,
        "training": case.training,
        "call": described(case.call),
        "inputs": [array(x) for x in inputs],
        "masks": None if case.masks is None else [None if m is None else array(np.asarray(m)) for m in case.masks],
        "weights": [
            {"name": w.path.split("/")[-1], "trainable": w.trainable, **array(value)}
            for w, value in zip(layer.weights, before)
        ],
        "outputs": [array(host(y.detach())) for y in outputs],
        "outputMasks": [None if m is None else array(host(m)) for m in masks],
        "after": [None if np.array_equal(a, b) else array(a) for a, b in zip(after, before)],
        "cotangents": [array(c) for c in cotangents],
        "inputGradients": gradients[:floats],
        "weightGradients": gradients[floats:],
    }
    if case.attention_mask is not None:
        result["inputs"].append(array(np.asarray(case.attention_mask)))
    return result


def write(family):
    cases = importlib.import_module(f"cases.{family}").CASES
    TARGET.mkdir(parents=True, exist_ok=True)
    rows = [json.dumps(run(case, 1000 + i), separators=(",", ":")) for i, case in enumerate(cases)]
    (TARGET / f"{family}.jsonl").write_text("".join(f"{row}\n" for row in rows))
    print(family, len(cases))


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    families = sys.argv[1:] or sorted(path.stem for path in (HERE / "cases").glob("*.py"))
    for family in families:
        write(family)
