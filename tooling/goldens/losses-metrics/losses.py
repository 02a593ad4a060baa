"""Writes Keras's losses with gradients for small inputs, and its reductions with weights and masks.

Run from the root of the repository: KERAS_BACKEND=torch python tooling/goldens/losses-metrics/losses.py
"""

import keras
import numpy as np
import torch
from keras.src.losses.loss import reduce_weighted_values

from naming import TARGET, array, class_of, keras_options, result, write

random = np.random.default_rng(7)


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return (e / e.sum(axis=axis, keepdims=True)).astype("float32")


def normal(*shape):
    return random.normal(0, 1, shape).astype("float32")


def spoken(*shape, random=np.random.default_rng(8)):
    """Generates logits of steps with a separate generator, which keeps later random numbers unchanged."""
    return random.normal(0, 2, shape).astype("float32")


def uniform(*shape):
    return random.uniform(0, 1, shape).astype("float32")


def one_hot(labels, classes):
    return np.eye(classes, dtype="float32")[labels]


def unit(x):
    return (x / np.linalg.norm(x, axis=-1, keepdims=True)).astype("float32")


LABELS = np.array([2, 0, 1, 3], dtype="int32")
MAPS = np.array([[[0, 1, 2], [2, 1, 0]], [[1, 1, 0], [2, 255, 255]]], dtype="int32")
HARD = np.array([[0, 1], [1, 0], [1, 1], [0, 0]], dtype="float32")
EDGES = np.array([[0, 1], [1, 0], [0.5, 1], [1e-9, 1 - 1e-4]], dtype="float32")
SURE = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0.5, 0.5, 0, 0], [1e-9, 0, 0, 1]], dtype="float32")

INPUTS = {
    "numbers": (normal(4, 3), normal(4, 3)),
    "positive": (uniform(4, 3) * 5, uniform(4, 3) * 5),
    "withZeros": (np.array([[0, 1, -1], [0, 0, 0]], "float32"), np.array([[1e-9, 1, 2], [0, 3, 0]], "float32")),
    "steps": (normal(2, 3, 4), normal(2, 3, 4)),
    "column": (normal(5), normal(5, 1)),
    "flat": (normal(5, 1), normal(5)),
    "stepsColumn": (normal(2, 3), normal(2, 3, 1)),
    "signs": (np.sign(normal(4, 3)), normal(4, 3)),
    "bits": (HARD, normal(4, 2)),
    "bitsAndOthers": (np.array([[0, 1], [-1, 1]], "float32"), normal(2, 2)),
    "probabilities": (HARD, uniform(4, 2)),
    "edges": (HARD, EDGES),
    "logits": (HARD, normal(4, 2) * 4),
    "largeLogits": (HARD, np.array([[60, -60], [-90, 90], [60, -90], [0, 60]], "float32")),
    "classes": (one_hot(LABELS, 4), softmax(normal(4, 4))),
    "unnormalized": (one_hot(LABELS, 4), uniform(4, 4)),
    "sure": (one_hot(LABELS, 4), SURE),
    "classLogits": (one_hot(LABELS, 4), normal(4, 4) * 3),
    "distributions": (softmax(normal(4, 4)), softmax(normal(4, 4))),
    "sparse": (LABELS, softmax(normal(4, 4))),
    "sparseColumn": (LABELS[:, None], softmax(normal(4, 4))),
    "sparseSure": (LABELS, SURE),
    "sparseUnnormalized": (LABELS, uniform(4, 4)),
    "sparseLogits": (LABELS, normal(4, 4) * 3),
    "maps": (MAPS, softmax(normal(2, 2, 3, 3))),
    "mapsFirst": (np.where(MAPS == 255, 0, MAPS), softmax(normal(2, 3, 2, 3), axis=1)),
    "oneHotFirst": (softmax(normal(2, 3, 4), axis=1), softmax(normal(2, 3, 4), axis=1)),
    "mapLogits": (MAPS, normal(2, 2, 3, 3)),
    "embeddings": (np.array([0, 1, 0, 2, 1, 0], "int32"), unit(normal(6, 3))),
    "alone": (np.array([0, 1, 2], "int32"), unit(normal(3, 3))),
    "regions": ((uniform(2, 3, 2) > 0.5).astype("float32"), uniform(2, 3, 2)),
    "transcripts": (np.array([[1, 2, 2, 3], [3, 1, 0, 0], [2, 0, 0, 0], [0, 0, 0, 0]], "int32"), spoken(4, 7, 4)),
    "tightTranscripts": (np.array([[1, 2, 1], [3, 3, 0]], "int32"), spoken(2, 3, 5)),
}

CASES = [
    *[
        (loss, {}, kind)
        for loss in ("meanSquaredError", "meanAbsoluteError", "huber", "logCosh", "cosineSimilarity")
        for kind in ("numbers", "steps", "column", "flat", "stepsColumn", "withZeros")
    ],
    *[
        (loss, {}, kind)
        for loss in ("meanAbsolutePercentageError", "meanSquaredLogarithmicError")
        for kind in ("numbers", "positive", "withZeros")
    ],
    ("huber", {"delta": 0.3}, "numbers"),
    ("cosineSimilarity", {"axis": 1}, "steps"),
    ("poisson", {}, "positive"),
    ("klDivergence", {}, "distributions"),
    ("klDivergence", {}, "sure"),
    ("hinge", {}, "signs"),
    ("hinge", {}, "bits"),
    ("hinge", {}, "bitsAndOthers"),
    ("squaredHinge", {}, "signs"),
    ("squaredHinge", {}, "bits"),
    ("categoricalHinge", {}, "classLogits"),
    ("binaryCrossentropy", {}, "probabilities"),
    ("binaryCrossentropy", {}, "edges"),
    ("binaryCrossentropy", {"fromLogits": True}, "logits"),
    ("binaryCrossentropy", {"fromLogits": True}, "largeLogits"),
    ("binaryCrossentropy", {"labelSmoothing": 0.2}, "probabilities"),
    ("binaryCrossentropy", {"axis": 0}, "probabilities"),
    ("binaryFocalCrossentropy", {}, "probabilities"),
    ("binaryFocalCrossentropy", {}, "edges"),
    ("binaryFocalCrossentropy", {"gamma": 1.5, "fromLogits": True}, "logits"),
    ("binaryFocalCrossentropy", {"applyClassBalancing": True, "alpha": 0.4, "labelSmoothing": 0.1}, "probabilities"),
    ("categoricalCrossentropy", {}, "classes"),
    ("categoricalCrossentropy", {}, "unnormalized"),
    ("categoricalCrossentropy", {}, "sure"),
    ("categoricalCrossentropy", {"labelSmoothing": 0.2}, "classes"),
    ("categoricalCrossentropy", {"fromLogits": True}, "classLogits"),
    ("categoricalCrossentropy", {"fromLogits": True, "labelSmoothing": 0.1}, "classLogits"),
    ("categoricalCrossentropy", {"axis": 1}, "oneHotFirst"),
    ("categoricalFocalCrossentropy", {}, "classes"),
    ("categoricalFocalCrossentropy", {"gamma": 3.0, "alpha": 0.5, "fromLogits": True}, "classLogits"),
    ("categoricalFocalCrossentropy", {"labelSmoothing": 0.1}, "unnormalized"),
    ("sparseCategoricalCrossentropy", {}, "sparse"),
    ("sparseCategoricalCrossentropy", {}, "sparseColumn"),
    ("sparseCategoricalCrossentropy", {}, "sparseSure"),
    ("sparseCategoricalCrossentropy", {}, "sparseUnnormalized"),
    ("sparseCategoricalCrossentropy", {"fromLogits": True}, "sparseLogits"),
    ("sparseCategoricalCrossentropy", {"ignoreClass": 2}, "sparse"),
    ("sparseCategoricalCrossentropy", {"ignoreClass": 255}, "maps"),
    ("sparseCategoricalCrossentropy", {"ignoreClass": 255, "fromLogits": True}, "mapLogits"),
    ("sparseCategoricalCrossentropy", {"axis": 1}, "mapsFirst"),
    ("categoricalGeneralizedCrossEntropy", {}, "sparse"),
    ("categoricalGeneralizedCrossEntropy", {"q": 0.8}, "sparse"),
    ("dice", {}, "regions"),
    ("dice", {"axis": [1, 2]}, "regions"),
    ("tversky", {}, "regions"),
    ("tversky", {"alpha": 0.3, "beta": 0.7, "axis": [1, 2]}, "regions"),
    ("ctc", {}, "transcripts"),
    ("ctc", {"reduction": "sum"}, "transcripts"),
    ("ctc", {}, "tightTranscripts"),
    ("circle", {}, "embeddings"),
    ("circle", {"gamma": 20.0, "margin": 0.25, "removeDiagonal": False}, "embeddings"),
    ("circle", {}, "alone"),
]
DEFAULTS = {"categoricalGeneralizedCrossEntropy": {"q": 0.5}}


def losses_of(name, options, kind):
    arguments = keras_options({**DEFAULTS.get(name, {}), **options})
    y_true, y_pred = INPUTS[kind]
    loss = class_of(keras.losses, name)(**arguments)
    prediction = torch.tensor(y_pred, requires_grad=True)
    values = loss.call(keras.ops.convert_to_tensor(y_true), prediction)
    total = loss(y_true, prediction)
    return {
        "loss": name,
        "options": options,
        "input": kind,
        "values": result(values.detach()),
        "reduced": result(total.detach())["data"][0],
        "gradient": gradient_of(total, prediction),
    }


def gradient_of(total, prediction):
    """Returns None if this version of PyTorch cannot compute the gradient, as for labels of images."""
    try:
        total.backward()
    except RuntimeError:
        return None
    return result(prediction.grad)["data"]


REDUCED = [
    ([4], None, None),
    ([4], [4], None),
    ([4], [4, 1], None),
    ([4], None, [4]),
    ([4], [4], [4]),
    ([2, 3], None, None),
    ([2, 3], [2, 3], None),
    ([2, 3], [2, 1], None),
    ([2, 3], None, [2, 3]),
    ([2, 3], [2, 3], [2, 3]),
    ([], [4], None),
]


def reduced(shape, weight_shape, mask_shape, all_masked=False):
    values = np.asarray(uniform(*shape), dtype="float32")
    weight = None if weight_shape is None else (uniform(*weight_shape) * 2).astype("float32")
    mask = None if mask_shape is None else (uniform(*mask_shape) > 0.4) & (not all_masked)
    return {
        "losses": array(values),
        "sampleWeight": None if weight is None else array(weight),
        "mask": None if mask is None else array(mask),
        "results": {
            name: result(reduce_weighted_values(values, weight, mask, keras_options({"reduction": name})["reduction"]))
            for name in ("sumOverBatchSize", "sum", "mean", "meanWithSampleWeight", "none")
        },
    }


TARGET.mkdir(parents=True, exist_ok=True)
write(
    "losses.json",
    {
        "inputs": {name: {"yTrue": array(t), "yPred": array(p)} for name, (t, p) in INPUTS.items()},
        "cases": [losses_of(*case) for case in CASES],
        "reductions": [*[reduced(*case) for case in REDUCED], reduced([2, 3], None, [2, 3], all_masked=True)],
    },
)
