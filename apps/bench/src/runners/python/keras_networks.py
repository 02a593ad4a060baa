"""Trains networks in TensorFlow with Keras. Started as `python keras_networks.py VARIANT THREADS FOLDER`; implements the protocol of
protocol.ts."""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from inputs import gpt_embedding, image_batches, matrix, seeded, token_batches
from serving import loss_after, serve

THREADS = int(sys.argv[2])


def training(model, batches, learning_rate=1e-3):
    """Returns a step that trains a model with Adam, and its check."""
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.Adam(learning_rate)
    optimizer.build(model.trainable_variables)

    @tf.function
    def train(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        # Keras's Adam squares the gradients of an embedding before it adds those of equal tokens.
        optimizer.apply([tf.convert_to_tensor(gradient) for gradient in gradients])
        return loss

    position = 0

    def step():
        nonlocal position
        x, y = batches[position]
        position = (position + 1) % len(batches)
        return train(tf.constant(x), tf.constant(y))

    return step, loss_after(step)


def network_step(task):
    make = {"ResNet50": keras.applications.ResNet50, "MobileNetV2": keras.applications.MobileNetV2}[task["network"]]
    size, classes = task["size"], task["classes"]
    model = make(weights=None, input_shape=(size, size, 3), classes=classes, classifier_activation=None)
    for layer in model.layers:
        is_depthwise = isinstance(layer, layers.DepthwiseConv2D)
        for weight in layer.weights:
            weight.assign(seeded(layer.name, weight.name, tuple(weight.shape), is_depthwise))
    return training(model, image_batches(task), task["learningRate"])


def dense(kernel, **options):
    layer = layers.Dense(kernel.shape[1], **options)
    layer.build((None, None, kernel.shape[0]))
    layer.set_weights([kernel, np.zeros(kernel.shape[1], np.float32)])
    return layer


def attention(name, width, heads, x):
    features = width // heads
    layer = layers.MultiHeadAttention(heads, features)
    result = layer(x, x, use_causal_mask=True)
    weights = []
    for each in ["query", "key", "value"]:
        kernel = matrix(f"{name}/{each}", width, width).reshape(width, heads, features)
        weights += [kernel, np.zeros((heads, features), np.float32)]
    output = matrix(f"{name}/output", width, width).reshape(heads, features, width)
    layer.set_weights([*weights, output, np.zeros(width, np.float32)])
    return result


def gpt_step(task):
    width, vocabulary = task["width"], task["vocabulary"]
    tokens = keras.Input((task["tokens"],), dtype="int32")
    table = layers.Embedding(vocabulary, width)
    x = table(tokens)
    table.set_weights([gpt_embedding(task)])
    for block in range(task["blocks"]):
        name = f"block{block}"
        x = x + attention(name, width, task["heads"], layers.LayerNormalization()(x))
        hidden = dense(matrix(f"{name}/up", width, 4 * width), activation="gelu")(layers.LayerNormalization()(x))
        x = x + dense(matrix(f"{name}/down", 4 * width, width))(hidden)
    logits = dense(matrix("head", width, vocabulary))(layers.LayerNormalization()(x))
    return training(keras.Model(tokens, logits), token_batches(task))


tf.config.threading.set_intra_op_parallelism_threads(THREADS)
tf.config.threading.set_inter_op_parallelism_threads(1)
serve({"gpt-step": gpt_step, "network-step": network_step}, tf.__version__, THREADS)
