"""Runs the works in PyTorch. Started as `python pytorch.py VARIANT THREADS FOLDER`; implements the protocol of protocol.ts."""

import math
import sys

import numpy as np
import torch
from torch import nn

from inputs import image_batches, token_batches, uniform
from pytorch_networks import NETWORKS, Gpt
from serving import loss_after, serve

VARIANT, THREADS = sys.argv[1], int(sys.argv[2])

def operand(*shape, seed):
    return torch.from_numpy(uniform(math.prod(shape), seed, -1, 1)).reshape(shape)


def rotation(size):
    values = torch.zeros(size, size)
    for pair in range(0, size - 1, 2):
        cos, sin = math.cos(0.7 + pair), math.sin(0.7 + pair)
        values[pair : pair + 2, pair : pair + 2] = torch.tensor([[cos, -sin], [sin, cos]])
    return values


def inference(step):
    """Returns the step of a task without gradients, and its check."""

    @torch.inference_mode()
    def run():
        return step()

    return run, lambda: run().abs().mean(dtype=torch.float64).item()


def matmul(task):
    size = task["size"]
    a, b = operand(size, size, seed=1), operand(size, size, seed=2)
    return inference(lambda: a @ b)


def elementwise(task):
    a, b = operand(task["length"], seed=1), operand(task["length"], seed=2)
    steps = {
        "add": lambda: a + b,
        "relu": lambda: torch.relu(a),
        "exp": lambda: torch.exp(a),
        "tanh": lambda: torch.tanh(a),
    }
    return inference(steps[task["function"]])


def reduce(task):
    a, axis = operand(task["rows"], task["columns"], seed=1), task["axis"]
    return inference(lambda: a.sum(axis))


def softmax(task):
    a = operand(task["rows"], task["columns"], seed=1)
    return inference(lambda: torch.softmax(a, 1))


def replay(task):
    start, factor, kernels = operand(task["size"], task["size"], seed=1), rotation(task["size"]), task["kernels"]

    def chain():
        value = start
        for _ in range(kernels):
            value = value @ factor
        return value

    return inference(chain)


def glorot(*shape, seed):
    """Returns the initial weights of training-inputs.ts, with Keras's order of axes: inputs before outputs."""
    inputs, outputs = shape[-2:]
    field = math.prod(shape[:-2])
    limit = math.sqrt(6 / (field * (inputs + outputs)))
    return torch.from_numpy(uniform(field * inputs * outputs, seed, -limit, limit)).reshape(shape)


def linear_of(kernel):
    """Returns a linear layer with a kernel [inputs, outputs] and a bias of zeros."""
    inputs, outputs = kernel.shape
    linear = nn.Linear(inputs, outputs)
    with torch.no_grad():
        linear.weight.copy_(kernel.T)
        linear.bias.zero_()
    return linear


def dense_layers(kernels, behind=lambda units: [nn.ReLU()]):
    """Returns layers for kernels; all but the last one are followed by `behind`."""
    layers = []
    for kernel in kernels:
        layers += [linear_of(kernel), *behind(kernel.shape[1])]
    return layers[: len(layers) - len(behind(1))]


def kernels_of(units, first_seed):
    return [
        glorot(inputs, outputs, seed=first_seed + layer) for layer, (inputs, outputs) in enumerate(zip(units, units[1:]))
    ]


def class_batches(task, shape, classes, prepare=lambda images: images):
    """Returns batches of numbers in [0, 1) with class labels."""
    batch = task["batch"]
    return [
        (
            prepare(torch.from_numpy(uniform(batch * math.prod(shape), 1000 + 2 * index, 0, 1)).reshape(batch, *shape)),
            torch.from_numpy(uniform(batch, 1001 + 2 * index, 0, classes).astype(np.int64)),
        )
        for index in range(task["batches"])
    ]


def training(model, batches, loss_of=None, learning_rate=1e-3):
    """Returns a step that trains a model with Adam, and its check."""
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate, fused=VARIANT == "fused")
    loss_of = loss_of or nn.CrossEntropyLoss()
    position = 0

    def step():
        nonlocal position
        images, labels = batches[position]
        position = (position + 1) % len(batches)
        optimizer.zero_grad()
        loss = loss_of(model(images), labels)
        loss.backward()
        optimizer.step()
        return loss

    return step, loss_after(step)


def mlp_step(task):
    units = task["units"]
    return training(nn.Sequential(*dense_layers(kernels_of(units, 100))), class_batches(task, units[:1], units[-1]))


def cnn_step(task):
    (height, width, channels), kernel, pool = task["image"], task["kernel"], task["pool"]
    layers = []
    for layer, filters in enumerate(task["filters"]):
        convolution = nn.Conv2d(channels, filters, kernel)
        with torch.no_grad():
            convolution.weight.copy_(glorot(kernel, kernel, channels, filters, seed=100 + layer).permute(3, 2, 0, 1))
            convolution.bias.zero_()
        layers += [convolution, nn.ReLU(), nn.MaxPool2d(pool)]
        height, width, channels = (height - kernel + 1) // pool, (width - kernel + 1) // pool, filters
    kernels = kernels_of([height * width * channels, *task["units"]], 110)
    # PyTorch flattens channels first, Keras channels last.
    kernels[0] = kernels[0].reshape(height, width, channels, -1).permute(2, 0, 1, 3).reshape(kernels[0].shape)
    model = nn.Sequential(*layers, nn.Flatten(), *dense_layers(kernels))
    layout = torch.channels_last if VARIANT == "channels-last" else torch.contiguous_format
    model = model.to(memory_format=layout)
    batches = class_batches(
        task,
        task["image"],
        task["units"][-1],
        lambda images: images.permute(0, 3, 1, 2).contiguous(memory_format=layout),
    )
    return training(model, batches)


def bn_mlp_step(task):
    """Checks without dropout, because each library draws different masks."""
    units = task["units"]
    batches = class_batches(task, units[:1], units[-1])

    def model_with(rate):
        def behind(units):
            return [nn.BatchNorm1d(units, eps=1e-3, momentum=0.01), nn.ReLU(), nn.Dropout(rate)]

        return nn.Sequential(*dense_layers(kernels_of(units, 100), behind))

    _, check = training(model_with(0), batches)
    step, _ = training(model_with(task["dropout"]), batches)
    return step, check


class LastState(nn.Module):
    """An LSTM and a dense layer on its last state."""

    def __init__(self, task):
        super().__init__()
        inputs, hidden = task["inputs"], task["hidden"]
        self.lstm = nn.LSTM(inputs, hidden, batch_first=True)
        with torch.no_grad():
            self.lstm.weight_ih_l0.copy_(glorot(inputs, 4 * hidden, seed=100).T)
            self.lstm.weight_hh_l0.copy_(glorot(hidden, 4 * hidden, seed=101).T)
            self.lstm.bias_ih_l0.zero_()
            self.lstm.bias_ih_l0[hidden : 2 * hidden] = 1
            self.lstm.bias_hh_l0.zero_()
        self.head = linear_of(glorot(hidden, task["classes"], seed=110))

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


def lstm_step(task):
    return training(LastState(task), class_batches(task, (task["steps"], task["inputs"]), task["classes"]))


class TextClassifier(nn.Module):
    """The mean of the token vectors, followed by dense layers."""

    def __init__(self, task):
        super().__init__()
        vocabulary, width = task["vocabulary"], task["width"]
        table = torch.from_numpy(uniform(vocabulary * width, 100, -0.5, 0.5)).reshape(vocabulary, width)
        self.table = nn.Embedding(vocabulary, width, _weight=table)
        self.head = nn.Sequential(*dense_layers(kernels_of([width, task["hidden"], 1], 110)))

    def forward(self, x):
        return self.head(self.table(x).mean(1))


def embedding_step(task):
    batch, tokens, vocabulary = task["batch"], task["tokens"], task["vocabulary"]
    batches = [
        (
            torch.from_numpy(
                np.minimum(uniform(batch * tokens, 1000 + 2 * index, 0, vocabulary).astype(np.int64), vocabulary - 1)
            ).reshape(batch, tokens),
            torch.from_numpy(np.floor(uniform(batch, 1001 + 2 * index, 0, 2))).reshape(batch, 1),
        )
        for index in range(task["batches"])
    ]
    return training(TextClassifier(task), batches, nn.BCEWithLogitsLoss())


def gpt_step(task):
    batches = [(torch.from_numpy(tokens), torch.from_numpy(labels).flatten()) for tokens, labels in token_batches(task)]
    return training(Gpt(task), batches)


def network_step(task):
    batches = [
        (torch.from_numpy(images).permute(0, 3, 1, 2).contiguous(), torch.from_numpy(labels))
        for images, labels in image_batches(task)
    ]
    return training(NETWORKS[task["network"]](task["classes"]), batches, learning_rate=task["learningRate"])


MAKERS = {
    "matmul": matmul,
    "elementwise": elementwise,
    "reduce": reduce,
    "softmax": softmax,
    "replay": replay,
    "mlp-step": mlp_step,
    "cnn-step": cnn_step,
    "bn-mlp-step": bn_mlp_step,
    "lstm-step": lstm_step,
    "embedding-step": embedding_step,
    "gpt-step": gpt_step,
    "network-step": network_step,
}


torch.set_num_threads(THREADS)
torch.set_num_interop_threads(1)
serve(MAKERS, torch.__version__, torch.get_num_threads(), "Adam(fused=True)" if VARIANT == "fused" else None)
