"""Models of Keras 2 (tf_keras) that `sweep.py` saves: layers, TensorFlow operators, structures and trained models."""

import itertools

import numpy as np
import tensorflow as tf
import tf_keras as keras

from sweep_layers import COMMON, IMAGE, SEQUENCE, VOLUME, ids

L = keras.layers


def hidden(x):
    return L.Dense(4)(x)


LAYERS = [
    ("conv2d_transpose_groups_key", [IMAGE], lambda k, x: L.Conv2DTranspose(4, 3, groups=1)(x)),
    ("depthwise_groups_key", [(8, 8, 4)], lambda k, x: L.DepthwiseConv2D(3, groups=1)(x)),
    ("sync_batch_normalization", [IMAGE], lambda k, x: L.experimental.SyncBatchNormalization()(x)),
    ("batch_normalization_synchronized", [IMAGE], lambda k, x: L.BatchNormalization(synchronized=True)(x)),
    ("locally_connected1d", [SEQUENCE], lambda k, x: L.LocallyConnected1D(3, 2, activation="relu")(x)),
    ("locally_connected1d_strided", [SEQUENCE], lambda k, x: L.LocallyConnected1D(3, 3, strides=2, use_bias=False)(x)),
    ("locally_connected1d_2", [SEQUENCE], lambda k, x: L.LocallyConnected1D(3, 2, implementation=2, padding="same")(x)),
    ("locally_connected1d_3", [SEQUENCE], lambda k, x: L.LocallyConnected1D(3, 2, implementation=3, padding="same")(x)),
    ("locally_connected2d", [IMAGE], lambda k, x: L.LocallyConnected2D(3, (3, 2), strides=(2, 1))(x)),
    ("locally_connected2d_2", [IMAGE], lambda k, x: L.LocallyConnected2D(3, 3, implementation=2)(x)),
    ("locally_connected2d_3", [IMAGE], lambda k, x: L.LocallyConnected2D(3, 3, implementation=3, padding="same")(x)),
    ("thresholded_relu", [(4,)], lambda k, x: L.ThresholdedReLU(0.5)(x)),
    ("random_height_width", [IMAGE], lambda k, x: L.RandomWidth(0.2)(L.RandomHeight(0.2)(x))),
    ("spectral_normalization", [(4,)], lambda k, x: L.SpectralNormalization(L.Dense(3))(x)),
    ("hashed_crossing", [ids(1), ids(1)], lambda k, x, y: L.Embedding(8, 2)(L.HashedCrossing(8)([x, y]))),
]


def op(name, f, shapes=((4,),)):
    return (f"op_{name}", list(shapes), lambda k, *x: f(*x))


TWO = ((4,), (4,))
OPS = [
    op("add_constant", lambda x: hidden(x) + 1.5),
    op("add_constant_left", lambda x: 1.5 + hidden(x)),
    op("sub_constant_left", lambda x: 1.0 - hidden(x)),
    op("mul_constant", lambda x: 2 * hidden(x)),
    op("div_constant", lambda x: hidden(x) / 255.0),
    op("div_constant_left", lambda x: 1.0 / (hidden(x) + 10.0)),
    op("power", lambda x: hidden(x) ** 2),
    op("negative", lambda x: -hidden(x)),
    op("floordiv", lambda x: hidden(x) // 0.5),
    op("mod", lambda x: hidden(x) % 0.5),
    op("add_tensors", lambda x, y: x + y, TWO),
    op("sub_tensors", lambda x, y: x - y, TWO),
    op("mul_tensors", lambda x, y: x * y, TWO),
    op("div_tensors", lambda x, y: x / (y + 5.0), TWO),
    op("array_left", lambda x: np.array([1.0, 2.0, 3.0, 4.0], "float32") * x),
    op("array_right", lambda x: x + np.array([1.0, 2.0, 3.0, 4.0], "float32")),
    op("tensor_constant", lambda x: x * tf.constant([1.0, 2.0, 3.0, 4.0])),
    op("tf_add", lambda x, y: tf.add(x, y), TWO),
    op("tf_subtract", lambda x, y: tf.subtract(x, y), TWO),
    op("tf_multiply", lambda x, y: tf.multiply(x, y), TWO),
    op("tf_divide", lambda x: tf.divide(x, 3.0)),
    op("tf_add_n", lambda x, y: tf.add_n([x, y, x]), TWO),
    op("tf_maximum", lambda x, y: tf.maximum(x, y), TWO),
    op("tf_minimum_constant", lambda x: tf.minimum(x, 0.5)),
    op("tf_pow", lambda x: tf.pow(tf.abs(x), 1.5)),
    op("tf_squared_difference", lambda x, y: tf.math.squared_difference(x, y), TWO),
    op("comparisons", lambda x, y: tf.cast(x > y, tf.float32) + tf.cast(x <= 0.1, tf.float32), TWO),
    op("where", lambda x, y: tf.where(x > y, x, y), TWO),
    op("where_zeros", lambda x: tf.where(x > 0, x, tf.zeros_like(x))),
    op("logical", lambda x, y: tf.cast(tf.logical_and(x > 0, y > 0) | tf.logical_not(x > 1), "float32"), TWO),
    op("slice_column", lambda x: x[:, 1:3]),
    op("slice_step", lambda x: x[:, ::2]),
    op("slice_last", lambda x: x[:, -1, :], (SEQUENCE,)),
    op("slice_ellipsis", lambda x: x[..., 0], (SEQUENCE,)),
    op("slice_newaxis", lambda x: x[:, tf.newaxis, :]),
    op("slice_negative", lambda x: x[:, ::-1]),
    op("tf_slice", lambda x: tf.slice(x, [0, 1, 0], [-1, 2, -1]), (SEQUENCE,)),
    op("strided_slice", lambda x: tf.strided_slice(x, [0, 1], [2, 3]), ((4,),)),
    op("gather", lambda x: tf.gather(x, [0, 2], axis=1)),
    op("reshape", lambda x: tf.reshape(x, [-1, 24]), (SEQUENCE,)),
    op("reshape_shape", lambda x: tf.reshape(x, [tf.shape(x)[0], 24]), (SEQUENCE,)),
    op("transpose", lambda x: tf.transpose(x, [0, 2, 1]), (SEQUENCE,)),
    op("transpose_perm", lambda x: tf.transpose(x, perm=(0, 2, 1)), (SEQUENCE,)),
    op("expand_dims", lambda x: tf.expand_dims(x, -1)),
    op("squeeze", lambda x: tf.squeeze(tf.expand_dims(x, 1), axis=1)),
    op("squeeze_axes", lambda x: tf.squeeze(x, [1]), ((1, 4),)),
    op("tile", lambda x: tf.tile(x, [1, 2])),
    op("repeat", lambda x: tf.repeat(x, 2, axis=1)),
    op("pad", lambda x: tf.pad(x, [[0, 0], [1, 2]])),
    op("pad_reflect", lambda x: tf.pad(x, [[0, 0], [1, 2]], mode="REFLECT")),
    op("concat", lambda x, y: tf.concat([x, y], -1), TWO),
    op("concat_axis", lambda x, y: tf.concat([x, y], axis=1), TWO),
    op("stack", lambda x, y: tf.stack([x, y], axis=1), TWO),
    op("unstack", lambda x: tf.unstack(x, axis=1)[1], (SEQUENCE,)),
    op("split", lambda x: tf.split(x, 2, axis=-1)[1]),
    op("split_sizes", lambda x: tf.split(x, [1, 3], axis=1)),
    op("reverse", lambda x: tf.reverse(x, axis=[1])),
    op("roll", lambda x: tf.roll(x, 1, 1)),
    op("reduce_mean", lambda x: tf.reduce_mean(x, axis=1), (SEQUENCE,)),
    op("reduce_mean_axes", lambda x: tf.reduce_mean(x, axis=[1, 2], keepdims=True), (IMAGE,)),
    op("reduce_sum", lambda x: tf.reduce_sum(x, 1), (SEQUENCE,)),
    op("reduce_max", lambda x: tf.reduce_max(x, axis=-1, keepdims=True), (SEQUENCE,)),
    op("reduce_min", lambda x: tf.reduce_min(x, axis=-1), (SEQUENCE,)),
    op("reduce_prod", lambda x: tf.reduce_prod(x, axis=-1), (SEQUENCE,)),
    op("reduce_std", lambda x: tf.math.reduce_std(x, axis=-1), (SEQUENCE,)),
    op("reduce_variance", lambda x: tf.math.reduce_variance(x, axis=-1), (SEQUENCE,)),
    op("reduce_logsumexp", lambda x: tf.reduce_logsumexp(x, axis=-1), (SEQUENCE,)),
    op("reduce_all", lambda x: tf.cast(tf.reduce_all(x > -1, axis=1), "float32")),
    op("reduce_any", lambda x: tf.cast(tf.reduce_any(x > 1, axis=1), "float32")),
    op("argmax", lambda x: tf.argmax(x, axis=1)),
    op("argmin", lambda x: tf.argmin(x, axis=1, output_type=tf.int32)),
    op("cumsum", lambda x: tf.cumsum(x, axis=1)),
    op("top_k", lambda x: tf.math.top_k(x, k=2).values),
    op("sort", lambda x: tf.sort(x, axis=-1)),
    op("matmul", lambda x, y: tf.matmul(x, y, transpose_b=True), (SEQUENCE, SEQUENCE)),
    op("matmul_operator", lambda x, y: x @ tf.transpose(y, [0, 2, 1]), (SEQUENCE, SEQUENCE)),
    op("tensordot", lambda x: tf.tensordot(x, tf.constant([[1.0], [2.0], [3.0], [4.0]]), axes=1), (SEQUENCE,)),
    op("softmax", lambda x: tf.nn.softmax(x)),
    op("softmax_axis", lambda x: tf.nn.softmax(x, axis=1), (SEQUENCE,)),
    op("log_softmax", lambda x: tf.nn.log_softmax(x)),
    op("relu", lambda x: tf.nn.relu(x)),
    op("relu6", lambda x: tf.nn.relu6(x * 4.0)),
    op("hard_swish", lambda x: x * tf.nn.relu6(x + 3.0) * (1.0 / 6.0)),
    op("leaky_relu", lambda x: tf.nn.leaky_relu(x, alpha=0.1)),
    op("elu", lambda x: tf.nn.elu(x)),
    op("selu", lambda x: tf.nn.selu(x)),
    op("gelu", lambda x: tf.nn.gelu(x)),
    op("gelu_approximate", lambda x: tf.nn.gelu(x, approximate=True)),
    op("swish", lambda x: tf.nn.swish(x)),
    op("silu", lambda x: tf.nn.silu(x)),
    op("sigmoid", lambda x: tf.sigmoid(x)),
    op("tanh", lambda x: tf.tanh(x)),
    op("softplus", lambda x: tf.nn.softplus(x)),
    op("softsign", lambda x: tf.nn.softsign(x)),
    op("keras_activations", lambda x: keras.activations.relu(keras.activations.sigmoid(x))),
    op("keras_softmax", lambda x: keras.activations.softmax(x)),
    op("exp_log", lambda x: tf.math.log(tf.exp(x) + 1.0)),
    op("sqrt", lambda x: tf.sqrt(tf.abs(x)) + tf.math.rsqrt(tf.square(x) + 1.0)),
    op("trigonometry", lambda x: tf.sin(x) + tf.cos(x) * tf.atan(x)),
    op("rounding", lambda x: tf.floor(x) + tf.math.ceil(x) + tf.round(x) + tf.sign(x)),
    op("erf", lambda x: tf.math.erf(x)),
    op("clip", lambda x: tf.clip_by_value(x, -0.5, 0.5)),
    op("cast", lambda x: tf.cast(x * 10, tf.int32) + 1),
    op("cast_string", lambda x: tf.cast(x, "float32") * 2.0, (((4,), "int32", 10),)),
    op("one_hot", lambda x: tf.one_hot(x, 10), (ids(3),)),
    op("l2_normalize", lambda x: tf.math.l2_normalize(x, axis=1)),
    op("linalg_norm", lambda x: tf.norm(x, axis=1)),
    op("stop_gradient", lambda x: tf.stop_gradient(hidden(x))),
    op("identity", lambda x: tf.identity(x)),
    op("ones_zeros_like", lambda x: tf.ones_like(x) + tf.zeros_like(x)),
    op("image_resize", lambda x: tf.image.resize(x, (5, 6)), (IMAGE,)),
    op("image_resize_nearest", lambda x: tf.image.resize(x, [16, 16], method="nearest"), (IMAGE,)),
    op("max_pool", lambda x: tf.nn.max_pool2d(x, 2, 2, "VALID"), (IMAGE,)),
    op("avg_pool", lambda x: tf.nn.avg_pool2d(x, 2, 2, "SAME"), (IMAGE,)),
    op("depth_to_space", lambda x: tf.nn.depth_to_space(x, 2), ((4, 4, 8),)),
    op("space_to_depth", lambda x: tf.nn.space_to_depth(x, 2), ((4, 4, 2),)),
    op("bias_add", lambda x: tf.nn.bias_add(x, [1.0, 2.0, 3.0, 4.0])),
    op("broadcast_to", lambda x: x + tf.broadcast_to(tf.expand_dims(x[:, 0], 1), tf.shape(x))),
    op("shape_broadcast", lambda x: x + tf.zeros([tf.shape(x)[0], 1])),
    op("mobilenet_preprocess", lambda x: keras.applications.mobilenet_v2.preprocess_input(x), (IMAGE,)),
    op("resnet_preprocess", lambda x: keras.applications.resnet50.preprocess_input(x), (IMAGE,)),
    op("backend_functions", lambda x: keras.backend.mean(x, axis=1, keepdims=True) + keras.backend.sqrt(keras.backend.abs(x))),
    op("backend_reparameterize", lambda x, y: x + keras.backend.exp(0.5 * y) * 0.1, TWO),
    op("backend_sum", lambda x: keras.backend.sum(keras.backend.square(x), axis=-1)),
    op("backend_concatenate", lambda x, y: keras.backend.concatenate([x, y], axis=-1), TWO),
    op("backend_expand", lambda x: keras.backend.expand_dims(x, 1)),
    op("backend_l2_normalize", lambda x: keras.backend.l2_normalize(x, axis=1)),
    op("backend_batch_dot", lambda x, y: keras.backend.batch_dot(x, y, axes=[2, 2]), (SEQUENCE, SEQUENCE)),
    op("backend_permute", lambda x: keras.backend.permute_dimensions(x, (0, 2, 1)), (SEQUENCE,)),
    op("squeeze_excite", lambda x: x * L.Dense(3, activation="sigmoid")(tf.reduce_mean(x, [1, 2], keepdims=True)), (IMAGE,)),
    op("attention_by_hand", lambda x: tf.matmul(tf.nn.softmax(tf.matmul(x, x, transpose_b=True) / tf.sqrt(4.0)), x), (SEQUENCE,)),
    op("called_twice", lambda x, y: tf.abs(x) + tf.abs(y), TWO),
    op("euclidean", lambda x, y: tf.sqrt(tf.maximum(tf.reduce_sum(tf.square(x - y), axis=1, keepdims=True), 1e-7)), TWO),
]


NUMBERS = itertools.count()


def nodes(f, *symbols):
    """Applies a function as one layer for each node of its graph, as Keras did before TensorFlow 2.4."""
    from tf_keras.src.engine.base_layer import TensorFlowOpLayer

    with tf.Graph().as_default():
        placeholders = [tf.compat.v1.placeholder(x.dtype, x.shape) for x in symbols]
        result = f(*placeholders)
    known = {placeholder.name: x for placeholder, x in zip(placeholders, symbols)}

    def tensor_of(t):
        if t.name not in known:
            constants = {i: tf.get_static_value(x) for i, x in enumerate(t.op.inputs) if x.op.type == "Const"}
            inputs = [tensor_of(x) for x in t.op.inputs if x.op.type != "Const"]
            name = f"{t.op.name.replace('/', '_')}_{next(NUMBERS)}"
            layer = TensorFlowOpLayer(t.op.node_def.SerializeToString(), name, constants)
            outputs = layer(inputs if len(inputs) > 1 else inputs[0])
            for output, symbol in zip(t.op.outputs, outputs if isinstance(outputs, (list, tuple)) else [outputs]):
                known[output.name] = symbol
        return known[t.name]

    return tensor_of(result)


def node(name, f, shapes=((4,),)):
    return (f"node_{name}", list(shapes), lambda k, *x: nodes(f, *x))


NODES = [
    node("arithmetic", lambda x, y: (x + 1.5) * y - x / 2.0 + 3.0 * y, TWO),
    node("constant_left", lambda x: 1.0 - x + 2.0 / (x + 5.0)),
    node("power", lambda x: tf.abs(x) ** 1.5 + tf.square(x) - tf.sqrt(tf.abs(x))),
    node("mean", lambda x: tf.reduce_mean(x, axis=[1, 2], keepdims=True), (IMAGE,)),
    node("sum", lambda x: tf.reduce_sum(x, axis=-1), (SEQUENCE,)),
    node("maximum", lambda x: tf.maximum(tf.reduce_max(x, axis=1), 0.5), (SEQUENCE,)),
    node("reshape", lambda x: tf.reshape(x, [-1, 24]), (SEQUENCE,)),
    node("reshape_shape", lambda x: tf.reshape(x, [-1, 4, 6]), (SEQUENCE,)),
    node("transpose", lambda x: tf.transpose(x, [0, 2, 1]), (SEQUENCE,)),
    node("expand_squeeze", lambda x: tf.squeeze(tf.expand_dims(x, 1), axis=1) * 2.0),
    node("slice", lambda x: x[:, 1:3]),
    node("slice_position", lambda x: x[:, -1, :], (SEQUENCE,)),
    node("slice_newaxis", lambda x: x[:, tf.newaxis, ::2]),
    node("concat", lambda x, y: tf.concat([x, y], -1), TWO),
    node("stack", lambda x, y: tf.stack([x, y], axis=1), TWO),
    node("split", lambda x: tf.split(x, 2, axis=1)[1]),
    node("split_sizes", lambda x: tf.split(x, [1, 3], axis=1)[1]),
    node("matmul", lambda x, y: tf.matmul(x, y, transpose_b=True), (SEQUENCE, SEQUENCE)),
    node("activations", lambda x: tf.nn.relu(x) + tf.nn.relu6(x) + tf.sigmoid(x) + tf.tanh(x) + tf.nn.elu(x)),
    node("activations_more", lambda x: tf.nn.leaky_relu(x, 0.1) + tf.nn.softplus(x) + tf.nn.selu(x)),
    node("softmax", lambda x: tf.nn.softmax(x)),
    node("exponential", lambda x: tf.exp(x) + tf.math.log(tf.exp(x) + 1.0)),
    node("cast", lambda x: tf.cast(x > 0.5, tf.float32) + x),
    node("where", lambda x, y: tf.where(x > y, x, y), TWO),
    node("clip", lambda x: tf.clip_by_value(x, -0.5, 0.5)),
    node("pad", lambda x: tf.pad(x, [[0, 0], [1, 2]])),
    node("tile", lambda x: tf.tile(x, [1, 2])),
    node("gather", lambda x: tf.gather(x, [0, 2], axis=1)),
    node("argmax", lambda x: tf.argmax(x, axis=1)),
    node("bias", lambda x: tf.nn.bias_add(x, [1.0, 2.0, 3.0, 4.0])),
    node("squared_difference", lambda x, y: tf.math.squared_difference(x, y), TWO),
    node("one_hot", lambda x: tf.one_hot(x, 10), (ids(3),)),
    node("identity", lambda x: tf.identity(tf.stop_gradient(x)) * 1.0),
]


def built(shapes, build):
    inputs = [symbol(shape) for shape in shapes]
    return keras.Model(inputs, build(keras, *inputs))


def symbol(shape, name=None):
    if len(shape) == 3 and isinstance(shape[1], str):
        return keras.Input(shape[0], dtype=shape[1], name=name)
    return keras.Input(shape, name=name)


def classifier(*layers):
    return keras.Sequential([keras.Input((4,)), *(layers or (L.Dense(6, activation="relu"), L.BatchNormalization())), L.Dense(3, activation="softmax")])


def shared():
    a, b = keras.Input((4,)), keras.Input((4,))
    layer = L.Dense(3)
    return keras.Model([a, b], L.concatenate([layer(a), layer(b)]))


def nested():
    inner = keras.Sequential([keras.Input((4,)), L.Dense(3), L.ReLU()])
    x = keras.Input((4,))
    block = keras.Model(x, L.add([L.Dense(3)(x), inner(x)]))
    a, b = keras.Input((4,)), keras.Input((4,))
    return keras.Model([a, b], L.multiply([block(a), block(b)]))


def dictionary():
    inputs = {"b": keras.Input((4,), name="b"), "a": keras.Input((3,), name="a")}
    x = L.concatenate([inputs["a"], inputs["b"]])
    return keras.Model(inputs, {"y": L.Dense(2, name="y")(x), "z": L.Dense(1, name="z")(x)})


def siamese():
    x = keras.Input((4,))
    base = keras.Model(x, L.Dense(3, activation="relu")(x))
    a, b = keras.Input((4,)), keras.Input((4,))
    distance = tf.reduce_sum(tf.abs(base(a) - base(b)), axis=1, keepdims=True)
    return keras.Model([a, b], L.Dense(1, activation="sigmoid")(distance))


def autoencoder():
    x = keras.Input((4,))
    mean, deviation = L.Dense(2)(x), L.Dense(2)(x)
    latent = mean + tf.exp(0.5 * deviation) * 0.0
    return keras.Model(x, [L.Dense(4)(latent), mean, deviation])


def unet():
    x = keras.Input((8, 8, 1))
    down = L.Conv2D(4, 3, padding="same", activation="relu")(x)
    inner = L.Conv2D(8, 3, padding="same", activation="relu")(L.MaxPooling2D()(down))
    up = L.Conv2DTranspose(4, 2, strides=2)(inner)
    return keras.Model(x, L.Conv2D(1, 1, activation="sigmoid")(tf.concat([down, up], axis=-1)))


def transformer():
    tokens = keras.Input((6,), dtype="int32")
    positions = tf.range(start=0, limit=6, delta=1)
    x = L.Embedding(20, 8)(tokens) + L.Embedding(6, 8)(positions)
    attended = L.MultiHeadAttention(2, 4)(x, x)
    x = L.LayerNormalization(epsilon=1e-6)(x + attended)
    return keras.Model(tokens, L.Dense(2)(L.GlobalAveragePooling1D()(x)))


STRUCTURES = [
    ("sequential", lambda: classifier()),
    ("sequential_image", lambda: keras.Sequential([L.Conv2D(3, 3, input_shape=(8, 8, 1)), L.MaxPooling2D(), L.Flatten(), L.Dense(2)])),
    ("sequential_text", lambda: keras.Sequential([keras.Input((6,), dtype="int32"), L.Embedding(20, 4), L.Conv1D(3, 3), L.GlobalMaxPooling1D(), L.Dense(1)])),
    ("sequential_nested", lambda: keras.Sequential([keras.Input((4,)), keras.Sequential([L.Dense(3)]), L.Dense(2)])),
    ("shared", shared),
    ("nested", nested),
    ("dictionary", dictionary),
    ("siamese", siamese),
    ("autoencoder", autoencoder),
    ("unet", unet),
    ("transformer", transformer),
    ("frozen", lambda: frozen()),
    ("mobilenet", lambda: keras.applications.MobileNet(input_shape=(32, 32, 3), alpha=0.25, weights=None, classes=5)),
    ("mobilenet_v3", lambda: keras.applications.MobileNetV3Small(input_shape=(32, 32, 3), alpha=0.75, minimalistic=True, weights=None, classes=5)),
    ("mobilenet_v2", lambda: keras.applications.MobileNetV2(input_shape=(32, 32, 3), alpha=0.35, weights=None, classes=5)),
]


def frozen():
    model = classifier()
    model.layers[0].trainable = False
    return model


OPTIMIZERS = [
    ("adam", lambda: keras.optimizers.Adam(0.01)),
    ("adam_amsgrad", lambda: keras.optimizers.Adam(0.01, amsgrad=True, clipnorm=1.0)),
    ("adamw", lambda: keras.optimizers.AdamW(0.01)),
    ("sgd", lambda: keras.optimizers.SGD(0.1)),
    ("sgd_momentum", lambda: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True, clipvalue=0.5)),
    ("rmsprop", lambda: keras.optimizers.RMSprop(0.01, momentum=0.5)),
    ("rmsprop_centered", lambda: keras.optimizers.RMSprop(0.01, centered=True)),
    ("adagrad", lambda: keras.optimizers.Adagrad(0.1)),
    ("adadelta", lambda: keras.optimizers.Adadelta(1.0)),
    ("adamax", lambda: keras.optimizers.Adamax(0.01)),
    ("nadam", lambda: keras.optimizers.Nadam(0.01)),
    ("ftrl", lambda: keras.optimizers.Ftrl(0.1)),
    ("adafactor", lambda: keras.optimizers.Adafactor(0.1)),
    ("lion", lambda: keras.optimizers.Lion(0.001)),
    ("ema", lambda: keras.optimizers.SGD(0.1, use_ema=True)),
    ("schedule", lambda: keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.01, 10, 0.9))),
    ("legacy_adam", lambda: keras.optimizers.legacy.Adam(0.01)),
    ("legacy_sgd_decay", lambda: keras.optimizers.legacy.SGD(0.1, decay=1e-3, momentum=0.5)),
]

COMPILES = [
    ("losses_list", lambda: dictionary(), dict(optimizer="adam", loss={"y": "mse", "z": keras.losses.Huber(0.5)}, loss_weights={"y": 1.0, "z": 0.5})),
    ("metrics", lambda: classifier(), dict(optimizer="sgd", loss="categorical_crossentropy", metrics=["accuracy", keras.metrics.AUC(), "mae"])),
    ("sparse", lambda: classifier(), dict(optimizer="rmsprop", loss=keras.losses.SparseCategoricalCrossentropy(), metrics=["acc"])),
    ("weighted", lambda: classifier(), dict(optimizer="adam", loss="mse", weighted_metrics=["mae"], steps_per_execution=2)),
]


def trained(optimizer):
    model = classifier()
    model.compile(optimizer=optimizer(), loss="categorical_crossentropy", metrics=["accuracy"])
    random = np.random.RandomState(0)
    model.train_on_batch(random.rand(8, 4).astype("float32"), np.eye(3, dtype="float32")[random.randint(0, 3, 8)])
    return model


def compiled(make, options):
    model = make()
    model.compile(**options)
    return model


def in_policy(name, make):
    keras.mixed_precision.set_global_policy(name)
    try:
        return make()
    finally:
        keras.mixed_precision.set_global_policy("float32")


# Saving in TensorFlow's own format takes seconds, so only some models are.
IN_SAVED_MODELS = {"dense", "conv2d", "lstm", "bidirectional", "multi_head_self", "batch_normalization", "op_add_constant", "op_slice_column", "op_reduce_mean", "op_concat", "op_matmul", "op_squeeze_excite", "op_where"}


def models():
    """Yields (name, formats, function that makes the model, largest integers of the inputs)."""
    for name, shapes, build in [*COMMON, *LAYERS, *OPS]:
        formats = ["h5", "keras", "tf"] if name in IN_SAVED_MODELS else ["h5", "keras"]
        yield name, formats, lambda s=shapes, b=build: built(s, b), shapes
    for name, shapes, build in NODES:
        yield name, ["h5"], lambda s=shapes, b=build: built(s, b), shapes
    for name, make in STRUCTURES:
        yield f"structure_{name}", ["h5", "keras", "tf"], make, None
    for name, make in OPTIMIZERS:
        yield f"trained_{name}", ["h5", "keras", "tf"] if name in ("adam", "sgd_momentum") else ["h5", "keras"], lambda m=make: trained(m), None
    for name, make, options in COMPILES:
        yield f"compiled_{name}", ["h5", "keras"], lambda m=make, o=options: compiled(m, o), None
    for policy in ["mixed_float16", "mixed_bfloat16"]:
        yield f"policy_{policy}", ["h5", "keras"], lambda p=policy: in_policy(p, classifier), None
    yield "policy_float64", ["h5"], lambda: in_policy("float64", classifier), None
