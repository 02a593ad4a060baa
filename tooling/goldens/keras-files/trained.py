"""A small network trained by each optimizer, with its weights after one more step."""

import keras
import numpy as np
from keras import layers
from keras.optimizers import schedules

from arrays import array

OPTIMIZERS = {
    "adadelta": lambda: keras.optimizers.Adadelta(0.5),
    "adagrad": lambda: keras.optimizers.Adagrad(0.1),
    "adam": lambda: keras.optimizers.Adam(0.05),
    "adam-amsgrad": lambda: keras.optimizers.Adam(0.05, beta_1=0.8, amsgrad=True, clipvalue=0.1),
    "adam-schedule": lambda: keras.optimizers.Adam(schedules.ExponentialDecay(0.1, 2, 0.5)),
    "adam-average": lambda: keras.optimizers.Adam(0.05, use_ema=True, ema_momentum=0.5),
    "adamax": lambda: keras.optimizers.Adamax(0.05),
    "adamw": lambda: keras.optimizers.AdamW(schedules.CosineDecay(0.1, 8, warmup_target=0.2, warmup_steps=2)),
    "adafactor": lambda: keras.optimizers.Adafactor(0.05),
    "ftrl": lambda: keras.optimizers.Ftrl(0.1, l1_regularization_strength=0.001),
    "lamb": lambda: keras.optimizers.Lamb(0.05),
    "lion": lambda: keras.optimizers.Lion(0.01),
    "nadam": lambda: keras.optimizers.Nadam(0.05),
    "rmsprop": lambda: keras.optimizers.RMSprop(0.01),
    "rmsprop-centered": lambda: keras.optimizers.RMSprop(0.01, momentum=0.5, centered=True),
    "sgd": lambda: keras.optimizers.SGD(schedules.PiecewiseConstantDecay([1, 3], [0.1, 0.05, 0.01])),
    "sgd-accumulation": lambda: keras.optimizers.SGD(0.5, momentum=0.5, gradient_accumulation_steps=2),
    "sgd-nesterov": lambda: keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True, global_clipnorm=0.5),
}


def trained():
    random = np.random.RandomState(0)
    x = random.uniform(-1, 1, (6, 4)).round(3).astype("float32")
    y = random.uniform(-1, 1, (6, 2)).round(3).astype("float32")
    for i, (name, optimizer) in enumerate(OPTIMIZERS.items()):
        keras.utils.clear_session()
        keras.utils.set_random_seed(i)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="tanh"), layers.Dense(2)])
        model.compile(optimizer=optimizer(), loss="mse", metrics=["mae"])
        model.fit(x, y, epochs=3, verbose=0, shuffle=False)

        def more(model):
            logs = model.fit(x, y, epochs=1, verbose=0, shuffle=False).history
            return {
                "y": array(y),
                "loss": logs["loss"][0],
                "after": [array(keras.ops.convert_to_numpy(w.value)) for w in model.weights],
            }

        yield f"trained-{name}", model, [x], more
