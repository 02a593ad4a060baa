"""Models of Keras 3 that `sweep.py` saves: layers, operators of keras.ops, structures, quantized and trained models."""

import keras
import numpy as np

import sweep_programs
from sweep_layers import COMMON, IMAGE, SEQUENCE, VOLUME, ids
from sweep_masks import MASKS

L = keras.layers
ops = keras.ops


def hidden(x):
    return L.Dense(4)(x)


AUGMENTATION = [
    "AugMix",
    "AutoContrast",
    "CutMix",
    "MixUp",
    "RandAugment",
    "RandomColorDegeneration",
    "RandomColorJitter",
    "RandomElasticTransform",
    "RandomErasing",
    "RandomGaussianBlur",
    "RandomGrayscale",
    "RandomHue",
    "RandomInvert",
    "RandomPerspective",
    "RandomPosterization",
    "RandomSaturation",
    "RandomSharpness",
    "RandomShear",
    "Solarization",
]
ARGUMENTS = {
    "RandomHue": {"factor": 0.2},
    "RandomSaturation": {"factor": 0.2},
    "RandomColorDegeneration": {"factor": 0.2},
    "RandomPosterization": {"factor": 4},
    "RandomSharpness": {"factor": 0.2},
    "Solarization": {"threshold_factor": 1.0},
    "RandomColorJitter": {"brightness_factor": 0.2, "hue_factor": 0.1},
    "RandomInvert": {"factor": 0.2},
}

LAYERS = [
    *[
        (f"augmentation_{name}", [IMAGE], lambda k, x, n=name: getattr(L, n)(**ARGUMENTS.get(n, {}))(x))
        for name in AUGMENTATION
    ],
    ("pipeline", [IMAGE], lambda k, x: L.Pipeline([L.RandomFlip(), L.RandomContrast(0.2), L.Rescaling(0.5)])(x)),
    ("random_flip_seed", [IMAGE], lambda k, x: L.RandomFlip("vertical", seed=3)(x)),
    ("rms_normalization", [SEQUENCE], lambda k, x: L.RMSNormalization()(x)),
    ("group_query_attention", [SEQUENCE], lambda k, x: L.GroupQueryAttention(2, 4, 2)(x, x)),
    ("spectral_normalization", [(4,)], lambda k, x: L.SpectralNormalization(L.Dense(3))(x)),
    ("reversible_embedding", [ids(5)], lambda k, x: tied(L.ReversibleEmbedding(10, 4), x)),
    ("reversible_embedding_untied", [ids(5)], lambda k, x: tied(L.ReversibleEmbedding(10, 4, tie_weights=False), x)),
    ("identity", [(4,)], lambda k, x: L.Identity()(hidden(x))),
    ("leaky_relu_layer", [(4,)], lambda k, x: L.Dense(3, activation=L.LeakyReLU(0.2))(x)),
    ("stft_spectrogram", [(64, 1)], lambda k, x: L.STFTSpectrogram(frame_length=16, frame_step=8, fft_length=16)(x)),
    ("mel_spectrogram", [(256,)], lambda k, x: L.MelSpectrogram(fft_length=64, sequence_stride=32, num_mel_bins=8, sampling_rate=1000)(x)),
    ("adaptive_pooling", [IMAGE], lambda k, x: L.AdaptiveAveragePooling2D(3)(x)),
    ("adaptive_max_pooling", [IMAGE], lambda k, x: L.AdaptiveMaxPooling2D((2, 3))(x)),
    ("conv_lstm3d", [(2, 4, 4, 4, 1)], lambda k, x: L.ConvLSTM3D(2, 2)(x)),
    ("discretization_one_hot", [(3,)], lambda k, x: L.Discretization([-1.0, 0.0], output_mode="multi_hot")(x)),
    ("hashed_crossing", [ids(1), ids(1)], lambda k, x, y: L.Embedding(8, 2)(L.HashedCrossing(8)((x, y)))),
    ("layer_scale", [IMAGE], lambda k, x: convnext_scale(x)),
    ("resizing_pad", [IMAGE], lambda k, x: L.Resizing(4, 9, pad_to_aspect_ratio=True)(x)),
    ("resizing_crop", [IMAGE], lambda k, x: L.Resizing(4, 9, crop_to_aspect_ratio=True)(x)),
    ("multi_head_flash", [SEQUENCE], lambda k, x: L.MultiHeadAttention(2, 3, flash_attention=False, use_bias=False)(x, x)),
    ("activation_glu", [(4,)], lambda k, x: L.Activation("glu")(x)),
    ("activations_new", [(4,)], lambda k, x: L.Dense(3, activation="squareplus")(L.Dense(3, activation="hard_shrink")(x))),
    ("initializers", [(4,)], lambda k, x: L.Dense(3, kernel_initializer=keras.initializers.Orthogonal(2.0), bias_initializer=keras.initializers.Constant(0.1))(x)),
    ("regularizers", [(4,)], lambda k, x: L.Dense(3, kernel_regularizer=keras.regularizers.OrthogonalRegularizer(), activity_regularizer="l1")(x)),
]


def tied(layer, x):
    return layer(layer(x), reverse=True)


def convnext_scale(x):
    from keras.src.applications.convnext import LayerScale

    return LayerScale(0.5, 3)(x)


def op(name, f, shapes=((4,),)):
    return (f"op_{name}", list(shapes), lambda k, *x: f(*x))


TWO = ((4,), (4,))
ARRAY = np.array([1.0, 2.0, 3.0, 4.0], "float32")


def reused(x, y):
    mean = keras.src.ops.numpy.Mean(axis=-1, keepdims=True)
    return mean(x) + mean(y)


def rotary(x):
    half = x[..., :2]
    rest = x[..., 2:]
    return ops.concatenate([half * ops.cos(half) - rest, rest * 2.0 + half], axis=-1)


OPS = [
    op("add_constant", lambda x: hidden(x) + 1.5),
    op("add_constant_left", lambda x: 1.5 + hidden(x)),
    op("subtract_constant", lambda x: hidden(x) - 1),
    op("subtract_constant_left", lambda x: 1.0 - hidden(x)),
    op("multiply_constant", lambda x: 2 * hidden(x)),
    op("divide_constant", lambda x: hidden(x) / 255.0),
    op("divide_constant_left", lambda x: 1.0 / (hidden(x) + 10.0)),
    op("power", lambda x: hidden(x) ** 2),
    op("negative", lambda x: -hidden(x)),
    op("absolute", lambda x: abs(hidden(x))),
    op("floor_divide", lambda x: hidden(x) // 0.5),
    op("mod", lambda x: hidden(x) % 0.5),
    op("add_tensors", lambda x, y: x + y, TWO),
    op("subtract_tensors", lambda x, y: x - y, TWO),
    op("multiply_tensors", lambda x, y: x * y, TWO),
    op("divide_tensors", lambda x, y: x / (y + 5.0), TWO),
    op("array_right", lambda x: ops.multiply(x, ARRAY)),
    op("array_left", lambda x: ops.add(ARRAY, x)),
    op("maximum_constant", lambda x: ops.maximum(x, 0.25)),
    op("minimum_tensors", lambda x, y: ops.minimum(x, y), TWO),
    op("integers", lambda x: (x + 1) * 2 - x // 3, (ids(4),)),
    op("integers_divided", lambda x: x / 4, (ids(4),)),
    op("comparisons", lambda x, y: ops.cast(x > y, "float32") + ops.cast(ops.less_equal(x, 0.1), "float32"), TWO),
    op("equal", lambda x: ops.cast(ops.not_equal(x, 3), "float32") - ops.cast(ops.equal(x, 2), "float32"), (ids(4),)),
    op("comparison_output", lambda x: ops.greater_equal(x, 0.5)),
    op("where", lambda x, y: ops.where(x > y, x, y * 2.0), TWO),
    op("where_constant", lambda x: ops.where(x > 0, x, 0.0)),
    op("logical", lambda x, y: ops.logical_or(ops.logical_and(x > 0, y > 0), ops.logical_not(x > 1)), TWO),
    op("slice_column", lambda x: x[:, 1:3]),
    op("slice_step", lambda x: x[:, ::2]),
    op("slice_last", lambda x: x[:, -1, :], (SEQUENCE,)),
    op("slice_ellipsis", lambda x: x[..., 0], (SEQUENCE,)),
    op("slice_newaxis", lambda x: x[:, None, :]),
    op("slice_two", lambda x: x[:, 2:4, 1], (SEQUENCE,)),
    op("take", lambda x: ops.take(x, [0, 2], axis=1)),
    op("take_indices", lambda x, i: ops.take_along_axis(x, i, axis=1), ((4,), ids(2, below=4))),
    op("reshape", lambda x: ops.reshape(x, (-1, 24)), (SEQUENCE,)),
    op("reshape_open", lambda x: ops.reshape(x, (-1, 2, 12)), (SEQUENCE,)),
    op("transpose", lambda x: ops.transpose(x, (0, 2, 1)), (SEQUENCE,)),
    op("swapaxes", lambda x: ops.swapaxes(x, 1, 2), (SEQUENCE,)),
    op("moveaxis", lambda x: ops.moveaxis(x, 1, -1), (SEQUENCE,)),
    op("expand_dims", lambda x: ops.expand_dims(x, -1)),
    op("squeeze", lambda x: ops.squeeze(x, axis=1), ((1, 4),)),
    op("tile", lambda x: ops.tile(x, (1, 2))),
    op("repeat", lambda x: ops.repeat(x, 2, axis=1)),
    op("pad", lambda x: ops.pad(x, ((0, 0), (1, 2)))),
    op("pad_reflect", lambda x: ops.pad(x, ((0, 0), (1, 2)), mode="reflect")),
    op("pad_value", lambda x: ops.pad(x, ((0, 0), (1, 2)), constant_values=2.0)),
    op("concatenate", lambda x, y: ops.concatenate([x, y], axis=-1), TWO),
    op("stack", lambda x, y: ops.stack([x, y], axis=1), TWO),
    op("hstack", lambda x, y: ops.hstack([x, y]), TWO),
    op("split", lambda x: ops.split(x, 2, axis=-1)[1]),
    op("split_at", lambda x: ops.split(x, [1], axis=1)),
    op("unstack", lambda x: ops.unstack(x, axis=1)[1], (SEQUENCE,)),
    op("flip", lambda x: ops.flip(x, axis=1)),
    op("roll", lambda x: ops.roll(x, 1, axis=1)),
    op("mean", lambda x: ops.mean(x, axis=1), (SEQUENCE,)),
    op("mean_axes", lambda x: ops.mean(x, axis=(1, 2), keepdims=True), (IMAGE,)),
    op("mean_integers", lambda x: ops.mean(x, axis=1), (ids(4),)),
    op("sum", lambda x: ops.sum(x, axis=-1), (SEQUENCE,)),
    op("sum_booleans", lambda x: ops.sum(x > 0, axis=-1), (SEQUENCE,)),
    op("max", lambda x: ops.max(x, axis=-1, keepdims=True), (SEQUENCE,)),
    op("min", lambda x: ops.min(x, axis=-1), (SEQUENCE,)),
    op("amax", lambda x: ops.amax(x, axis=-1), (SEQUENCE,)),
    op("prod", lambda x: ops.prod(x, axis=-1), (SEQUENCE,)),
    op("std", lambda x: ops.std(x, axis=-1), (SEQUENCE,)),
    op("var", lambda x: ops.var(x, axis=-1, keepdims=True), (SEQUENCE,)),
    op("moments", lambda x: ops.moments(x, axes=[1])[0], (SEQUENCE,)),
    op("logsumexp", lambda x: ops.logsumexp(x, axis=-1), (SEQUENCE,)),
    op("any_all", lambda x: ops.logical_xor(ops.any(x > 1, axis=1), ops.all(x > -1, axis=1))),
    op("argmax", lambda x: ops.argmax(x, axis=-1)),
    op("argmin", lambda x: ops.argmin(x, axis=1, keepdims=True)),
    op("cumsum", lambda x: ops.cumsum(x, axis=1)),
    op("top_k", lambda x: ops.top_k(x, 2)[0]),
    op("sort", lambda x: ops.sort(x, axis=-1)),
    op("argsort", lambda x: ops.argsort(x, axis=-1)),
    op("matmul", lambda x, y: ops.matmul(x, ops.transpose(y, (0, 2, 1))), (SEQUENCE, SEQUENCE)),
    op("matmul_operator", lambda x: x @ np.ones((4, 2), "float32"), (SEQUENCE,)),
    op("dot", lambda x: ops.dot(x, np.ones((4, 2), "float32"))),
    op("einsum", lambda x, y: ops.einsum("bij,bkj->bik", x, y), (SEQUENCE, SEQUENCE)),
    op("tensordot", lambda x: ops.tensordot(x, np.ones((4, 2), "float32"), axes=1), (SEQUENCE,)),
    op("softmax", lambda x: ops.softmax(x)),
    op("softmax_axis", lambda x: ops.softmax(x, axis=1), (SEQUENCE,)),
    op("log_softmax", lambda x: ops.log_softmax(x)),
    op("relu", lambda x: ops.relu(x)),
    op("relu6", lambda x: ops.relu6(x * 4.0)),
    op("leaky_relu", lambda x: ops.leaky_relu(x, negative_slope=0.1)),
    op("elu", lambda x: ops.elu(x, alpha=0.5)),
    op("selu_celu", lambda x: ops.selu(x) + ops.celu(x, alpha=0.7)),
    op("gelu", lambda x: ops.gelu(x)),
    op("gelu_exact", lambda x: ops.gelu(x, approximate=False)),
    op("silu", lambda x: ops.silu(x)),
    op("swish_sigmoid", lambda x: ops.swish(x) * ops.sigmoid(x)),
    op("hard", lambda x: ops.hard_sigmoid(x) + ops.hard_silu(x) + ops.hard_tanh(x)),
    op("shrinks", lambda x: ops.hard_shrink(x) + ops.soft_shrink(x, 0.3) + ops.tanh_shrink(x)),
    op("glu", lambda x: ops.glu(x)),
    op("soft", lambda x: ops.softplus(x) + ops.softsign(x) + ops.log_sigmoid(x)),
    op("tanh", lambda x: ops.tanh(x)),
    op("threshold", lambda x: ops.threshold(x, 0.2, -1.0)),
    op("exp_log", lambda x: ops.log(ops.exp(x) + 1.0) + ops.log1p(ops.abs(x)) + ops.expm1(x)),
    op("logs", lambda x: ops.log2(ops.abs(x) + 1.0) + ops.log10(ops.abs(x) + 1.0)),
    op("sqrt", lambda x: ops.sqrt(ops.abs(x)) + ops.rsqrt(ops.square(x) + 1.0)),
    op("reciprocal", lambda x: ops.reciprocal(x + 10.0)),
    op("trigonometry", lambda x: ops.sin(x) + ops.cos(x) * ops.arctan(x) + ops.arctan2(x, 2.0)),
    op("hyperbolic", lambda x: ops.sinh(x) + ops.cosh(x) + ops.arcsinh(x)),
    op("rounding", lambda x: ops.floor(x) + ops.ceil(x) + ops.round(x) + ops.sign(x) + ops.trunc(x)),
    op("erf", lambda x: ops.erf(x)),
    op("logaddexp", lambda x, y: ops.logaddexp(x, y), TWO),
    op("clip", lambda x: ops.clip(x, -0.5, 0.5)),
    op("cast", lambda x: ops.cast(x * 10, "int32") + 1),
    op("cast_float", lambda x: ops.cast(x, "float32") * 2.0, (ids(4),)),
    op("one_hot", lambda x: ops.one_hot(x, 10), (ids(3),)),
    op("normalize", lambda x: ops.normalize(x, axis=-1)),
    op("norm", lambda x: ops.norm(x, axis=-1)),
    op("layer_normalization", lambda x: ops.layer_normalization(x)),
    op("rms_normalization", lambda x: ops.rms_normalization(x)),
    op("isfinite", lambda x: ops.isfinite(x)),
    op("nan_to_num", lambda x: ops.nan_to_num(x)),
    op("stop_gradient", lambda x: ops.stop_gradient(hidden(x))),
    op("likes", lambda x: ops.ones_like(x) + ops.zeros_like(x) + ops.full_like(x, 2.0)),
    op("tril", lambda x: ops.tril(x) + ops.triu(x, k=1), (SEQUENCE,)),
    op("image_resize", lambda x: ops.image.resize(x, (5, 6)), (IMAGE,)),
    op("image_resize_nearest", lambda x: ops.image.resize(x, (16, 16), interpolation="nearest"), (IMAGE,)),
    op("grayscale", lambda x: ops.image.rgb_to_grayscale(x), (IMAGE,)),
    op("max_pool", lambda x: ops.max_pool(x, 2, 2), (IMAGE,)),
    op("average_pool", lambda x: ops.average_pool(x, 2, 2, padding="same"), (IMAGE,)),
    op("called_twice", lambda x, y: ops.abs(x) + ops.abs(y), TWO),
    op("reused", reused, TWO),
    op("rotary", rotary),
    op("preprocess", lambda x: keras.applications.mobilenet_v2.preprocess_input(x), (IMAGE,)),
    op("preprocess_caffe", lambda x: keras.applications.resnet.preprocess_input(x), (IMAGE,)),
    op("squeeze_excite", lambda x: x * L.Dense(3, activation="sigmoid")(ops.mean(x, axis=(1, 2), keepdims=True)), (IMAGE,)),
    op("attention_by_hand", lambda x: ops.softmax(x @ ops.transpose(x, (0, 2, 1)) / ops.sqrt(4.0)) @ x, (SEQUENCE,)),
    op("euclidean", lambda x, y: ops.sqrt(ops.maximum(ops.sum(ops.square(x - y), axis=1, keepdims=True), 1e-7)), TWO),
    op("masked_lstm", lambda x: L.LSTM(3)(L.Embedding(10, 4, mask_zero=True)(x) * 2.0), (ids(5),)),
    op("mask_computed", lambda x: L.LSTM(3)(L.Embedding(10, 4)(x), mask=x > 0), (ids(5),)),
    op("positions", lambda x: L.Embedding(10, 4)(x) + L.Embedding(5, 4)(ops.expand_dims(ops.arange(5), 0)), (ids(5),)),
    op("kwargs", lambda x: ops.subtract(x1=1.0, x2=x)),
    op("keyword_tensor", lambda x, y: ops.add(x1=x, x2=y), TWO),
    op("segment", lambda x: ops.diff(x, axis=1)),
    op("absolutes", lambda x: ops.absolute(x)),
    op("select", lambda x: ops.where(ops.isnan(x), ops.zeros_like(x), x)),
    op("array_split", lambda x: ops.array_split(x, 3, axis=1)),
    op("average", lambda x: ops.average(x, axis=1) + ops.average(x, axis=1, weights=ARRAY)),
    op("batch_normalization", lambda x: ops.batch_normalization(x, ARRAY, ARRAY + 1.0, axis=-1, offset=ARRAY, scale=ARRAY)),
    op("dot_product_attention", lambda x: ops.dot_product_attention(x, x, x * 2.0), ((5, 2, 3),)),
    op("dot_product_attention_causal", lambda x: ops.dot_product_attention(x, x, x, is_causal=True), ((5, 2, 3),)),
    op("hsplit", lambda x: ops.hsplit(x, 2)),
    op("heaviside", lambda x: ops.heaviside(x, ARRAY)),
    op("isclose", lambda x, y: ops.isclose(x, y, rtol=0.1, atol=0.3), TWO),
    op("infinities", lambda x: ops.logical_or(ops.isposinf(x), ops.isneginf(x / 0.0))),
    op("median", lambda x: ops.median(x, axis=1, keepdims=True) + ops.median(x[:, :3], axis=-1, keepdims=True)),
    op("multi_hot", lambda x: ops.multi_hot(x, 10), (ids(3),)),
    op("trace", lambda x: ops.trace(x, axis1=1, axis2=2), ((3, 3),)),
    op("true_divide", lambda x: ops.true_divide(x, 2)),
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


def dictionary_of_operators():
    inputs = {"b": keras.Input((4,), name="b"), "a": keras.Input((4,), name="a")}
    return keras.Model(inputs, {"sum": inputs["a"] + inputs["b"], "mean": ops.mean(inputs["a"], axis=1)})


def siamese():
    x = keras.Input((4,))
    base = keras.Model(x, L.Dense(3, activation="relu")(x))
    a, b = keras.Input((4,)), keras.Input((4,))
    distance = ops.sum(ops.abs(base(a) - base(b)), axis=1, keepdims=True)
    return keras.Model([a, b], L.Dense(1, activation="sigmoid")(distance))


def operators_in_nested():
    x = keras.Input((4,))
    inner = keras.Model(x, ops.concatenate([x * 2.0, x[:, :1]], axis=1))
    y = keras.Input((4,))
    return keras.Model(y, L.Dense(2)(inner(y + 1.0)))


def several_outputs():
    x = keras.Input((6,))
    a, b, c = ops.split(x, 3, axis=-1)
    return keras.Model(x, [a * b, c, L.Dense(2)(c)])


def unet():
    x = keras.Input((8, 8, 1))
    down = L.Conv2D(4, 3, padding="same", activation="relu")(x)
    inner = L.Conv2D(8, 3, padding="same", activation="relu")(L.MaxPooling2D()(down))
    up = L.Conv2DTranspose(4, 2, strides=2)(inner)
    return keras.Model(x, L.Conv2D(1, 1, activation="sigmoid")(ops.concatenate([down, up], axis=-1)))


def transformer():
    tokens = keras.Input((6,), dtype="int32")
    x = L.Embedding(20, 8)(tokens)
    attended = L.MultiHeadAttention(2, 4)(x, x)
    x = L.LayerNormalization(epsilon=1e-6)(x + attended)
    return keras.Model(tokens, L.Dense(2)(L.GlobalAveragePooling1D()(x)))


def convnext():
    from keras.src.applications.convnext import ConvNeXt

    return ConvNeXt([1, 1, 1, 1], [4, 8, 8, 8], weights=None, input_shape=(32, 32, 3), classes=3, name="convnext")


def efficientnet():
    from keras.src.applications.efficientnet import DEFAULT_BLOCKS_ARGS, EfficientNet

    return EfficientNet(0.1, 0.1, 32, blocks_args=DEFAULT_BLOCKS_ARGS[:2], weights=None, classes=3, input_shape=(32, 32, 3), name="small")


def frozen():
    model = classifier()
    model.layers[0].trainable = False
    return model


STRUCTURES = [
    ("sequential", classifier),
    ("sequential_image", lambda: keras.Sequential([keras.Input((8, 8, 1)), L.Conv2D(3, 3), L.MaxPooling2D(), L.Flatten(), L.Dense(2)])),
    ("sequential_nested", lambda: keras.Sequential([keras.Input((4,)), keras.Sequential([L.Dense(3)]), L.Dense(2)])),
    ("shared", shared),
    ("nested", nested),
    ("dictionary", dictionary),
    ("dictionary_of_operators", dictionary_of_operators),
    ("siamese", siamese),
    ("operators_in_nested", operators_in_nested),
    ("several_outputs", several_outputs),
    ("unet", unet),
    ("transformer", transformer),
    ("frozen", frozen),
    ("convnext", convnext),
    ("efficientnet", efficientnet),
    ("mobilenet", lambda: keras.applications.MobileNet(input_shape=(32, 32, 3), alpha=0.25, weights=None, classes=5)),
    ("mobilenet_v3", lambda: keras.applications.MobileNetV3Small(input_shape=(32, 32, 3), alpha=0.75, minimalistic=True, weights=None, classes=5)),
]


def adapted(model, f):
    f(model)
    return model


def lora(rank=2):
    model = keras.Sequential([keras.Input((4,)), L.Dense(6, name="adapted"), L.Dense(3)])
    return adapted(model, lambda m: with_lora(m.get_layer("adapted"), rank))


def lora_embedding():
    model = keras.Sequential([keras.Input((5,), dtype="int32"), L.Embedding(10, 6, name="adapted"), L.GlobalAveragePooling1D()])
    return adapted(model, lambda m: with_lora(m.get_layer("adapted"), 2))


def lora_convolution():
    model = keras.Sequential([keras.Input((8, 8, 2)), L.Conv2D(4, 3, name="adapted"), L.Flatten()])
    return adapted(model, lambda m: with_lora(m.get_layer("adapted"), 2))


def lora_einsum():
    x = keras.Input(SEQUENCE)
    model = keras.Model(x, L.EinsumDense("abc,cd->abd", output_shape=(None, 6), bias_axes="d", name="adapted")(x))
    return adapted(model, lambda m: with_lora(m.get_layer("adapted"), 2))


def with_lora(layer, rank):
    layer.enable_lora(rank)
    random = np.random.RandomState(1)
    for weight in layer.trainable_weights:
        if "lora" in weight.name:
            weight.assign(random.uniform(-1, 1, weight.shape).astype("float32"))


def quantized(make, mode):
    model = make()
    model.quantize(mode)
    return model


def by_channel(make):
    model = make()
    model.quantize(config=keras.quantizers.Int4QuantizationConfig(block_size=-1))
    return model


def multilayer():
    return keras.Sequential([keras.Input((4,)), L.Dense(6, activation="relu"), L.Dense(3)])


def embedding_model():
    return keras.Sequential([keras.Input((5,), dtype="int32"), L.Embedding(10, 6), L.GlobalAveragePooling1D(), L.Dense(2)])


def einsum_model():
    x = keras.Input(SEQUENCE)
    return keras.Model(x, L.EinsumDense("abc,cde->abde", output_shape=(None, 2, 3), bias_axes="de")(x))


ADAPTED = [
    ("lora_dense", lora),
    ("lora_embedding", lora_embedding),
    ("lora_convolution", lora_convolution),
    ("lora_einsum", lora_einsum),
    ("int8_dense", lambda: quantized(multilayer, "int8")),
    ("int8_embedding", lambda: quantized(embedding_model, "int8")),
    ("int8_einsum", lambda: quantized(einsum_model, "int8")),
    ("int4_dense", lambda: quantized(multilayer, "int4")),
    ("int4_embedding", lambda: quantized(embedding_model, "int4")),
    ("int4_einsum", lambda: quantized(einsum_model, "int4")),
    ("int4_channel", lambda: by_channel(multilayer)),
    ("int8_lora", lambda: quantized(lora, "int8")),
    ("float8_dense", lambda: quantized(multilayer, "float8")),
    ("float8_einsum", lambda: quantized(einsum_model, "float8")),
]

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
    ("lamb", lambda: keras.optimizers.Lamb(0.001)),
    ("muon", lambda: keras.optimizers.Muon(0.01)),
    ("loss_scale", lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.01))),
    ("ema", lambda: keras.optimizers.SGD(0.1, use_ema=True)),
    ("accumulation", lambda: keras.optimizers.Adam(0.01, gradient_accumulation_steps=2)),
    ("schedule", lambda: keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.01, 10, 0.9))),
    ("schedule_cosine", lambda: keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, 10, warmup_steps=2, warmup_target=0.2))),
]

COMPILES = [
    ("losses", dictionary, dict(optimizer="adam", loss={"y": "mse", "z": keras.losses.Huber(0.5)}, loss_weights={"y": 1.0, "z": 0.5})),
    ("metrics", classifier, dict(optimizer="sgd", loss="categorical_crossentropy", metrics=["accuracy", keras.metrics.AUC(), "mae"])),
    ("sparse", classifier, dict(optimizer="rmsprop", loss=keras.losses.SparseCategoricalCrossentropy(), metrics=["acc"])),
    ("weighted", classifier, dict(optimizer="adam", loss="mse", weighted_metrics=["mae"], steps_per_execution=2)),
    ("focal", classifier, dict(optimizer="adam", loss=keras.losses.CategoricalFocalCrossentropy(alpha=0.3), metrics=[keras.metrics.F1Score(average="macro")])),
]


def trained(optimizer, policy=None):
    model = in_policy(policy, classifier) if policy else classifier()
    model.compile(optimizer=optimizer(), loss="categorical_crossentropy", metrics=["accuracy"])
    random = np.random.RandomState(0)
    model.train_on_batch(random.rand(8, 4).astype("float32"), np.eye(3, dtype="float32")[random.randint(0, 3, 8)])
    return model


def compiled(make, options):
    model = make()
    model.compile(**options)
    return model


def in_policy(name, make):
    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_global_policy(name)
    try:
        return make()
    finally:
        keras.mixed_precision.set_global_policy(before)


def models():
    """Yields (name, formats, function that makes the model, shapes and largest integers of the inputs or None)."""
    for name, shapes, build in [*COMMON, *LAYERS, *OPS]:
        yield name, ["keras"], lambda s=shapes, b=build: built(s, b), shapes
    for name, make in STRUCTURES:
        yield f"structure_{name}", ["keras", "h5"], make, None
    for name, make in ADAPTED:
        yield f"adapted_{name}", ["keras"], make, None
    for name, make in OPTIMIZERS:
        yield f"trained_{name}", ["keras"], lambda m=make: trained(m), None
    for name in ["adam", "sgd_momentum"]:
        yield f"trained_{name}_h5", ["h5"], lambda m=dict(OPTIMIZERS)[name]: trained(m), None
    for name, make in sweep_programs.TRAINED:
        yield f"trained_{name}", ["keras"], make, None
    for name, make, shapes in MASKS:
        yield f"masks_{name}", ["keras"], make, shapes
    for name, make in sweep_programs.PROGRAMS:
        yield f"program_{name}", ["keras"], make, None
    yield "trained_mixed", ["keras"], lambda: trained(lambda: keras.optimizers.Adam(0.01), "mixed_float16"), None
    for name, make, options in COMPILES:
        yield f"compiled_{name}", ["keras"], lambda m=make, o=options: compiled(m, o), None
    for policy in ["mixed_float16", "mixed_bfloat16", "float64", "float16"]:
        yield f"policy_{policy}", ["keras"], lambda p=policy: in_policy(p, classifier), None
    yield "policy_operators", ["keras"], lambda: in_policy("mixed_float16", siamese), None
