"""Writes what the EarlyStopping and ReduceLROnPlateau callbacks of Keras do for a given value of each epoch.

Run from the root of the repository: KERAS_BACKEND=torch python tooling/goldens/training/callbacks.py
"""

import json
import pathlib

import keras
import numpy as np
from keras import Input, Sequential, layers, optimizers
from keras.callbacks import EarlyStopping, ReduceLROnPlateau

TARGET = pathlib.Path("packages/layers/src/goldens/training")
random = np.random.default_rng(5)

FALLING = [1.0, 0.9, 0.95, 0.89, 0.891, 0.889, 0.8889, 0.9, 0.8, 0.81, 0.82, 0.83, 0.79]
NOISY = [round(float(v), 4) for v in random.uniform(0.3, 1, 16)]
RISING = [0.5, 0.6, 0.55, 0.61, 0.6, 0.7, 0.69, 0.69, 0.69, 0.71]
FLAT = [0.5] * 12

EARLY = [
    (FALLING, {}),
    (FALLING, {"patience": 2}),
    (FALLING, {"patience": 2, "min_delta": 0.01}),
    (FALLING, {"patience": 1, "start_from_epoch": 3}),
    (FALLING, {"patience": 3, "baseline": 0.85}),
    (NOISY, {"patience": 3}),
    (NOISY, {"patience": 4, "mode": "max"}),
    (RISING, {"patience": 2, "mode": "max"}),
    (RISING, {"patience": 0, "mode": "min"}),
    (FLAT, {"patience": 5}),
    (FLAT, {"patience": 5, "min_delta": -0.1}),
]
PLATEAU = [
    (FALLING, {"patience": 1}),
    (FALLING, {"patience": 2, "factor": 0.5}),
    (FALLING, {"patience": 1, "cooldown": 2, "factor": 0.5}),
    (FLAT, {"patience": 2, "min_lr": 0.005, "factor": 0.3}),
    (NOISY, {"patience": 2, "factor": 0.5, "mode": "max"}),
    (NOISY, {"patience": 2, "factor": 0.5, "min_delta": 0.1}),
    (RISING, {"patience": 1, "factor": 0.9, "mode": "max", "cooldown": 1}),
]


def camel(options):
    names = {"min_delta": "minDelta", "start_from_epoch": "startFromEpoch", "min_lr": "minLr"}
    return {names.get(key, key): value for key, value in options.items()}


def model():
    made = Sequential([Input((1,)), layers.Dense(1, use_bias=False)])
    made.compile(optimizer=optimizers.SGD(0.1), loss="mse")
    made.fit(np.zeros((1, 1)), np.zeros((1, 1)), verbose=0)
    made.stop_training = False
    return made


def early(values, options):
    trained = model()
    callback = EarlyStopping(restore_best_weights=True, **options)
    callback.set_model(trained)
    callback.on_train_begin()
    last = None
    for epoch, value in enumerate(values):
        trained.set_weights([np.array([[epoch]], "float32")])
        callback.on_epoch_end(epoch, {"val_loss": value})
        last = epoch
        if trained.stop_training:
            break
    stopped = bool(trained.stop_training)
    callback.on_train_end()
    return {"values": values, "options": camel(options), "stopped": stopped, "last": last, "restored": float(trained.get_weights()[0][0, 0])}


def plateau(values, options):
    trained = model()
    callback = ReduceLROnPlateau(**options)
    callback.set_model(trained)
    callback.on_train_begin()
    rates = []
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {"val_loss": value})
        rates.append(float(keras.ops.convert_to_numpy(trained.optimizer.learning_rate)))
    return {"values": values, "options": camel(options), "rates": rates}


TARGET.mkdir(parents=True, exist_ok=True)
(TARGET / "callbacks.json").write_text(
    json.dumps({"earlyStopping": [early(*c) for c in EARLY], "reduceLROnPlateau": [plateau(*c) for c in PLATEAU]}) + "\n"
)
