"""Saves one model with every operator of `sweep.py` as a golden, and its inputs and outputs.

    KERAS_BACKEND=torch python operators.py keras-3
    TF_USE_LEGACY_KERAS=1 python operators.py keras-2
    TF_USE_LEGACY_KERAS=1 python operators.py tensorflow-2.3   # with layers of single nodes, as an .h5 file
"""

import importlib
import io
import json
import pathlib
import sys
import tempfile
import zipfile

import numpy as np

from sweep import array, example, flattened, to_numpy

GOLDENS = pathlib.Path(__file__).parents[3] / "packages/serialization/src/keras/goldens"
# Operators whose outputs have no batch axis, which a model of Keras 2 cannot return, or whose arguments it does not save.
WITHOUT = {"op_slice_ellipsis", "op_resnet_preprocess", "op_strided_slice", "op_shape_broadcast", "op_mask_computed", "op_masked_lstm"}


def main(family):
    module = importlib.import_module("sweep_keras_3" if family == "keras-3" else "sweep_keras_2")
    keras = module.keras
    keras.utils.set_random_seed(1)
    random = np.random.RandomState(1)
    symbols, arrays, outputs, cases = {}, {}, [], []
    for name, shapes, build in module.NODES if family == "tensorflow-2.3" else module.OPS:
        if name in WITHOUT:
            continue
        keys = [f"{i} {shape}" for i, shape in enumerate(shapes)]
        for key, shape in zip(keys, shapes):
            if key not in symbols:
                symbols[key] = module.symbol(shape)
                arrays[key] = example(symbols[key], shape, random)
        results = build(keras, *[symbols[key] for key in keys])
        results = list(results) if isinstance(results, (list, tuple)) else [results]
        cases += [name.split("_", 1)[1]] * len(results)
        outputs += results
    model = keras.Model(list(symbols.values()), outputs, name="operators")
    results = flattened(to_numpy(keras, model(list(arrays.values()), training=False)))
    with tempfile.TemporaryDirectory() as folder:
        if family == "tensorflow-2.3":
            model.save(GOLDENS / f"operators-{family}.h5")
        else:
            path = pathlib.Path(folder) / "model.keras"
            model.save(path)
            packed(path, GOLDENS / f"operators-{family}.keras")
    lines = {
        "inputs": [array(x) for x in arrays.values()],
        "outputs": [{"name": name, **array(x)} for name, x in zip(cases, results)],
    }
    (GOLDENS / f"operators-{family}.jsonl").write_text(json.dumps(lines) + "\n")


def packed(source, target):
    """Copies an archive with compression."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))


if __name__ == "__main__":
    main(*sys.argv[1:])
