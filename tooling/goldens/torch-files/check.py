"""Loads PyTorch files written by manabi with torch.load(weights_only=True), and prints their content as one line of JSON.

Run by a test: python tooling/goldens/torch-files/check.py FILE ...
"""

import json
import sys

import torch

result = []
for path in sys.argv[1:]:
    loaded = torch.load(path, weights_only=True)
    result.append({
        name: {"dtype": str(t.dtype)[6:], "shape": list(t.shape), "data": t.to(torch.float64).flatten().tolist()}
        for name, t in loaded.items()
    })
print(json.dumps(result))
