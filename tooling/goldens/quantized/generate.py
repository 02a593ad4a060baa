"""Writes models of Keras before and after `quantize('int8')`, with inputs and outputs, for the tests of quantization.

Run it with Keras 3.15 and TensorFlow from any folder:

    python tooling/goldens/quantized/generate.py
"""

import json
import os
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
import numpy as np

FOLDER = Path(__file__).parents[3] / "packages/serialization/src/keras/quantized/goldens"
layers = keras.layers


def mlp():
    return keras.Sequential(
        [
            keras.Input((7,)),
            layers.Dense(33, activation="relu", name="hidden"),
            layers.Dense(20, use_bias=False, name="bottleneck"),
            layers.Dense(3, activation="softmax", name="scores"),
        ]
    )


def sequences():
    """Dense layers on inputs of rank 3, with an embedding before them."""
    return keras.Sequential(
        [
            keras.Input((5,), dtype="int32"),
            layers.Embedding(11, 6, name="tokens"),
            layers.Dense(9, activation="tanh", name="wide"),
            layers.GlobalAveragePooling1D(name="mean"),
            layers.Dense(1, name="score"),
        ]
    )


def attention():
    x = keras.Input((6, 8), name="x")
    y = layers.MultiHeadAttention(2, 3, value_dim=5, name="heads")(x, x)
    y = layers.LayerNormalization(name="norm")(layers.Add(name="sum")([x, y]))
    y = layers.Dense(4, name="scores")(y)
    return keras.Model(x, y)


def einsum():
    x = keras.Input((4, 6), name="x")
    # Keras cannot quantize equations with `...`.
    y = layers.EinsumDense("abx,xy->aby", output_shape=(4, 5), bias_axes="y", name="last")(x)
    y = layers.EinsumDense("abc,cde->abde", output_shape=(4, 2, 3), bias_axes="de", name="heads")(y)
    y = layers.EinsumDense("abcd,cde->abe", output_shape=(4, 7), activation="relu", name="joined")(y)
    y = layers.EinsumDense("abc,bcd->abd", output_shape=(4, 3), bias_axes="d", name="each")(y)
    y = layers.EinsumDense("abc,bd->adc", output_shape=(5, 3), name="across")(y)
    y = layers.EinsumDense("abd,bc->acd", output_shape=(2, 3), name="right")(y)
    return keras.Model(x, y)


def cnn():
    return keras.Sequential(
        [
            keras.Input((8, 8, 2)),
            layers.Conv2D(4, 3, padding="same", activation="relu", name="conv"),
            layers.DepthwiseConv2D(3, name="depthwise"),
            layers.MaxPooling2D(name="pool"),
            layers.Flatten(name="flat"),
            layers.Dense(5, activation="softmax", name="scores"),
        ]
    )


def weights_only():
    """Dense layers that multiply floats by quantized kernels."""
    return mlp()


def array(x):
    return {"dtype": str(x.dtype), "shape": list(x.shape), "data": [float(v) for v in x.ravel()]}


def main():
    FOLDER.mkdir(exist_ok=True)
    lines = []
    for seed, make in enumerate([mlp, sequences, attention, einsum, cnn, weights_only]):
        name = make.__name__.replace("_", "-")
        keras.backend.clear_session()
        keras.utils.set_random_seed(seed)
        model = make()
        random = np.random.default_rng(seed)
        for variable in model.trainable_variables:
            variable.assign(random.normal(0, 0.5, variable.shape).astype("float32"))
        (given,) = model.inputs
        shape = (5, *given.shape[1:])
        if given.dtype == "int32":
            x = random.integers(0, 11, shape).astype("int32")
        else:
            x = random.normal(0, 1, shape).astype("float32")
            x[0] = 0
        floats = model.predict(x, verbose=0)
        model.save(FOLDER / f"{name}-float.keras")
        if make is weights_only:
            model.quantize(config=keras.quantizers.Int8QuantizationConfig(activation_quantizer=None))
        else:
            model.quantize("int8")
        outputs = model.predict(x, verbose=0)
        model.save(FOLDER / f"{name}-int8.keras")
        # Keras cannot load quantized layers within attention, because the config does not contain them.
        if make is not attention:
            loaded = keras.models.load_model(FOLDER / f"{name}-int8.keras")
            np.testing.assert_array_equal(loaded.predict(x, verbose=0), outputs)
        lines.append(json.dumps({"name": name, "x": array(x), "floats": array(floats), "outputs": array(outputs)}))
    (FOLDER / "quantized.jsonl").write_text("\n".join(lines) + "\n")


main()
