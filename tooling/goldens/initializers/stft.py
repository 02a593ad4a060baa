"""Writes the kernels of Keras's STFT initializer, for all SciPy windows without parameters.

Run from the root of the repository, where scipy is installed:
KERAS_BACKEND=torch python tooling/goldens/initializers/stft.py
"""

import json
import pathlib

import keras

WINDOWS = (
    "barthann bartlett blackman blackmanharris bohman boxcar cosine flattop hamming hann lanczos nuttall parzen triang"
).split()

CASES = [
    *[({"window": window}, [5, 1, 3]) for window in WINDOWS],
    *[({"window": window, "periodic": True, "side": "imag"}, [6, 1, 3]) for window in WINDOWS],
    ({}, [1, 1, 2]),
    ({"side": "imag", "scaling": "spectrum"}, [4, 1, 4]),
    ({"scaling": None}, [4, 1, 3]),
    ({"window": [1.0, -2.0, 3.0], "scaling": "spectrum"}, [3, 1, 4]),
    ({"window": None}, [4, 1, 3]),
]


def kernel_of(options, shape):
    values = keras.ops.convert_to_numpy(keras.initializers.STFT(**options)(tuple(shape), dtype="float32"))
    return {"options": options, "shape": shape, "kernel": [float(f"{v:.8g}") for v in values.ravel().tolist()]}


target = pathlib.Path("packages/layers/src/goldens/stft.json")
target.write_text(json.dumps([kernel_of(*case) for case in CASES]) + "\n")
