"""Saves small PyTorch files and their content: python tooling/goldens/torch-files/generate.py

Writes packages/serialization/src/torch/goldens/torch.json: for each case the file in base64, and the names, shapes, dtypes and
elements of its tensors. Generated with PyTorch 2.13.
"""

import base64
import collections
import io
import json
from pathlib import Path

import torch
from torch import nn

torch.manual_seed(1)


def numbers(tensor):
    return [float(x) for x in tensor.detach().to(torch.float64).flatten().tolist()]


def flat(value, name=""):
    if isinstance(value, torch.Tensor):
        yield name or "value", value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from flat(item, f"{name}.{key}" if name else str(key))
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from flat(item, f"{name}.{i}" if name else str(i))


def case(title, value, **options):
    sink = io.BytesIO()
    torch.save(value, sink, **options)
    return {
        "title": title,
        "file": base64.b64encode(sink.getvalue()).decode(),
        "tensors": {name: {"shape": list(t.shape), "dtype": str(t.dtype)[6:], "data": numbers(t)} for name, t in flat(value)},
    }


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 3, (2, 3))
        self.up = nn.ConvTranspose2d(3, 2, 2)
        self.deep = nn.Conv2d(2, 4, 2, groups=2)
        self.norm = nn.BatchNorm2d(4)
        self.fc = nn.Linear(4, 5)

    def forward(self, x):
        y = self.norm(self.deep(self.up(torch.relu(self.conv(x)))))
        return self.fc(y.mean((2, 3)))


def network():
    net = Net()
    with torch.no_grad():
        for name, p in list(net.named_parameters()) + list(net.named_buffers()):
            if p.is_floating_point():
                p.copy_(torch.rand_like(p) + (0.5 if name.endswith("running_var") else 0))
    net.eval()
    x = torch.rand(2, 2, 5, 6)
    result = case("a network", net.state_dict())
    # Images have their channels last in manabi.
    result["x"] = {"shape": [2, 5, 6, 2], "data": numbers(x.permute(0, 2, 3, 1))}
    result["y"] = {"shape": [2, 5], "data": numbers(net(x))}
    return result


base = torch.arange(24, dtype=torch.float32)
every = {
    "f64": torch.tensor([0.1, -1e300], dtype=torch.float64),
    "f32": torch.tensor([[0.5, -2.25]]),
    "f16": torch.tensor([1.5, -0.0999], dtype=torch.float16),
    "bf16": torch.tensor([1.5, 3.140625], dtype=torch.bfloat16),
    "i64": torch.tensor([-5, 2**31 - 1]),
    "i32": torch.tensor([-7, 8], dtype=torch.int32),
    "i16": torch.tensor([-300], dtype=torch.int16),
    "i8": torch.tensor([-128, 127], dtype=torch.int8),
    "u8": torch.tensor([0, 255], dtype=torch.uint8),
    "u16": torch.tensor([65535], dtype=torch.uint16),
    "u32": torch.tensor([2**32 - 1], dtype=torch.uint32),
    "bool": torch.tensor([True, False]),
    "scalar": torch.tensor(2.5),
    "empty": torch.zeros(2, 0, 3),
}
views = {
    "whole": base.view(2, 3, 4),
    "transposed": base.view(2, 3, 4).permute(2, 0, 1),
    "slice": base.view(4, 6)[1:3, ::2],
    "column": base.view(4, 6)[:, 5],
    "expanded": base[3:5].view(2, 1).expand(2, 3),
}
checkpoint = {
    "epoch": 3,
    "lr": 0.125,
    "name": "net",
    "best": None,
    "done": True,
    "big": 2**70,
    "model": collections.OrderedDict([("fc.weight", nn.Parameter(torch.ones(1, 2)))]),
    "optimizer": {"state": {0: {"step": torch.tensor(4.0)}}, "param_groups": [{"betas": (0.9, 0.999), "params": [0]}]},
    "dtype": torch.float16,
    "size": torch.Size([2, 3]),
}
cases = [
    case("every element type", every),
    case("views that share a storage", views),
    case("nested dictionaries with plain values", checkpoint),
    case("a single tensor", torch.tensor([1.0, 2.0])),
    case("the format before PyTorch 1.6", {"a": torch.ones(2, 2), "v": views["transposed"], "p": nn.Parameter(torch.ones(1))}, _use_new_zipfile_serialization=False),
    case("pickle protocol 4", {"a": torch.ones(2, dtype=torch.bfloat16)}, pickle_protocol=4),
    network(),
]
torch.serialization.set_default_load_endianness(torch.serialization.LoadEndianness.NATIVE)
goal = Path(__file__).parents[3] / "packages/serialization/src/torch/goldens/torch.json"
goal.parent.mkdir(exist_ok=True)
goal.write_text(json.dumps(cases) + "\n")
