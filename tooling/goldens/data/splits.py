"""Writes what scikit-learn's splitters, scalers and encoders compute, as JSON.

Run from the root of the repository: python tooling/goldens/data/splits.py
"""

import json
import pathlib
import warnings

import numpy as np
from sklearn import model_selection, preprocessing

warnings.filterwarnings("ignore")
TARGET = pathlib.Path("packages/data/src/goldens/splits.json")
rng = np.random.default_rng(3)

sizes = []
for total in (4, 5, 10, 11, 97):
    for options in ({}, {"test_size": 0.3}, {"train_size": 0.5}, {"test_size": 2}, {"train_size": 3, "test_size": 1}):
        train, test = model_selection.train_test_split(np.arange(total), **options)
        sizes.append({"total": total, "options": options, "train": len(train), "test": len(test)})

ordered = []
for total, size in ((10, 0.25), (7, 3)):
    train, test = model_selection.train_test_split(np.arange(total), test_size=size, shuffle=False)
    ordered.append({"total": total, "size": size, "train": train.tolist(), "test": test.tolist()})

labels = [
    [0] * 10 + [1] * 5 + [2] * 3,
    [0, 1, 2] * 7,
    [int(x) for x in rng.choice(4, 60, p=[0.5, 0.3, 0.15, 0.05])],
]
strata = []
for y in labels:
    for size in (0.25, 0.5, 7):
        train, test = model_selection.train_test_split(np.array(y), test_size=size, stratify=y, random_state=0)
        strata.append(
            {
                "labels": y,
                "size": size,
                "train": np.bincount(train, minlength=4).tolist(),
                "test": np.bincount(test, minlength=4).tolist(),
            }
        )

folds = []
for total, count in ((10, 5), (11, 3), (7, 7), (23, 4)):
    made = model_selection.KFold(count).split(np.zeros(total))
    folds.append({"total": total, "splits": count, "tests": [test.tolist() for _, test in made]})

stratified = []
for y in labels:
    for count in (2, 3):
        made = model_selection.StratifiedKFold(count).split(np.zeros(len(y)), y)
        stratified.append({"labels": y, "splits": count, "tests": [test.tolist() for _, test in made]})

grouped = []
for groups in (["a", "a", "b", "b", "b", "c", "d", "d", "e"], [int(x) for x in rng.integers(0, 9, 40)]):
    for count in (2, 3):
        made = model_selection.GroupKFold(count).split(np.zeros(len(groups)), groups=groups)
        grouped.append({"groups": groups, "splits": count, "tests": [test.tolist() for _, test in made]})

x = rng.normal(5, 3, (12, 4))
x[:, 2] = 7.25
x = x.astype("f4").astype("f8")
holes = x.copy()
holes[2, 0] = holes[5, 1] = np.nan
scalers = []
for kind, options in (
    ("StandardScaler", {}),
    ("StandardScaler", {"with_mean": False}),
    ("StandardScaler", {"with_std": False}),
    ("MinMaxScaler", {}),
    ("MinMaxScaler", {"feature_range": (-1, 2)}),
    ("MinMaxScaler", {"clip": True}),
    ("RobustScaler", {}),
    ("RobustScaler", {"quantile_range": (10, 80)}),
    ("RobustScaler", {"with_centering": False}),
    ("RobustScaler", {"with_scaling": False}),
):
    for data in (x, holes):
        scaler = getattr(preprocessing, kind)(**options).fit(data)
        scaled = scaler.transform(2 * x[:5])
        numbers = lambda a: [None if np.isnan(v) else float(v) for v in np.asarray(a, float).ravel()]
        scalers.append(
            {
                "kind": kind,
                "options": options,
                "data": numbers(data),
                "scaled": numbers(scaled),
                "inverse": numbers(scaler.inverse_transform(scaled)),
            }
        )

TARGET.write_text(
    json.dumps(
        {
            "sizes": sizes,
            "ordered": ordered,
            "strata": strata,
            "folds": folds,
            "stratified": stratified,
            "grouped": grouped,
            "rows": [float(v) for v in x.ravel()],
            "scalers": scalers,
        }
    )
    + "\n"
)
