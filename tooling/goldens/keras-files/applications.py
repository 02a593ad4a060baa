"""Saves networks of keras.applications with random weights, with inputs and outputs, for a test that loads them all.

    KERAS_BACKEND=tensorflow python applications.py list               # the names of all networks, as JSON
    KERAS_BACKEND=tensorflow python applications.py make NAME FOLDER   # FOLDER/NAME.keras and FOLDER/NAME.json

The networks have the smallest images that they accept. Statistics of batch normalization are those of random images, with
noise, so that signals neither vanish nor explode, and classifiers are scaled such that softmax does not saturate. NAME.json
lists the outputs of the last layer and those of the layer before it, which are logits or features: Keras computes them in
float64 with the weights and images in float32, so that differences are those of the program that is compared.
"""

import inspect
import json
import pathlib
import sys

import keras
import numpy as np

SMALLEST = [32, 71, 75, 224]
CALIBRATION = 8
BATCH = 2


def networks():
    members = inspect.getmembers(keras.applications, inspect.isfunction)
    return {name: make for name, make in members if "weights" in inspect.signature(make).parameters}


def built(make):
    """Returns a network for the smallest images that Keras accepts for it."""
    for size in SMALLEST:
        try:
            return make(weights=None, input_shape=(size, size, 3)), size
        except ValueError as error:
            problem = error
    raise problem


def images(make, count, size, random):
    """Smooth images of different brightness, which networks tell apart better than noise."""
    coarse = random.uniform(0, 255, (count, 4, 4, 3)) * random.uniform(0.3, 1, (count, 1, 1, 1))
    pixels = keras.ops.convert_to_numpy(keras.ops.image.resize(coarse.astype("float32"), (size, size)))
    pixels = np.clip(pixels + random.uniform(-20, 20, pixels.shape), 0, 255).astype("float32")
    return np.asarray(sys.modules[make.__module__].preprocess_input(pixels.copy()), "float32")


def layers_of(model):
    for layer in model.layers:
        yield from layers_of(layer) if isinstance(layer, keras.Model) else [layer]


def randomize(model, random):
    for layer in layers_of(model):
        if isinstance(layer, keras.layers.Normalization):
            # Networks with a fixed mean and variance have no such weights.
            if layer.weights:
                layer.adapt_mean.assign(random.uniform(0.4, 0.5, layer.adapt_mean.shape))
                layer.adapt_variance.assign(random.uniform(0.05, 0.08, layer.adapt_variance.shape))
                layer.finalize_state()
            continue
        for weight in layer.weights:
            shape = tuple(weight.shape)
            if "kernel" in weight.name:
                depthwise = "Depthwise" in type(layer).__name__ or "depthwise" in weight.name
                fan_in = np.prod(shape[:2] if depthwise else shape[:-1])
                weight.assign(random.uniform(-1, 1, shape).astype("float32") * np.float32(np.sqrt(3 / fan_in)))
            elif type(layer).__name__ == "LayerScale":
                weight.assign(random.uniform(0.1, 0.5, shape))
            elif "gamma" in weight.name:
                weight.assign(random.uniform(0.8, 1.2, shape))
            elif "moving" not in weight.name and "seed" not in weight.name:
                weight.assign(random.uniform(-0.2, 0.2, shape))


def calibrate(model, x, random):
    """Sets statistics of batch normalization to those of images, with noise."""
    layers = [layer for layer in layers_of(model) if isinstance(layer, keras.layers.BatchNormalization)]
    momenta = [layer.momentum for layer in layers]
    for layer in layers:
        layer.momentum = 0.0
    if layers:
        model(x, training=True)
    for layer, momentum in zip(layers, momenta):
        layer.momentum = momentum
        mean, variance = (keras.ops.convert_to_numpy(v) for v in (layer.moving_mean, layer.moving_variance))
        # Means of few images vary little where all of them have large values, which would amplify rounding errors.
        variance = 0.01 + (variance + mean**2) * random.uniform(0.8, 1.2, variance.shape)
        layer.moving_variance.assign(variance)
        layer.moving_mean.assign(mean + 0.2 * np.sqrt(variance) * random.uniform(-1, 1, mean.shape))


def scale_logits(model, before, x):
    """Scales the classifier such that logits are between about -6 and 6."""
    last = [layer for layer in model.layers if any("kernel" in weight.name for weight in layer.weights)][-1]
    values = keras.ops.convert_to_numpy(before(x, training=False)).reshape(len(x), -1)
    if last is model.layers[-1]:
        values = values @ keras.ops.convert_to_numpy(last.kernel) + keras.ops.convert_to_numpy(last.bias)
    last.kernel.assign(last.kernel * np.float32(2 / values.std()))
    if last.bias is not None:
        last.bias.assign(last.bias * np.float32(2 / values.std()))


def array(values):
    values = keras.ops.convert_to_numpy(values)
    return {"shape": list(values.shape), "data": [float(f"{x:.9g}") for x in values.reshape(-1).astype("float64")]}


def run(model, x):
    """Returns the outputs of the layer before the last one and of the last one."""
    return [keras.ops.convert_to_numpy(keras.Model(model.input, y)(x, training=False)) for y in (model.layers[-1].input, model.output)]


def exact(function, model, x):
    """Returns the outputs in float64, and how far those in float32 are from them, relative to the largest output."""
    single = run(model, x)
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    double, _ = built(function)
    double.set_weights(model.get_weights())
    for layer in layers_of(double):
        if isinstance(layer, keras.layers.Normalization) and layer.weights:
            layer.finalize_state()
    results = run(double, x.astype("float64"))
    assert results[0].dtype == np.float64
    return results, max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in zip(single, results))


def make(name, folder):
    function = networks()[name]
    keras.utils.set_random_seed(1)
    random = np.random.RandomState(1)
    model, size = built(function)
    before = keras.Model(model.input, model.layers[-1].input)
    randomize(model, random)
    calibrate(model, images(function, CALIBRATION, size, random), random)
    x = images(function, BATCH, size, random)
    scale_logits(model, before, x)
    folder = pathlib.Path(folder)
    model.save(folder / f"{name}.keras")
    parameters = model.count_params()
    results, keras_error = exact(function, model, x)
    for values in results:
        assert np.isfinite(values).all()
        # The outputs must depend on the image, and on the class.
        spread = np.abs(values[0] - values[1]).max() / np.abs(values).max()
        assert spread > 0.01, f"The outputs of {name} hardly depend on the image: {spread}"
    features, outputs = results
    assert outputs.max() < 0.9, f"The softmax of {name} saturates."
    record = {
        "name": name,
        "parameters": parameters,
        "image": size,
        "keras": keras_error,
        "input": array(x),
        "before": array(features),
        "output": array(outputs),
    }
    (folder / f"{name}.json").write_text(json.dumps(record))


if __name__ == "__main__":
    if sys.argv[1] == "list":
        print(json.dumps(sorted(networks())))
    else:
        make(*sys.argv[2:])
