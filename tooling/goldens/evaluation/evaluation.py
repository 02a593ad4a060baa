"""Writes scores and curves of scikit-learn for small arrays.

Run from the root of the repository: python tooling/goldens/evaluation/evaluation.py
"""

import json
import math
import warnings
from pathlib import Path

import numpy as np
from sklearn import metrics

warnings.simplefilter("ignore")
random = np.random.default_rng(7)
cases = []
arrays = []


def shared(value):
    """Returns the index of an array in the list of arrays, which contains each array once."""
    array = plain(value)
    if array not in arrays:
        arrays.append(array)
    return arrays.index(array)


def plain(value):
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    return value


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


VALUES = {"uniform_average": "uniformAverage", "raw_values": "rawValues", "variance_weighted": "varianceWeighted"}


def case(function, y_true, y_pred, expected, **options):
    given = {camel(name): plain(VALUES.get(value, value) if isinstance(value, str) else value) for name, value in options.items()}
    if "sampleWeight" in given:
        given["sampleWeight"] = shared(given["sampleWeight"])
    args = [shared(y_true), shared(y_pred)]
    cases.append({"function": function, "args": args, "options": given, "expected": plain(expected)})


truth = random.integers(0, 4, 40)
predicted = np.where(random.uniform(size=40) < 0.6, truth, random.integers(0, 4, 40))
weights = random.uniform(0, 2, 40).round(3)
weights[3] = 0
names = np.array(["cat", "dog", "emu", "fox"])
binary = random.integers(0, 2, 30)
scores = np.clip(0.4 * binary + random.uniform(size=30) * 0.8, 0, 1).round(1)
binary_weights = random.uniform(0, 2, 30).round(3)
binary_weights[5] = 0
guess = (scores > 0.5).astype(int)
# Class 3 is never predicted, class 5 never true, and class 2 never right.
uneven_true = np.array([0, 0, 1, 1, 2, 2, 3, 3])
uneven_pred = np.array([0, 1, 1, 1, 0, 1, 0, 5])

LABELS = [
    (truth, predicted, {}),
    (truth, predicted, {"sample_weight": weights}),
    (names[truth], names[predicted], {}),
    (names[truth], names[predicted], {"labels": ["fox", "cat"]}),
    (truth, predicted, {"labels": [3, 1, 7, 0]}),
    (binary, guess, {}),
    (np.zeros(3, int), np.zeros(3, int), {}),
    (uneven_true, uneven_pred, {}),
]
for y, p, options in LABELS:
    for normalize in (None, "true", "pred", "all"):
        case("confusionMatrix", y, p, metrics.confusion_matrix(y, p, normalize=normalize, **options), normalize=normalize, **options)
    for zero in (0, 1, math.nan):
        for average in (None, "micro", "macro", "weighted"):
            result = metrics.precision_recall_fscore_support(y, p, average=average, zero_division=zero, **options)
            case("precisionRecallFscore", y, p, result, average=average, zero_division=zero, **options)
    text = metrics.classification_report(y, p, zero_division=0, **options)
    case("classificationReport", y, p, text, **options)
    weighted = {"sample_weight": options["sample_weight"]} if "sample_weight" in options else {}
    for normalize in (True, False):
        case("accuracyScore", y, p, metrics.accuracy_score(y, p, normalize=normalize, **weighted), normalize=normalize, **weighted)

for beta in (0, 0.5, 2):
    for y, p in ((truth, predicted), (uneven_true, uneven_pred)):
        result = metrics.precision_recall_fscore_support(y, p, beta=beta, zero_division=0)
        case("precisionRecallFscore", y, p, result, beta=beta)
for label in (0, 1):
    result = metrics.precision_recall_fscore_support(binary, guess, average="binary", pos_label=label)
    case("precisionRecallFscore", binary, guess, result, average="binary", pos_label=label)
case("precisionRecallFscore", [0, 0], [0, 0], metrics.precision_recall_fscore_support([0, 0], [0, 0], average="binary", zero_division=0), average="binary")
for digits in (0, 3, 4):
    case("classificationReport", truth, predicted, metrics.classification_report(truth, predicted, digits=digits), digits=digits)
targets = ["first", "second class with a long name", "third", "fourth"]
case("classificationReport", truth, predicted, metrics.classification_report(truth, predicted, target_names=targets), target_names=targets)
for zero in (1, math.nan):
    text = metrics.classification_report(uneven_true, uneven_pred, zero_division=zero)
    case("classificationReport", uneven_true, uneven_pred, text, zero_division=zero)
# A precision of 1/8 lies between 0.12 and 0.13.
eighth = ([1, 0, 0, 0, 0, 0, 0, 0, 1], [1, 1, 1, 1, 1, 1, 1, 1, 0])
case("classificationReport", *eighth, metrics.classification_report(*eighth, zero_division=0))

CURVES = [
    (binary, scores, {}),
    (binary, scores, {"sample_weight": binary_weights}),
    (np.where(binary == 1, 1, -1), scores, {}),
    (names[binary], scores, {"pos_label": "dog"}),
    (truth[:30], scores, {"pos_label": 2}),
    (np.ones(4, int), scores[:4], {}),
    (np.zeros(4, int), scores[:4], {}),
    (np.array([0, 1]), np.array([0.5, 0.5]), {}),
    (np.array([1, 1, 0, 0]), np.array([0.9, 0.8, 0.2, 0.1]), {}),
]
for y, s, options in CURVES:
    for drop in (True, False):
        case("rocCurve", y, s, metrics.roc_curve(y, s, drop_intermediate=drop, **options), drop_intermediate=drop, **options)
        result = metrics.precision_recall_curve(y, s, drop_intermediate=drop, **options)
        case("precisionRecallCurve", y, s, result, drop_intermediate=drop, **options)
for y, s, options in CURVES[:3]:
    for max_fpr in (None, 0.3, 1.0):
        case("rocAucScore", y, s, metrics.roc_auc_score(y, s, max_fpr=max_fpr, **options), max_fpr=max_fpr, **options)
    case("averagePrecisionScore", y, s, metrics.average_precision_score(y, s, **options), **options)
case("averagePrecisionScore", binary, scores, metrics.average_precision_score(binary, scores, pos_label=0), pos_label=0)
case("averagePrecisionScore", names[binary], scores, metrics.average_precision_score(names[binary], scores, pos_label="dog"), pos_label="dog")
case("rocAucScore", names[binary], scores, metrics.roc_auc_score(names[binary], scores))
case("rocAucScore", [1, 1], [0.1, 0.2], metrics.roc_auc_score([1, 1], [0.1, 0.2]))

logits = random.normal(size=(40, 4)) + 1.5 * np.eye(4)[truth]
shares = np.exp(logits)
shares = (shares / shares.sum(axis=1, keepdims=True)).round(2)
shares[:, 0] = (1 - shares[:, 1:].sum(axis=1)).round(2)
for average in ("macro", "weighted", "micro"):
    for weighted in ({}, {"sample_weight": weights}):
        result = metrics.roc_auc_score(truth, shares, multi_class="ovr", average=average, **weighted)
        case("rocAucScore", truth, shares, result, multi_class="ovr", average=average, **weighted)
        result = metrics.average_precision_score(truth, shares, average=average, **weighted)
        case("averagePrecisionScore", truth, shares, result, average=average, **weighted)
        indicator = (shares > 0.3).astype(int)
        indicator[:, 1] = 1 - indicator[:, 0]
        result = metrics.roc_auc_score(indicator, logits.round(1), average=average, **weighted)
        case("rocAucScore", indicator, logits.round(1), result, average=average, **weighted)
        result = metrics.average_precision_score(indicator, logits.round(1), average=average, **weighted)
        case("averagePrecisionScore", indicator, logits.round(1), result, average=average, **weighted)
for average in ("macro", "weighted"):
    result = metrics.roc_auc_score(truth, shares, multi_class="ovo", average=average)
    case("rocAucScore", truth, shares, result, multi_class="ovo", average=average)
three = truth != 2
result = metrics.roc_auc_score(truth[three], shares[three], multi_class="ovo", labels=[0, 1, 2, 3])
case("rocAucScore", truth[three], shares[three], result, multi_class="ovo", labels=[0, 1, 2, 3])
result = metrics.roc_auc_score(names[truth], shares, multi_class="ovr", labels=names)
case("rocAucScore", names[truth], shares, result, multi_class="ovr", labels=names)

targets_1 = random.normal(size=12).round(3)
guesses_1 = (targets_1 + random.normal(size=12) * 0.5).round(3)
targets_3 = random.normal(size=(12, 3)).round(3)
guesses_3 = (targets_3 + random.normal(size=(12, 3)) * 0.5).round(3)
targets_3[:, 2] = 1.5
row_weights = random.uniform(0, 2, 12).round(3)
ERRORS = [
    ("meanSquaredError", metrics.mean_squared_error),
    ("rootMeanSquaredError", metrics.root_mean_squared_error),
    ("meanAbsoluteError", metrics.mean_absolute_error),
    ("r2Score", metrics.r2_score),
]
for function, compute in ERRORS:
    for weighted in ({}, {"sample_weight": row_weights}):
        case(function, targets_1, guesses_1, compute(targets_1, guesses_1, **weighted), **weighted)
        outputs = ["uniform_average", "raw_values", [0.2, 0.3, 1]] + (["variance_weighted"] if function == "r2Score" else [])
        for multioutput in outputs:
            result = compute(targets_3, guesses_3, multioutput=multioutput, **weighted)
            case(function, targets_3, guesses_3, result, multioutput=multioutput, **weighted)
for finite in (True, False):
    for y, p in (([2, 2], [2, 2]), ([2, 2], [2, 3])):
        case("r2Score", y, p, metrics.r2_score(y, p, force_finite=finite), force_finite=finite)
case("r2Score", [1], [1], metrics.r2_score([1], [1]))

path = Path("packages/layers/src/goldens/evaluation.json")
path.write_text(json.dumps({"arrays": arrays, "cases": cases}) + "\n")
print(len(cases), "cases,", path.stat().st_size, "bytes")
