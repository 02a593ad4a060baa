"""Writes the histories of small networks that Keras trained, with their weights before and after training.

Run from the root of the repository: KERAS_BACKEND=torch python tooling/goldens/training/fit.py
"""

import json
import pathlib

import keras
import numpy as np
from keras import Input, Model, Sequential, layers, optimizers, regularizers

TARGET = pathlib.Path("packages/layers/src/goldens/training")
random = np.random.default_rng(11)


def array(x):
    x = np.asarray(x)
    data = x.ravel().tolist()
    if x.dtype.kind == "f":
        data = [float(f"{v:.9g}") for v in data]
    return {"dtype": "float32" if x.dtype.kind == "f" else "int32", "shape": list(x.shape), "data": data}


def arrays(x):
    if isinstance(x, dict):
        return {name: array(value) for name, value in x.items()}
    return None if x is None else array(x)


def as_list(x):
    return list(x.values()) if isinstance(x, dict) else x


def normal(*shape):
    return random.normal(0, 1, shape).astype("float32")


def labels(n, classes):
    return random.integers(0, classes, n).astype("int32")


def weights_of(model):
    return [array(w) for w in model.get_weights()]


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(part[0].upper() + part[1:] for part in rest)


def spread(model):
    """Changes the weights, so that they do not depend on the initializers."""
    model.set_weights([w + 0.1 * normal(*w.shape) if w.ndim else w for w in model.get_weights()])
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            layer.set_weights([gamma, beta, mean, np.abs(variance) + 0.5])


def run(name, model, x, y, sample_weight=None, validation_data=None, evaluation=None, **options):
    spread(model)
    before = weights_of(model)
    # Keras matches labels by name, but not sample weights, and needs both in the same form.
    history = model.fit(
        x, as_list(y), sample_weight=as_list(sample_weight), validation_data=validation_data, shuffle=False, verbose=0, **options
    )
    case = {
        "name": name,
        "x": arrays(x),
        "y": arrays(y),
        "sampleWeight": arrays(sample_weight),
        "validationData": None if validation_data is None else [arrays(part) for part in validation_data],
        "before": before,
        "after": weights_of(model),
        "epoch": history.epoch,
        "history": {camel(key): [float(v) for v in values] for key, values in history.history.items()},
    }
    if evaluation is not None:
        case["evaluation"] = {
            camel(key): float(v)
            for key, v in model.evaluate(x, y, verbose=0, return_dict=True, **evaluation).items()
        }
    predictions = model.predict(x, verbose=0, batch_size=7)
    case["predictions"] = [array(p) for p in (predictions.values() if isinstance(predictions, dict) else predictions if isinstance(predictions, list) else [predictions])]
    return case


def classifier(name, weighs, **options):
    model = Sequential([Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(3, activation="softmax")])
    model.compile(
        optimizer=optimizers.Adam(0.01),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        weighted_metrics=["accuracy", "sparse_categorical_crossentropy"],
    )
    x, y = normal(50, 6), labels(50, 3)
    weight = random.uniform(0.2, 2, 50).astype("float32")
    return run(
        name,
        model,
        x,
        y,
        sample_weight=weight if weighs else None,
        batch_size=16,
        epochs=4,
        validation_split=0.2,
        evaluation={"batch_size": 16, "sample_weight": weight} if weighs else {"batch_size": 16},
        **options,
    )


def regression():
    model = Sequential(
        [
            Input((5,)),
            layers.Dense(7, activation="tanh", kernel_regularizer=regularizers.L2(0.01)),
            layers.BatchNormalization(momentum=0.9),
            layers.Dense(4, activation="relu", trainable=False),
            layers.Dense(1, bias_regularizer=regularizers.L1(0.02)),
        ]
    )
    model.compile(
        optimizer=optimizers.SGD(0.05, momentum=0.9, nesterov=True, clipnorm=0.5, weight_decay=0.001),
        loss="mse",
        metrics=["mae"],
    )
    validation = (normal(11, 5), normal(11, 1), random.uniform(0.5, 1.5, 11).astype("float32"))
    return run(
        "regression",
        model,
        normal(30, 5),
        normal(30, 1),
        validation_data=validation,
        batch_size=8,
        epochs=5,
        initial_epoch=1,
        validation_freq=2,
        validation_batch_size=4,
        evaluation={"batch_size": 32},
    )


def two_outputs():
    left, right = Input((4,), name="left"), Input((3,), name="right")
    joined = layers.Concatenate()([left, right])
    hidden = layers.Dense(6, activation="relu", name="hidden")(joined)
    digit = layers.Dense(3, activation="softmax", name="digit")(hidden)
    size = layers.Dense(2, name="size")(hidden)
    model = Model([left, right], [digit, size])
    model.compile(
        optimizer=optimizers.RMSprop(0.01),
        loss={"digit": "categorical_crossentropy", "size": "mse"},
        loss_weights={"digit": 0.7, "size": 1.5},
        metrics={"digit": ["accuracy"], "size": ["mae", "mse"]},
    )
    y = {"digit": np.eye(3, dtype="float32")[labels(20, 3)], "size": normal(20, 2)}
    weight = {name: random.uniform(0.5, 1.5, 20).astype("float32") for name in y}
    return run(
        "twoOutputs",
        model,
        {"left": normal(20, 4), "right": normal(20, 3)},
        y,
        sample_weight=weight,
        batch_size=6,
        epochs=3,
    )


def averaged(name, **optimizer_options):
    model = Sequential([Input((4,)), layers.Dense(5, activation="relu"), layers.Dense(1)])
    model.compile(optimizer=optimizers.Adam(0.02, **optimizer_options), loss="mse")
    return run(name, model, normal(22, 4), normal(22, 1), batch_size=4, epochs=3)


CASES = [
    classifier("sampleWeight", True),
    classifier("classWeight", False, class_weight={0: 0.5, 2: 2.0}),
    regression(),
    two_outputs(),
    averaged("average", use_ema=True, ema_momentum=0.9),
    averaged("overwritingAverage", use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=4),
    averaged("accumulation", gradient_accumulation_steps=3),
    averaged("accumulationAndAverage", gradient_accumulation_steps=2, use_ema=True, ema_momentum=0.7),
]

TARGET.mkdir(parents=True, exist_ok=True)
(TARGET / "fit.json").write_text(json.dumps({"keras": keras.__version__, "cases": CASES}) + "\n")
