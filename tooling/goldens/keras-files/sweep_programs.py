"""Further programs of Keras 3: states of recurrent layers, nested models, metrics, and options of optimizers."""

import keras
import numpy as np

L = keras.layers
ops = keras.ops
M = keras.metrics
O = keras.optimizers
S = keras.optimizers.schedules


def sequence_to_sequence():
    source, target = keras.Input((5,), dtype="int32"), keras.Input((4,), dtype="int32")
    embedding = L.Embedding(10, 4, mask_zero=True)
    _, h, c = L.LSTM(3, return_state=True)(embedding(source))
    y, _, _ = L.LSTM(3, return_state=True, return_sequences=True)(embedding(target), initial_state=[h, c])
    return keras.Model([source, target], L.TimeDistributed(L.Dense(10, activation="softmax"))(y))


def state_of_gru():
    x = keras.Input((5, 3))
    y, state = L.GRU(4, return_sequences=True, return_state=True)(x)
    return keras.Model(x, [L.GRU(4)(y, initial_state=state), state])


def states_of_bidirectional():
    x = keras.Input((5, 3))
    y, *states = L.Bidirectional(L.LSTM(2, return_sequences=True, return_state=True))(x)
    return keras.Model(x, L.Bidirectional(L.LSTM(2), merge_mode="ave")(y, initial_state=states))


def merged_bidirectional(mode, cell):
    x = keras.Input((5, 3))
    return keras.Model(x, L.Bidirectional(cell(2, return_sequences=True), merge_mode=mode)(x))


def distributed_model():
    inner = keras.Input((4, 3))
    model = keras.Model(inner, L.Dense(2)(L.Flatten()(inner)))
    x = keras.Input((5, 4, 3))
    return keras.Model(x, L.LSTM(3)(L.TimeDistributed(model)(x)))


def distributed_twice():
    x = keras.Input((2, 3, 4))
    return keras.Model(x, L.TimeDistributed(L.TimeDistributed(L.Dense(2)))(x))


def nested_cells():
    x = keras.Input((5, 3))
    inner = L.StackedRNNCells([L.SimpleRNNCell(2), L.LSTMCell(3, unit_forget_bias=False)])
    return keras.Model(x, L.RNN([L.GRUCell(3, reset_after=False), inner], return_sequences=True)(x))


def states_of_convolution():
    x = keras.Input((3, 6, 6, 2))
    return keras.Model(x, L.ConvLSTM2D(2, 3, return_state=True, recurrent_activation="sigmoid", padding="same")(x))


def nested_records():
    a, b = keras.Input((2,), name="a"), keras.Input((3,), name="b")
    inner = keras.Model({"a": a, "b": b}, {"o": L.concatenate([a, b])}, name="inner")
    p, q = keras.Input((2,)), keras.Input((3,))
    return keras.Model([p, q], L.Dense(1)(inner({"a": p, "b": q})["o"]))


def frozen_base():
    norm = L.BatchNormalization()
    norm.trainable = False
    x = keras.Input((4,))
    base = keras.Model(x, norm(L.Dense(4)(x)), name="base")
    base.trainable = False
    y = keras.Input((4,))
    return keras.Model(y, L.Dense(2)(base(y, training=False)))


def policies():
    x = keras.Input((4,))
    y = L.Dense(3, dtype=keras.DTypePolicy("float32"))(L.Dense(3, dtype="mixed_bfloat16")(x))
    return keras.Model(x, L.Activation("softmax", dtype="float32")(L.Dense(2, dtype="float16")(y)))


def initializers():
    x = y = keras.Input((4,))
    names = ["Zeros", "Ones", "RandomNormal", "RandomUniform", "TruncatedNormal", "GlorotNormal", "GlorotUniform"]
    for name in [*names, "HeNormal", "HeUniform", "LecunNormal", "LecunUniform", "Orthogonal"]:
        y = L.Dense(4, kernel_initializer=getattr(keras.initializers, name)())(y)
    return keras.Model(x, L.Dense(4, kernel_initializer=keras.initializers.VarianceScaling(2.0, "fan_avg", "uniform"))(y))


def constraints():
    x = y = keras.Input((4,))
    C = keras.constraints
    for constraint in [C.MaxNorm(2.0, axis=0), C.NonNeg(), C.UnitNorm(axis=[0]), C.MinMaxNorm(0.1, 1.0, rate=0.9), "max_norm"]:
        y = L.Dense(4, kernel_constraint=constraint, bias_constraint="non_neg", activity_regularizer="l2")(y)
    return keras.Model(x, y)


def head(units, activation):
    x = keras.Input((4,))
    return keras.Model(x, L.Dense(units, activation=activation)(L.Dense(5, activation="relu")(x)))


def binary_metrics():
    model = head(1, "sigmoid")
    at_point = [M.SensitivityAtSpecificity(0.5), M.SpecificityAtSensitivity(0.5), M.PrecisionAtRecall(0.5), M.RecallAtPrecision(0.5)]
    counts = [M.TruePositives(), M.FalsePositives(0.3), M.TrueNegatives(), M.FalseNegatives([0.2, 0.5])]
    others = [M.AUC(curve="PR"), M.Precision(thresholds=0.4), M.BinaryAccuracy(threshold=0.6), M.BinaryIoU([0, 1], 0.5)]
    model.compile("adam", keras.losses.BinaryFocalCrossentropy(gamma=1.5), metrics=[*at_point, *counts, *others, M.Hinge(), M.FBetaScore(beta=2.0, threshold=0.5)])
    return model


def class_metrics():
    model = head(3, "softmax")
    metrics = [M.TopKCategoricalAccuracy(k=2), M.CategoricalCrossentropy(label_smoothing=0.1), M.KLDivergence(), M.OneHotMeanIoU(3), M.F1Score("weighted")]
    model.compile("adam", "categorical_crossentropy", metrics=[*metrics, M.CosineSimilarity(axis=1), "categorical_accuracy"])
    return model


def regression_metrics():
    model = head(2, None)
    metrics = [M.MeanAbsolutePercentageError(), M.RootMeanSquaredError(), M.LogCoshError(), M.R2Score(), M.PearsonCorrelation()]
    model.compile("adam", keras.losses.LogCosh(), metrics=[*metrics, M.ConcordanceCorrelation(), M.MeanSquaredError(name="x")])
    return model


def loss_lists():
    x = keras.Input((4,))
    model = keras.Model(x, [L.Dense(2, name="a")(x), L.Dense(3, activation="softmax", name="b")(x)])
    model.compile("adam", ["mse", "categorical_crossentropy"], loss_weights=[0.5, 2.0], metrics=[["mae"], ["accuracy", M.AUC()]])
    return model


def trained(optimizer):
    model = head(2, None)
    model.compile(optimizer, "mse")
    random = np.random.RandomState(0)
    for _ in range(2):
        model.train_on_batch(random.rand(4, 4).astype("float32"), random.rand(4, 2).astype("float32"))
    return model


OPTIMIZERS = {
    "piecewise_ema": lambda: O.Adam(S.PiecewiseConstantDecay([1, 3], [0.1, 0.05, 0.01]), use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=2),
    "polynomial": lambda: O.SGD(S.PolynomialDecay(0.1, 10, 0.01, power=2.0, cycle=True), momentum=0.9, weight_decay=0.01),
    "restarts": lambda: O.RMSprop(S.CosineDecayRestarts(0.1, 5, t_mul=1.5, m_mul=0.9, alpha=0.1), global_clipnorm=1.0),
    "inverse_time": lambda: O.Nadam(S.InverseTimeDecay(0.1, 5, 0.5, staircase=True), clipvalue=0.3),
    "staircase_accumulated": lambda: O.AdamW(S.ExponentialDecay(0.1, 5, 0.5, staircase=True), clipnorm=0.5, gradient_accumulation_steps=2),
    "adafactor_options": lambda: O.Adafactor(0.01, clip_threshold=0.9, relative_step=False, beta_2_decay=-0.7),
    "ftrl_options": lambda: O.Ftrl(0.01, l1_regularization_strength=0.01, l2_shrinkage_regularization_strength=0.01, beta=0.1),
    "muon_excluded": lambda: O.Muon(0.01, exclude_layers=["dense_1"], ns_steps=3, nesterov=False, rms_rate=None),
    "scaled": lambda: O.LossScaleOptimizer(O.AdamW(0.1), initial_scale=256.0, dynamic_growth_steps=1),
    "accumulated_ema": lambda: O.SGD(0.1, gradient_accumulation_steps=2, use_ema=True),
}

PROGRAMS = [
    *[(f.__name__, f) for f in (sequence_to_sequence, state_of_gru, states_of_bidirectional, distributed_model, distributed_twice)],
    *[(f.__name__, f) for f in (nested_cells, states_of_convolution, nested_records, frozen_base, initializers, constraints)],
    *[(f.__name__, f) for f in (binary_metrics, class_metrics, regression_metrics, loss_lists)],
    ("mixed_policies", policies),
    *[(f"{mode}_{cell.__name__}", lambda m=mode, c=cell: merged_bidirectional(m, c)) for mode in ("sum", "mul", "ave", None) for cell in (L.LSTM, L.GRU)],
]
TRAINED = [(name, lambda o=make: trained(o())) for name, make in OPTIMIZERS.items()]
