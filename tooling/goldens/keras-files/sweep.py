"""Saves several hundred models with Keras, with inputs and outputs, for a test that loads them all.

    python sweep.py keras-3 FOLDER [PATTERN]     # Keras 3, in the backend KERAS_BACKEND
    python sweep.py keras-2 FOLDER [PATTERN]     # Keras 2 (tf_keras)

Writes each model to FOLDER, and FOLDER/models.jsonl with one line for each file: its name, and the inputs and outputs
of the model as flat lists. Models that Keras itself cannot make or save are listed with an `error`.
"""

import importlib
import json
import pathlib
import re
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent))
BATCH = 3


def array(values):
    values = np.asarray(values)
    kind = values.dtype.kind
    data = [float(f"{x:.9g}") for x in values.reshape(-1).astype("float64")] if kind == "f" or "bfloat" in str(values.dtype) else [int(x) for x in values.reshape(-1)]
    return {"dtype": str(values.dtype), "shape": list(values.shape), "data": data}


def example(symbol, shape, random):
    sizes = [BATCH, *[n or 5 for n in tuple(symbol.shape)[1:]]]
    dtype = getattr(symbol.dtype, "name", str(symbol.dtype))
    if dtype == "bool":
        return random.rand(*sizes) > 0.4
    if "int" in dtype:
        below = shape[2] if shape is not None and len(shape) == 3 and isinstance(shape[1], str) else 10
        return random.randint(0, below, sizes).astype(dtype)
    return random.uniform(-2, 2, sizes).round(3).astype("float32")


def randomized(model, random):
    """Replaces zeros and ones of biases and moving statistics, so that a missing or exchanged weight changes outputs."""
    for weight in model.weights:
        value = np.asarray(weight.numpy() if hasattr(weight, "numpy") else weight)
        if "float" in str(value.dtype) and value.size > 0 and "seed" not in weight.name and np.unique(value).size == 1:
            low = 0.5 if "variance" in weight.name else -0.5
            weight.assign(random.uniform(low, 1.5, value.shape).astype("float32"))


def flat(keras, outputs):
    return [np.asarray(x) for x in keras.tree.flatten(outputs)] if hasattr(keras, "tree") else flattened(outputs)


def flattened(outputs):
    if isinstance(outputs, dict):
        return [x for key in sorted(outputs) for x in flattened(outputs[key])]
    if isinstance(outputs, (list, tuple)):
        return [x for item in outputs for x in flattened(item)]
    return [np.asarray(outputs)]


def main(family, folder, pattern=""):
    module = importlib.import_module("sweep_keras_3" if family == "keras-3" else "sweep_keras_2")
    keras = module.keras
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "models.jsonl", "w") as lines:
        for i, (name, formats, make, shapes) in enumerate(module.models()):
            if not re.search(pattern, name):
                continue
            keras.backend.clear_session()
            keras.utils.set_random_seed(i)
            random = np.random.RandomState(i)
            try:
                model = make()
                if not name.startswith(("trained", "adapted")):
                    randomized(model, random)
                inputs = [example(x, shapes[k] if shapes else None, random) for k, x in enumerate(model.inputs)]
                given = inputs[0] if len(inputs) == 1 else inputs
                names = getattr(model, "input_names", None)
                if name.endswith(("dictionary", "losses", "losses_list", "dictionary_of_operators")):
                    given = {symbol.name.split(":")[0]: x for symbol, x in zip(model.inputs, inputs)}
                result = model(given, training=False)
                outputs = [array(x) for x in flat(keras, to_numpy(keras, result))]
            except Exception as error:
                lines.write(json.dumps({"name": name, "error": str(error)[:500]}) + "\n")
                print("not made:", name, str(error)[:200], file=sys.stderr)
                continue
            for form in formats:
                path = folder / f"{name}.{form}"
                entry = {"name": f"{name}.{form}", "file": path.name, "inputs": [array(x) for x in inputs], "outputs": outputs}
                try:
                    model.save(path.with_suffix(".tf"), save_format="tf") if form == "tf" else model.save(path)
                    lines.write(json.dumps(entry) + "\n")
                except Exception as error:
                    lines.write(json.dumps({"name": entry["name"], "error": str(error)[:500]}) + "\n")
                    print("not saved:", entry["name"], str(error)[:200], file=sys.stderr)


def to_numpy(keras, result):
    if isinstance(result, dict):
        return {k: to_numpy(keras, v) for k, v in result.items()}
    if isinstance(result, (list, tuple)):
        return [to_numpy(keras, x) for x in result]
    if hasattr(keras, "ops"):
        return keras.ops.convert_to_numpy(result)
    return result.numpy()


if __name__ == "__main__":
    main(*sys.argv[1:])
