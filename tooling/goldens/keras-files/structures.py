"""Nested models, shared layers, several inputs and outputs, and compile options."""

import keras
import numpy as np
from keras import layers


def nothing(_):
    return {}


def rows(*shape, seed=0):
    return np.random.RandomState(seed).uniform(-1, 1, shape).round(3).astype("float32")


def nested():
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="tanh"), layers.BatchNormalization()])
    x = keras.Input((4,), name="left")
    y = keras.Input((4,), name="right")
    both = layers.Concatenate()([inner(x), inner(y)])
    head = keras.Model(both_in := keras.Input((6,)), layers.Dense(2, name="scores")(layers.Dense(5)(both_in)), name="head")
    return "nested", keras.Model([x, y], head(both)), [rows(3, 4), rows(3, 4, seed=1)], nothing


def shared():
    x = keras.Input((6, 3))
    lstm = layers.LSTM(4, return_sequences=True, return_state=True)
    first, h, c = lstm(x)
    second, *_ = lstm(x, initial_state=[c, h])
    dense = layers.Dense(4, kernel_constraint=keras.constraints.MaxNorm(2, axis=[0]), kernel_regularizer=keras.regularizers.L1L2(0.1, 0.01))
    out = layers.Add()([dense(first), dense(second)])
    out = layers.Bidirectional(layers.GRU(2, return_sequences=True))(out)
    heads = layers.MultiHeadAttention(2, 3)(out, out, use_causal_mask=True)
    return "shared", keras.Model(x, [layers.GlobalAveragePooling1D()(heads), dense(h)]), [rows(2, 6, 3)], nothing


def deep():
    block = keras.Sequential([layers.Conv2D(2, 3, padding="same"), layers.ReLU(max_value=1.0)], name="block")
    image = keras.Input((6, 6, 2))
    tower = keras.Model(image, block(layers.MaxPooling2D(2, 1, "same")(block(image))), name="tower")
    frames = layers.TimeDistributed(tower)
    x = keras.Input((2, 6, 6, 2))
    y = layers.Flatten()(frames(x))
    y = layers.Dense(3, kernel_initializer=keras.initializers.VarianceScaling(2.0, "fan_avg", "untruncated_normal"))(y)
    return "deep", keras.Model(x, layers.LeakyReLU()(y)), [rows(2, 2, 6, 6, 2)], nothing


def compiled():
    a, b = keras.Input((3,), name="a"), keras.Input((2,), name="b")
    both = layers.Concatenate()([a, b])
    model = keras.Model(
        [a, b],
        [layers.Dense(1, activation="sigmoid", name="is_it")(both), layers.Dense(3, activation="softmax", name="which")(both)],
    )
    model.compile(
        optimizer=keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True, clipnorm=1.0),
        loss={"is_it": keras.losses.BinaryCrossentropy(label_smoothing=0.1), "which": "sparse_categorical_crossentropy"},
        loss_weights={"is_it": 0.5, "which": 2.0},
        metrics={"is_it": ["accuracy", keras.metrics.AUC(name="area", num_thresholds=20)], "which": "accuracy"},
    )
    return "compiled", model, [rows(4, 3), rows(4, 2, seed=1)], nothing


def masks():
    words = keras.Input((5,), dtype="int32")
    numbers = keras.Input((5, 3))
    x = layers.LSTM(3, return_sequences=True)(layers.Embedding(7, 3, mask_zero=True)(words))
    y = layers.TimeDistributed(layers.Dense(3))(layers.Masking()(numbers))
    y = layers.Bidirectional(layers.GRU(3, return_sequences=True), merge_mode="sum")(y)
    out = [layers.GlobalAveragePooling1D()(x), layers.GlobalAveragePooling1D()(y), layers.LSTM(2)(layers.Add()([x, y]))]
    given = rows(3, 5, 3)
    given[0, 3:] = 0
    given[2, :2] = 0
    return "masks", keras.Model([words, numbers], out), [np.array([[1, 2, 0, 0, 0], [3, 1, 4, 1, 0], [0, 0, 5, 6, 1]], "int32"), given], nothing


def masks_joined():
    words = keras.Input((5,), dtype="int32")
    x = layers.Embedding(7, 3, mask_zero=True)(words)
    for _ in range(3):
        x = layers.Add()([x, layers.Dense(3, activation="tanh")(x)])
    y = layers.Concatenate()([x, layers.Attention()([layers.LSTM(3, return_sequences=True)(x), x])])
    return "masks-joined", keras.Model(words, layers.GlobalAveragePooling1D()(y)), [np.array([[1, 2, 0, 0, 0], [0, 3, 1, 4, 1]], "int32")], nothing


def operators():
    x = keras.Input((4,))
    y = layers.Dense(4)(x)
    y = (y + x) * y - x
    return "operators", keras.Model(x, [y * 2.0 + 1.0, keras.ops.relu(y) / 4.0, keras.ops.maximum(x, y)]), [rows(3, 4)], nothing


def activations():
    x = keras.Input((4,))
    y = layers.Dense(3, activation=layers.LeakyReLU(negative_slope=0.2))(x)
    y = layers.Dense(3, activation=layers.ReLU())(y)
    return "activations", keras.Model(x, layers.Dense(3, activation=keras.activations.leaky_relu)(y)), [rows(3, 4)], nothing


def by_name():
    zeta, alpha = keras.Input((3,), name="zeta"), keras.Input((2,), name="alpha")
    y = layers.Dense(2)(layers.Concatenate()([zeta, alpha]))
    # Keras sorts inputs in a record by name.
    return "by-name", keras.Model({"zeta": zeta, "alpha": alpha}, y), [rows(2, 2), rows(2, 3, seed=1)], nothing


def twice():
    left, right = keras.Input((2,), name="l"), keras.Input((3,), name="r")
    y = layers.Dense(2, name="first")(layers.Concatenate(name="both")([right, left]))
    inner = keras.Model({"b": left, "a": right}, {"sum": y, "deep": [layers.ReLU(name="relu")(y), {"x": [left]}]}, name="inner")
    one, two = keras.Input((2,), name="one"), keras.Input((3,), name="two")
    a, b = inner({"b": one, "a": two}), inner({"a": two, "b": one * 2.0})
    # An output of the first call that is also an input of a layer, an output of the second call, and one that only a layer reads.
    return "twice", keras.Model([one, [two]], {"zeta": a["deep"][0], "alpha": layers.Dense(1, name="last")(a["deep"][0]), "beta": [b["sum"], b["deep"][1]["x"][0]]}), [rows(3, 2), rows(3, 3, seed=1)], nothing


def structures():
    for i, make in enumerate((nested, shared, deep, compiled, masks, operators, by_name, activations, masks_joined, twice)):
        keras.utils.clear_session()
        keras.utils.set_random_seed(i)
        yield make()
