"""Writes .keras files saved by Keras, with inputs and outputs, next to the tests that load them.

Run from the root of the repository: KERAS_BACKEND=torch python tooling/goldens/keras-files/generate.py [part ...]
"""

import json
import pathlib
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "layers")]

import keras  # noqa: E402

from arrays import array  # noqa: E402
from kept import kept  # noqa: E402
from layer_models import layer_models  # noqa: E402
from structures import structures  # noqa: E402
from trained import trained  # noqa: E402

TARGET = pathlib.Path("packages/serialization/src/keras/goldens")


def save(model, path, name):
    """Saves a model like Keras, but compressed, since the files are part of the repository."""
    with tempfile.TemporaryDirectory() as folder:
        plain = pathlib.Path(folder) / name
        model.save(plain)
        with zipfile.ZipFile(plain) as read, zipfile.ZipFile(path / name, "w", zipfile.ZIP_DEFLATED) as write:
            for entry in read.namelist():
                write.writestr(zipfile.ZipInfo(entry, (1980, 1, 1, 0, 0, 0)), read.read(entry), zipfile.ZIP_DEFLATED, 9)


def predicted(model, inputs):
    given = inputs[0] if isinstance(model, keras.Sequential) else keras.tree.pack_sequence_as(model._inputs_struct, inputs)
    return keras.tree.flatten(model.predict(given, verbose=0))


def keep():
    """Writes files that tests load and save again without running them."""
    for name, model in kept():
        save(model, TARGET, f"{name}.keras")
        print("kept", name, (TARGET / f"{name}.keras").stat().st_size)


PARTS = {"layers": layer_models, "structures": structures, "trained": trained}

if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    for part in sys.argv[1:] or [*PARTS, "kept"]:
        if part == "kept":
            keep()
            continue
        rows = []
        for name, model, inputs, more in PARTS[part]():
            row = {"file": f"{name}.keras", "inputs": [array(x) for x in inputs]}
            row["outputs"] = [array(y) for y in predicted(model, inputs)]
            save(model, TARGET, row["file"])
            row.update(more(model))
            rows.append(json.dumps(row, separators=(",", ":")))
            print(part, name, (TARGET / row["file"]).stat().st_size)
        (TARGET / f"{part}.jsonl").write_text("".join(f"{row}\n" for row in rows))
