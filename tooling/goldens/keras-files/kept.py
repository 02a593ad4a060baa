"""Models whose files contain properties that do not affect computations in manabi, but must survive loading and saving."""

import keras
from keras import layers

MIXED = "mixed_float16"


def policies():
    whole = keras.Input((3,), dtype="int64", name="whole")
    y = layers.Embedding(5, 2, dtype=MIXED, name="embedding")(whole)
    inner = keras.Sequential([layers.Dense(2, dtype="float16"), layers.BatchNormalization(dtype="mixed_bfloat16")], name="inner")
    return keras.Model(whole, layers.Dense(1, dtype="float32")(inner(layers.Flatten(dtype=MIXED)(y))))


def sequential_policies():
    return keras.Sequential([keras.Input((3,), dtype="int16"), layers.Rescaling(0.5, dtype=MIXED), layers.Dense(2, dtype=MIXED)])


def records():
    left, right = keras.Input((2,), name="l"), keras.Input((3,), name="r")
    y = layers.Dense(2, name="first")(layers.Concatenate(name="both")([right, left]))
    inner = keras.Model({"b": left, "a": right}, {"sum": y, "deep": [layers.ReLU(name="relu")(y), {"x": [left]}]}, name="inner")
    one, two = keras.Input((2,), name="one"), keras.Input((3,), name="two")
    out = inner({"b": one, "a": two})
    return keras.Model([one, [two]], {"zeta": out["deep"][0], "alpha": layers.Dense(1, name="last")(out["sum"])})


def list_of_one():
    x = keras.Input((2,), name="x")
    return keras.Model([x], [layers.Dense(1)(x)])


@keras.saving.register_keras_serializable("shop")
class Scale(layers.Layer):
    def __init__(self, by=2.0, **options):
        super().__init__(**options)
        self.by = by

    def call(self, x):
        return x * self.by

    def get_config(self):
        return {**super().get_config(), "by": self.by}


@keras.saving.register_keras_serializable("shop")
def tripled(x):
    return 3 * x


@keras.saving.register_keras_serializable("shop")
class Sevenths(keras.initializers.Initializer):
    def __call__(self, shape, dtype=None):
        return keras.ops.full(shape, 1 / 7, dtype)

    def get_config(self):
        return {}


@keras.saving.register_keras_serializable("shop")
class Power(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return keras.ops.mean(abs(y_true - y_pred) ** 1.5, -1)


def packages():
    x = keras.Input((2,))
    y = layers.Dense(2, activation=tripled, kernel_initializer=Sevenths(), name="dense")(Scale(3.0, name="scale")(x))
    model = keras.Model(x, layers.Activation(tripled, name="last")(y))
    model.compile("sgd", Power())
    return model


def kept():
    for make in (policies, sequential_policies, records, list_of_one, packages):
        keras.utils.clear_session()
        keras.utils.set_random_seed(1)
        yield "kept-" + make.__name__.replace("_", "-"), make()
