"""Writes descriptions and outputs of Keras's networks as JSON, one network per line.

Run from the root of the repository: KERAS_BACKEND=tensorflow python tooling/goldens/applications/generate.py [name]
"""

import gc
import hashlib
import json
import pathlib
import re
import sys

import keras
import numpy as np

from cases import OUTPUTS, STRUCTURES
from seeded import images, weight

TARGET = pathlib.Path("packages/applications/src/goldens")

# Options of layers that are compared.
COMPARED = [
    "filters", "kernel_size", "strides", "padding", "dilation_rate", "groups", "use_bias", "activation",
    "depth_multiplier", "epsilon", "momentum", "axis", "center", "scale", "offset", "pool_size", "rate", "noise_shape",
    "units", "target_shape", "cropping", "max_value", "negative_slope", "threshold", "keepdims", "mean", "variance",
    "init_values", "projection_dim", "kernel_initializer", "depthwise_initializer", "pointwise_initializer", "batch_shape",
]  # fmt: skip


def shown(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float, np.number)):
        digits, exponent = f"{float(value):.6e}".split("e")
        return f"{digits}e{int(exponent)}"
    if isinstance(value, (list, tuple, np.ndarray)):
        return "[" + ",".join(shown(item) for item in value) + "]"
    if isinstance(value, dict) and "class_name" in value:
        inner = value["config"]
        parts = [shown(inner[key]) for key in ("scale", "mode", "distribution") if key in inner]
        return f"{value['class_name']}({','.join(parts)})"
    return str(value)


def keras_class(network):
    name = network[0].upper() + network[1:]
    for old, new in (("Vgg", "VGG"), ("NasNet", "NASNet")):
        name = name.replace(old, new)
    return getattr(keras.applications, name)


def described(operation, name, class_name, inputs, config):
    options = []
    for key in COMPARED:
        if key not in config:
            continue
        value = config[key]
        # Keras keeps negative axes of concatenation and batch normalization as they were given.
        if key == "axis":
            value = [-1 if axis == 3 else axis for axis in np.atleast_1d(value).tolist()]
        options.append(f"{key}={shown(value)}")
    shape = shown(list(operation.output.shape))
    return "|".join([name, class_name, shape, *options, ",".join(inputs)])


def layers_of(model, network):
    """Returns the descriptions of the layers, and of the operations that are layers in manabi."""
    numbered = not network.startswith("mobileNetV3")
    plain = lambda name: name if numbered else re.sub(r"^(re_lu|activation|dropout|flatten)(_\d+)?$", "automatic", name)
    # Constants of the hard sigmoid: operations that pass on their input.
    passed = {}
    lines = []

    def source(tensor):
        operation = tensor._keras_history.operation
        while operation.name in passed:
            operation = passed[operation.name]
        return plain(operation.name)

    for operation in model.operations:
        nodes = operation._inbound_nodes
        tensors = nodes[0].input_tensors if nodes else []
        is_layer = isinstance(operation, keras.Layer)
        if not is_layer and len(tensors) == 1:
            passed[operation.name] = tensors[0]._keras_history.operation
            continue
        inputs = [source(tensor) for tensor in tensors]
        class_name = type(operation).__name__
        config = operation.get_config() if is_layer else {}
        name = plain(operation.name)
        follows = tensors and tensors[0]._keras_history.operation.name in passed
        if class_name == "ReLU" and follows:
            class_name, config = "Activation", {"activation": "hard_sigmoid"}
        if class_name == "InputLayer":
            name = "input"
        lines.append(described(operation, name, class_name, ["input" if i.startswith("input_layer") else i for i in inputs], config))
        if class_name == "Sequential":
            lines.extend(
                described(layer, layer.name, type(layer).__name__, [], layer.get_config()) for layer in operation.layers
            )
    return lines


def create(network, options):
    keras.utils.clear_session()
    return keras_class(network)(weights=None, **{k: tuple(v) if isinstance(v, list) else v for k, v in options.items()})


def structure(network, options):
    model = create(network, options)
    lines = layers_of(model, network)
    if "--show" in sys.argv:
        print("\n".join(lines))
    return {
        "network": network,
        "options": options,
        "name": model.name,
        "params": model.count_params(),
        "trainable": sum(int(np.prod(w.shape)) for w in model.trainable_weights),
        "layers": "".join(hashlib.sha256(line.encode()).hexdigest()[:4] for line in lines),
    }


def flat_layers(model):
    for layer in model.layers:
        yield from flat_layers(layer) if isinstance(layer, keras.Sequential) else [layer]


def outputs(network, options):
    model = create(network, options)
    key = 0
    for layer in flat_layers(model):
        for variable in layer.weights:
            name = "gamma" if type(layer).__name__ == "LayerScale" else variable.name
            values = weight(name, variable.shape, type(layer).__name__ == "DepthwiseConv2D", key)
            # With larger kernels, these networks amplify rounding errors beyond any tolerance.
            if network.startswith("efficientNet") and name.endswith("kernel"):
                values *= np.float32(0.75)
            variable.assign(values)
            key += 1
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()
    pixels = not re.match("vgg|resNet|mobileNet(V2)?$|denseNet|inception|xception|nasNet", network)
    if options.get("include_preprocessing") is False:
        pixels = False
    x = images((1, *options["input_shape"]), pixels)
    y = np.asarray(model(x, training=False)).reshape(-1)
    assert np.isfinite(y).all()
    values = [float(f"{value:.7g}") for value in y[:24]]
    return {
        "network": network,
        "options": options,
        "params": model.count_params(),
        "pixels": pixels,
        "sum": float(f"{np.abs(y).astype(np.float64).sum():.7g}"),
        "values": values,
    }


def write(name, cases, record):
    chosen = sys.argv[1] if len(sys.argv) > 1 and not sys.argv[1].startswith("--") else ""
    path = TARGET / name
    known = {}
    if path.exists():
        for row in json.loads(path.read_text()):
            known[json.dumps([row["network"], row["options"]])] = row
    rows = []
    for network, options in cases:
        key = json.dumps([network, options])
        if network.startswith(chosen):
            print(name, network, options, flush=True)
            known[key] = record(network, options)
            gc.collect()
        if key in known:
            rows.append(known[key])
        path.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    write("structures.json", STRUCTURES, structure)
    write("outputs.json", OUTPUTS, outputs)
