"""Writes Keras's metrics after each of three batches of small inputs, with weights and masks, in float32.

Run from the root of the repository: KERAS_BACKEND=torch python tooling/goldens/losses-metrics/metrics.py
"""

import keras
import numpy as np
from keras.src import backend

from naming import TARGET, array, class_of, keras_options, result, write

random = np.random.default_rng(11)
SIZES = (5, 4, 3)


def batches(make):
    return [make(size) for size in SIZES]


def floats(*shape):
    return random.normal(0, 1, shape).astype("float32")


def shares(*shape):
    x = np.exp(random.normal(0, 1, shape))
    return (x / x.sum(axis=-1, keepdims=True)).astype("float32")


def uniform(*shape):
    return random.uniform(0, 1, shape).astype("float32")


def bits(*shape):
    return (random.uniform(0, 1, shape) > 0.5).astype("float32")


def labels(classes, *shape):
    return random.integers(0, classes, shape).astype("int32")


def one_hot(classes, *shape):
    return np.eye(classes, dtype="float32")[labels(classes, *shape)]


def better(truth, scores):
    """Returns scores that are correlated with the truth, so that curves differ from those of random scores."""
    return np.clip(0.35 * truth + 0.65 * scores, 0, 1).astype("float32")


def guesses(*shape):
    truth = bits(*shape)
    return truth, better(truth, uniform(*shape))


def edges(n):
    """Returns scores that equal the thresholds."""
    truth = bits(n, 2)
    return truth, random.choice([0, 0.25, 0.5, 0.75, 1], (n, 2)).astype("float32")


INPUTS = {
    "numbers": batches(lambda n: (floats(n, 3), floats(n, 3))),
    "positive": batches(lambda n: (uniform(n, 3) * 5, uniform(n, 3) * 5)),
    "related": batches(lambda n: (lambda t: (t, (t + 0.5 * floats(n, 3)).astype("float32")))(floats(n, 3))),
    "column": batches(lambda n: (floats(n), floats(n, 1))),
    "steps": batches(lambda n: (floats(n, 2, 3), floats(n, 2, 3))),
    "stepBits": batches(lambda n: (bits(n, 4), uniform(n, 4))),
    "signs": batches(lambda n: (np.sign(floats(n, 3)), floats(n, 3))),
    "integers": batches(lambda n: (labels(3, n), labels(3, n).astype("float32"))),
    "guess": batches(lambda n: guesses(n, 1)),
    "flatGuess": batches(lambda n: guesses(n)),
    "flatColumn": batches(lambda n: (bits(n), uniform(n, 1))),
    "guesses": batches(lambda n: guesses(n, 3)),
    "edges": batches(edges),
    "logits": batches(lambda n: (bits(n, 2), floats(n, 2) * 2)),
    "classes": batches(lambda n: (lambda t: (t, ((t + shares(n, 4)) / 2).astype("float32")))(one_hot(4, n))),
    "someClasses": batches(lambda n: (one_hot(4, n), shares(n, 4))),
    "classSteps": batches(lambda n: (one_hot(4, n, 2), shares(n, 2, 4))),
    "sparse": batches(lambda n: (labels(4, n), shares(n, 4))),
    "sparseColumn": batches(lambda n: (labels(4, n, 1), shares(n, 4))),
    "sparseSteps": batches(lambda n: (labels(4, n, 2), shares(n, 2, 4))),
    "ties": batches(lambda n: (labels(3, n), random.integers(0, 2, (n, 3)).astype("float32"))),
    "sortedIds": batches(lambda n: (labels(4, n), np.argsort(-shares(n, 4)).astype("float32"))),
    "distributions": batches(lambda n: (shares(n, 4), shares(n, 4))),
    "segments": batches(lambda n: (labels(3, n, 2, 2), labels(3, n, 2, 2))),
    "segmentGuesses": batches(lambda n: (one_hot(3, n, 2), shares(n, 2, 3))),
    "mask": batches(lambda n: (bits(n, 2), uniform(n, 2))),
}


def weights(*tail):
    return lambda n: (uniform(n, *tail) * 2).astype("float32")


def whole(*tail):
    return lambda n: random.integers(0, 4, (n, *tail)).astype("int32")


def mask(*tail):
    return lambda n: uniform(n, *tail) > 0.3


NONE = {}
EACH = {"sampleWeight": weights()}
COLUMN = {"sampleWeight": weights(1)}
WIDE = {"sampleWeight": weights(3)}
STEPS = {"sampleWeight": weights(2)}
MASK = {"mask": mask()}
MASK_STEPS = {"mask": mask(2)}
BOTH = {"sampleWeight": weights(2), "mask": mask(2)}

POINTS = [0.2, 0.5, 0.9]
EVEN = [0.0, 0.25, 0.5, 0.75, 1.0]


def cases():
    for metric in ("meanSquaredError", "meanAbsoluteError", "logCoshError", "rootMeanSquaredError", "cosineSimilarity"):
        yield metric, {}, "numbers", NONE
        yield metric, {}, "numbers", EACH
        yield metric, {}, "steps", STEPS
        yield metric, {}, "steps", EACH
        if metric != "rootMeanSquaredError":
            yield metric, {}, "steps", MASK_STEPS
            yield metric, {}, "steps", BOTH
    yield "meanSquaredError", {}, "column", COLUMN
    yield "meanSquaredError", {}, "numbers", MASK
    yield "rootMeanSquaredError", {}, "column", EACH
    yield "rootMeanSquaredError", {}, "numbers", WIDE
    yield "cosineSimilarity", {"axis": 1}, "steps", NONE
    yield "meanAbsolutePercentageError", {}, "positive", EACH
    yield "meanSquaredLogarithmicError", {}, "positive", EACH
    yield "pearsonCorrelation", {}, "related", NONE
    yield "pearsonCorrelation", {}, "related", EACH
    yield "concordanceCorrelation", {}, "related", NONE
    yield "concordanceCorrelation", {"axis": 1}, "steps", NONE
    for options in ({}, {"classAggregation": None}, {"classAggregation": "varianceWeightedAverage"}, {"numRegressors": 2}):
        yield "r2Score", options, "related", NONE
        yield "r2Score", options, "related", EACH
    yield "r2Score", {"numRegressors": 14}, "related", NONE
    yield "r2Score", {}, "column", COLUMN
    for metric in ("hinge", "squaredHinge"):
        yield metric, {}, "signs", NONE
        yield metric, {}, "guesses", EACH
    yield "categoricalHinge", {}, "classes", EACH
    yield "klDivergence", {}, "distributions", EACH
    yield "poisson", {}, "positive", EACH
    yield "binaryCrossentropy", {}, "guesses", EACH
    yield "binaryCrossentropy", {"fromLogits": True, "labelSmoothing": 0.1}, "logits", NONE
    yield "categoricalCrossentropy", {}, "classes", EACH
    yield "categoricalCrossentropy", {"labelSmoothing": 0.1}, "classSteps", MASK_STEPS
    yield "sparseCategoricalCrossentropy", {}, "sparse", EACH
    yield "sparseCategoricalCrossentropy", {}, "sparseSteps", BOTH
    yield "sparseCategoricalCrossentropy", {"ignoreClass": 1}, "sparse", NONE
    yield "sparseCategoricalCrossentropy", {"ignoreClass": 1}, "sparse", EACH
    yield "accuracy", {}, "integers", NONE
    yield "accuracy", {}, "integers", EACH
    for kind in ("guess", "flatGuess", "flatColumn", "guesses", "edges"):
        yield "binaryAccuracy", {}, kind, NONE
        yield "binaryAccuracy", {"threshold": 0.4}, kind, EACH
    yield "categoricalAccuracy", {}, "someClasses", EACH
    yield "categoricalAccuracy", {}, "classSteps", BOTH
    for kind in ("sparse", "sparseColumn", "ties"):
        yield "sparseCategoricalAccuracy", {}, kind, NONE
        yield "sparseCategoricalAccuracy", {}, kind, EACH
    yield "sparseCategoricalAccuracy", {}, "sparseSteps", MASK_STEPS
    yield "topKCategoricalAccuracy", {"k": 2}, "someClasses", NONE
    yield "topKCategoricalAccuracy", {"k": 2}, "classSteps", STEPS
    yield "sparseTopKCategoricalAccuracy", {"k": 2}, "sparse", EACH
    yield "sparseTopKCategoricalAccuracy", {"k": 2}, "sparseSteps", MASK_STEPS
    yield "sparseTopKCategoricalAccuracy", {"k": 1}, "ties", NONE
    yield "sparseTopKCategoricalAccuracy", {"k": 2, "fromSortedIds": True}, "sortedIds", NONE
    for metric in ("truePositives", "trueNegatives", "falsePositives", "falseNegatives"):
        yield metric, {}, "guesses", NONE
        yield metric, {}, "guess", EACH
        yield metric, {"thresholds": POINTS}, "guesses", EACH
        yield metric, {"thresholds": EVEN}, "edges", EACH
    for metric in ("precision", "recall"):
        yield metric, {}, "guesses", NONE
        yield metric, {}, "flatGuess", EACH
        yield metric, {}, "guess", COLUMN
        yield metric, {}, "guesses", WIDE
        yield metric, {"thresholds": POINTS}, "guesses", EACH
        yield metric, {"thresholds": EVEN}, "edges", NONE
        yield metric, {"classId": 1}, "guesses", EACH
        yield metric, {"topK": 2}, "someClasses", EACH
        yield metric, {"topK": 2, "classId": 2}, "someClasses", NONE
        yield metric, {"topK": 3, "thresholds": 0.2}, "someClasses", NONE
    for metric, option in (
        ("sensitivityAtSpecificity", "specificity"),
        ("specificityAtSensitivity", "sensitivity"),
        ("precisionAtRecall", "recall"),
        ("recallAtPrecision", "precision"),
    ):
        yield metric, {option: 0.6}, "guesses", NONE
        yield metric, {option: 0.8, "numThresholds": 20}, "guesses", EACH
        yield metric, {option: 0.5, "numThresholds": 1}, "guesses", NONE
        yield metric, {option: 0.4, "numThresholds": 5, "classId": 1}, "edges", NONE
    for curve in ("ROC", "PR", "PRGAIN"):
        yield "auc", {"curve": curve}, "guesses", NONE
        yield "auc", {"curve": curve}, "flatGuess", EACH
        for method in ("interpolation", "majoring", "minoring"):
            yield "auc", {"curve": curve, "summationMethod": method, "numThresholds": 7}, "guesses", EACH
        yield "auc", {"curve": curve, "multiLabel": True, "numThresholds": 20}, "guesses", NONE
        yield "auc", {"curve": curve, "thresholds": POINTS}, "guesses", EACH
    yield "auc", {}, "edges", NONE
    yield "auc", {"numThresholds": 2}, "guesses", NONE
    yield "auc", {"thresholds": [0.25, 0.5, 0.75]}, "edges", EACH
    yield "auc", {"multiLabel": True, "labelWeights": [1.0, 2.0, 0.5]}, "guesses", EACH
    yield "auc", {"multiLabel": True, "thresholds": POINTS, "numLabels": 3}, "guesses", EACH
    yield "auc", {"labelWeights": [1.0, 2.0, 0.5], "numThresholds": 9}, "guesses", NONE
    yield "auc", {"fromLogits": True}, "logits", NONE
    for average in (None, "micro", "macro", "weighted"):
        yield "f1Score", {"average": average}, "someClasses", NONE
        yield "f1Score", {"average": average, "threshold": 0.5}, "guesses", EACH
        yield "fBetaScore", {"average": average, "beta": 2.0}, "someClasses", EACH
    yield "iou", {"numClasses": 3, "targetClassIds": [0, 2]}, "segments", NONE
    yield "iou", {"numClasses": 3, "targetClassIds": [1], "ignoreClass": 0}, "segments", {"sampleWeight": whole(2, 2)}
    yield "iou", {"numClasses": 4, "targetClassIds": [1, 3]}, "segments", NONE
    yield "binaryIoU", {}, "stepBits", NONE
    yield "binaryIoU", {"targetClassIds": [1], "threshold": 0.3}, "edges", NONE
    yield "meanIoU", {"numClasses": 3}, "segments", NONE
    yield "meanIoU", {"numClasses": 2}, "segments", NONE
    yield "meanIoU", {"numClasses": 3, "dtype": "float32"}, "segments", {"sampleWeight": weights(2, 2)}
    yield "oneHotIoU", {"numClasses": 3, "targetClassIds": [0, 2]}, "segmentGuesses", {"sampleWeight": whole(2)}
    yield "oneHotMeanIoU", {"numClasses": 3}, "segmentGuesses", NONE


VALUES = {
    "[batch]": batches(lambda n: floats(n)),
    "[batch, 3]": batches(lambda n: floats(n, 3)),
    "[batch, 2, 3]": batches(lambda n: floats(n, 2, 3)),
    "[]": batches(lambda n: np.float32(random.normal())),
}
VALUE_CASES = [
    (metric, kind, extra)
    for metric in ("mean", "sum")
    for kind, extra in (
        ("[batch]", NONE),
        ("[batch]", EACH),
        ("[batch]", COLUMN),
        ("[batch, 3]", NONE),
        ("[batch, 3]", EACH),
        ("[batch, 3]", COLUMN),
        ("[batch, 3]", WIDE),
        ("[batch, 2, 3]", EACH),
        ("[batch, 2, 3]", STEPS),
        ("[]", NONE),
        ("[]", {"sampleWeight": lambda n: np.float32(n)}),
    )
]


def extras(extra):
    made = {name: batches(make) for name, make in extra.items()}
    return [{name: each[i] for name, each in made.items()} for i in range(len(SIZES))]


def as_json(extra):
    return {name: None if name not in extra else array(extra[name]) for name in ("sampleWeight", "mask")}


def pairs_golden(metric, options, kind, extra):
    keras_metric = class_of(keras.metrics, metric)(**keras_options(options))
    steps = []
    for (y_true, y_pred), more in zip(INPUTS[kind], extras(extra)):
        prediction = keras.ops.convert_to_tensor(y_pred)
        if "mask" in more:
            backend.set_keras_mask(prediction, keras.ops.convert_to_tensor(more["mask"]))
        keras_metric.update_state(keras.ops.convert_to_tensor(y_true), prediction, more.get("sampleWeight"))
        steps.append({**as_json(more), "result": result(keras_metric.result())})
    return {"metric": metric, "options": options, "input": kind, "steps": steps}


def values_golden(metric, kind, extra):
    keras_metric = class_of(keras.metrics, metric)()
    steps = []
    for values, more in zip(VALUES[kind], extras(extra)):
        keras_metric.update_state(values, more.get("sampleWeight"))
        steps.append({**as_json(more), "result": result(keras_metric.result())})
    return {"metric": metric, "input": kind, "steps": steps}


TARGET.mkdir(parents=True, exist_ok=True)
write(
    "metrics.json",
    {
        "inputs": {
            name: [{"yTrue": array(t), "yPred": array(p)} for t, p in each] for name, each in INPUTS.items()
        },
        "values": {name: [array(x) for x in each] for name, each in VALUES.items()},
        "cases": [pairs_golden(*case) for case in cases()],
        "valueCases": [values_golden(*case) for case in VALUE_CASES],
    },
)
