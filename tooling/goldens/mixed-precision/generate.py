"""Trains models of Keras with mixed_float16 and writes what they compute; see README.md."""

import base64
import json
import pathlib
import tempfile

import keras
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[3]
TARGET = ROOT / "packages/serialization/src/keras/goldens/mixed-precision.json"

keras.config.set_dtype_policy("mixed_float16")


def sequential():
    return keras.Sequential(
        [
            keras.layers.Input((4,)),
            keras.layers.Dense(6, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )


def functional():
    x = keras.layers.Input((4,))
    h = keras.layers.LayerNormalization()(keras.layers.Dense(6, activation="tanh")(x))
    return keras.Model(x, keras.layers.Dense(3, activation="softmax", dtype="float32")(h))


def case(name, make, optimizer):
    keras.utils.set_random_seed(3)
    model = make()
    loss = keras.losses.SparseCategoricalCrossentropy()
    model.compile(optimizer=optimizer, loss=loss)
    generator = np.random.default_rng(5)
    x = generator.normal(size=(16, 4)).astype("float32")
    y = generator.integers(0, 3, size=16).astype("int32")
    before = saved(model)
    losses, scales = [], []
    for _ in range(12):
        losses.append(float(model.train_on_batch(x, y)))
        scales.append(float(model.optimizer.dynamic_scale.numpy()))
    return {
        "name": name,
        "x": x.ravel().tolist(),
        "y": y.tolist(),
        "before": before,
        "losses": losses,
        "scales": scales,
        "after": saved(model),
        "outputDType": keras.backend.standardize_dtype(model.outputs[0].dtype),
        "predictions": np.asarray(model.predict(x, verbose=0), "float32").ravel().tolist(),
    }


def saved(model):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.keras"
        model.save(path)
        return base64.b64encode(path.read_bytes()).decode()


scaled = keras.optimizers.LossScaleOptimizer(
    keras.optimizers.SGD(0.1, momentum=0.9), initial_scale=2.0**24, dynamic_growth_steps=4
)
cases = [
    case("scaled by compile", sequential, keras.optimizers.Adam(0.01)),
    case("functional with outputs of float32", functional, keras.optimizers.SGD(0.1)),
    case("scaled too much at first", sequential, scaled),
]
TARGET.write_text(json.dumps({"keras": keras.__version__, "cases": cases}))
