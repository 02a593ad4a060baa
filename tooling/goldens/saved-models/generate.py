"""Computes expected outputs of SavedModels with TensorFlow: python tooling/goldens/saved-models/generate.py

Writes to packages/serialization/src/saved-model/goldens:
- third-party.json: inputs and outputs of all signatures of the models in ../shared/data/formats/savedmodel.
- exported.json: small models that Keras 3 exports and TensorFlow functions, with the files of each model, compressed and in base64, and inputs and
  outputs.
- keras-2.json: small models that Keras 2 saves, with their files.
Requires tensorflow 2.21, tf_keras 2.21 and keras 3.15.
"""

import base64
import json
import os
import sys
import tempfile
import zlib
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import tensorflow as tf
import tf_keras

repo = Path(__file__).parents[3]
goldens = repo / "packages/serialization/src/saved-model/goldens"
shared = Path(os.environ.get("MANABI_SHARED", repo.parent / "shared")) / "data/formats/savedmodel"
rng = np.random.default_rng(1)
tf.random.set_seed(1)
keras.utils.set_random_seed(1)


def array(value):
    value = np.asarray(value)
    return {"dtype": value.dtype.name, "shape": list(value.shape), "data": value.astype(np.float64).flatten().tolist()}


def random_input(spec):
    shape = [2 if n is None else n for n in (spec.shape.as_list() if spec.shape.rank is not None else [])]
    if spec.dtype.is_integer:
        return tf.constant(rng.integers(0, 5, shape), spec.dtype)
    return tf.constant(rng.normal(size=shape), spec.dtype)


def run_1(folder):
    """Calls each signature of a model of TensorFlow 1, in order, and returns the inputs and outputs."""
    v1 = tf.compat.v1
    calls = []
    with tf.Graph().as_default(), v1.Session() as session:
        meta = v1.saved_model.loader.load(session, ["serve"], folder)
        for name, signature in meta.signature_def.items():
            inputs = {key: np.float32(rng.normal(size=[d.size for d in info.tensor_shape.dim])) for key, info in signature.inputs.items()}
            outputs = session.run({key: info.name for key, info in signature.outputs.items()}, {signature.inputs[key].name: x for key, x in inputs.items()})
            calls.append({
                "signature": name,
                "inputs": {key: array(x) for key, x in inputs.items()},
                "outputs": {key: array(y) for key, y in outputs.items()},
            })
    return calls


def run(folder):
    """Calls each signature, in order, and returns the inputs and outputs."""
    if "dl4j" in folder:
        return run_1(folder)  # TensorFlow 2 does not load variables of this kind.
    loaded = tf.saved_model.load(folder)
    calls = []
    for name, function in loaded.signatures.items():
        if name.startswith("__"):
            continue
        inputs = {key: random_input(spec) for key, spec in function.structured_input_signature[1].items()}
        calls.append({
            "signature": name,
            "inputs": {key: array(value) for key, value in inputs.items()},
            "outputs": {key: array(value) for key, value in function(**inputs).items()},
        })
    return calls


def files(folder):
    return {
        str(path.relative_to(folder)): base64.b64encode(zlib.compress(path.read_bytes(), 9)).decode()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file() and path.name != "fingerprint.pb"
    }


def exported():
    L = keras.layers
    tokens = L.Input((5,), dtype="int32")
    x = L.Embedding(7, 4)(tokens)
    x = L.LSTM(3, return_sequences=True)(x)
    x = L.Bidirectional(L.GRU(2))(x)
    rnn = keras.Model(tokens, x)
    i = L.Input((5, 4))
    a = L.MultiHeadAttention(2, 3)(i, i)
    a = L.LayerNormalization()(L.Add()([i, a]))
    attention = keras.Model(i, [L.GlobalAveragePooling1D()(a), L.GlobalMaxPooling1D()(a)])
    cnn = keras.Sequential([
        L.Input((8, 8, 3)), L.Rescaling(1 / 255.0), L.Conv2D(4, 3, padding="same", strides=2, activation="gelu"), L.BatchNormalization(),
        L.UpSampling2D(), L.ZeroPadding2D(1), L.MaxPooling2D(), L.SeparableConv2D(4, 3, padding="same"), L.AveragePooling2D(2, padding="same"),
        L.LeakyReLU(), L.Conv2DTranspose(2, 3, strides=2, padding="same"), L.Conv2D(4, 2, dilation_rate=2, groups=2), L.Flatten(),
        L.Dense(3, activation="silu"), L.GroupNormalization(1), L.Softmax(),
    ])
    mlp = keras.Sequential([L.Input((4,)), L.Dense(3, activation="relu"), L.BatchNormalization(), L.Dropout(0.5), L.Dense(2, activation="softmax")])
    for name, model in [("mlp", mlp), ("cnn", cnn), ("rnn", rnn), ("attention", attention)]:
        yield name, lambda folder, model=model: model.export(folder, verbose=False)

    class Counter(tf.Module):
        def __init__(self):
            self.count = tf.Variable(1.0)

        @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
        def add(self, by):
            self.count.assign_add(by)
            return {"count": self.count.read_value()}

    counter = Counter()
    yield "counter", lambda folder: tf.saved_model.save(counter, folder, signatures={"add": counter.add, "again": counter.add})

    class Shapes(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None, 4, 3], tf.float32)])
        def f(self, x):
            n = tf.shape(x)[0]
            y = tf.reshape(x, [n, -1])
            z = tf.concat([y[:, ::-2], y[..., tf.newaxis, 1:3][:, 0]], axis=1)
            parts = tf.split(x, [1, -1], axis=1)
            top = tf.math.top_k(y, 3)
            return {
                "sliced": z, "rest": parts[1], "top": top.values, "where": top.indices, "ranged": tf.cast(tf.range(n), tf.float32) + y[:, 0],
                "one_hot": tf.one_hot(tf.argmax(y, 1), 12, on_value=2.0, off_value=-1.0), "sums": tf.cumsum(y, axis=1, exclusive=True),
                "padded": tf.pad(y, [[0, 0], [1, 2]], "REFLECT"), "tiled": tf.tile(y, [1, 2]), "rows": tf.gather(y, [2, 0], axis=1),
                "loop": tf.while_loop(lambda i, v: i < 3, lambda i, v: (i + 1, v * 1.5 + tf.cast(i, tf.float32)), (0, y))[1],
                "branch": tf.cond(tf.shape(x)[1] > 3, lambda: y + 1.0, lambda: y - 1.0), "half": tf.cast(tf.cast(y, tf.bfloat16), tf.float32) * 0.0,
                "einsum": tf.einsum("nij,nkj->nik", x, x), "clipped": tf.clip_by_value(y, -0.5, 0.5), "selected": tf.where(y > 0, y, tf.zeros_like(y)),
            }

    shapes = Shapes()
    yield "shapes", lambda folder: tf.saved_model.save(shapes, folder, signatures={"serving_default": shapes.f})

    def partitioned(folder):
        v1 = tf.compat.v1
        with tf.Graph().as_default(), v1.Session() as session:
            x = v1.placeholder(tf.float32, [None, 7], name="x")
            with v1.variable_scope("scope", use_resource=False):
                w = v1.get_variable("w", [7, 3], initializer=v1.random_normal_initializer(seed=1), partitioner=v1.fixed_size_partitioner(3))
            y = tf.matmul(x, tf.convert_to_tensor(w))
            session.run(v1.global_variables_initializer())
            v1.saved_model.simple_save(session, folder, {"x": x}, {"y": y})

    yield "partitioned", partitioned


def keras_2():
    L = tf_keras.layers
    sequence = tf_keras.Sequential([L.Embedding(7, 4, input_length=5), L.Bidirectional(L.LSTM(3, return_sequences=True)), L.GRU(2), L.Dense(2)])
    i = tf_keras.Input((6, 6, 2))
    x = L.Conv2D(3, 3, activation="relu")(i)
    x = L.BatchNormalization()(x)
    inner = tf_keras.Sequential([L.Flatten(input_shape=(4, 4, 3)), L.Dense(4, trainable=False), L.BatchNormalization()])
    x = inner(x)
    shared = L.Dense(4)
    functional = tf_keras.Model(i, [L.Add()([shared(x), shared(shared(x))]), L.Softmax()(x)])
    functional.compile("adam", "mse")
    for name, model in [("sequence", sequence), ("functional", functional)]:
        for v in model.weights:
            v.assign(tf.random.uniform(v.shape, 0.1, 1.0, seed=len(v.shape)))
        yield name, model


def write(name, content):
    goldens.mkdir(exist_ok=True)
    (goldens / name).write_text(json.dumps(content) + "\n")


if __name__ == "__main__":
    found = {}
    for file in sorted(shared.rglob("saved_model.pb")):
        found[str(file.parent.relative_to(shared))] = run(str(file.parent))
    write("third-party.json", found)
    small = []
    with tempfile.TemporaryDirectory() as folder:
        for name, save in exported():
            path = os.path.join(folder, name)
            save(path)
            small.append({"name": name, "files": files(path), "calls": run(path)})
    write("exported.json", small)
    models = []
    with tempfile.TemporaryDirectory() as folder:
        for name, model in keras_2():
            path = os.path.join(folder, name)
            tf_keras.models.save_model(model, path, save_format="tf")
            shape = [2, *model.input_shape[1:]]
            x = rng.integers(0, 7, shape) if name == "sequence" else rng.normal(size=shape)
            x = x.astype(np.float32)
            outputs = model(x, training=False)
            outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
            models.append({"name": name, "files": files(path), "input": array(x), "outputs": [array(y) for y in outputs]})
    write("keras-2.json", models)
