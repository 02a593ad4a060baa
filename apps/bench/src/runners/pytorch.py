"""PyTorch as a contestant. Started as `python pytorch.py VARIANT THREADS FOLDER`; speaks the protocol of protocol.ts."""

import json
import math
import sys
import time

import numpy as np
import torch
from torch import nn

VARIANT, THREADS = sys.argv[1], int(sys.argv[2])

# As in serve.ts.
CHECKED_STEP = 10


def uniform(length, seed, low, high):
    """The numbers of inputs.ts."""
    with np.errstate(over="ignore"):
        hash = np.arange(length, dtype=np.uint32) + np.uint32(seed * 0x9E3779B1 & 0xFFFFFFFF)
        hash = (hash ^ (hash >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        hash = (hash ^ (hash >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        hash = hash ^ (hash >> np.uint32(16))
    return (low + (high - low) * hash.astype(np.float64) / 2**32).astype(np.float32)


def operand(*shape, seed):
    return torch.from_numpy(uniform(math.prod(shape), seed, -1, 1)).reshape(shape)


def rotation(size):
    values = torch.zeros(size, size)
    for pair in range(0, size - 1, 2):
        cos, sin = math.cos(0.7 + pair), math.sin(0.7 + pair)
        values[pair : pair + 2, pair : pair + 2] = torch.tensor([[cos, -sin], [sin, cos]])
    return values


def inference(step):
    """A task without gradients: a step, and its check."""

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


def mlp_step(task):
    units, batch = task["units"], task["batch"]
    layers = []
    for layer, (inputs, outputs) in enumerate(zip(units, units[1:])):
        limit = math.sqrt(6 / (inputs + outputs))
        linear = nn.Linear(inputs, outputs)
        with torch.no_grad():
            kernel = uniform(inputs * outputs, 100 + layer, -limit, limit).reshape(inputs, outputs)
            linear.weight.copy_(torch.from_numpy(kernel.T.copy()))
            linear.bias.zero_()
        layers += [linear, nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=VARIANT == "fused")
    loss_of = nn.CrossEntropyLoss()
    batches = [
        (
            torch.from_numpy(uniform(batch * units[0], 1000 + 2 * index, 0, 1)).reshape(batch, units[0]),
            torch.from_numpy(uniform(batch, 1001 + 2 * index, 0, units[-1]).astype(np.int64)),
        )
        for index in range(task["batches"])
    ]
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

    def check():
        for _ in range(CHECKED_STEP - 1):
            step()
        return step().item()

    return step, check


MAKERS = {
    "matmul": matmul,
    "elementwise": elementwise,
    "reduce": reduce,
    "softmax": softmax,
    "replay": replay,
    "mlp-step": mlp_step,
}


def repeat(step, iterations):
    start = time.perf_counter()
    for _ in range(iterations):
        step()
    return (time.perf_counter() - start) * 1000


def answer(request, prepared):
    """The reply to a request, and what is prepared from then on."""
    action = request["do"]
    if action == "prepare":
        step, check = MAKERS[request["task"]["kind"]](request["task"])
        return {"reply": "prepared", "check": check()}, step
    if action == "start":
        step, _ = MAKERS[request["task"]["kind"]](request["task"])
        return {"reply": "ran", "ms": repeat(step, 1)}, step
    if action == "run":
        return {"reply": "ran", "ms": repeat(prepared, request["iterations"])}, prepared
    if action == "release":
        return {"reply": "released"}, None
    raise ValueError(f"unknown request {action}")


def send(reply):
    # JSON.stringify's spacing: the bench tells replies by their first characters.
    print(json.dumps(reply, separators=(",", ":")), flush=True)


def main():
    torch.set_num_threads(THREADS)
    torch.set_num_interop_threads(1)
    note = f"Adam(fused={VARIANT == 'fused'})" if VARIANT == "fused" else None
    send({"reply": "ready", "version": torch.__version__, "threads": torch.get_num_threads(), "note": note})
    prepared = None
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "quit":
            break
        try:
            reply, prepared = answer(request, prepared)
        except Exception as error:  # Whatever happens, the bench goes on with the next row.
            reply = {"reply": "failed", "message": f"{type(error).__name__}: {error}"}
        send(reply)


main()
