"""Writes what chapter 11 of the tutorial reads: Fisher's iris data as scikit-learn has it, and a network that PyTorch trained on it.

    pip install numpy scikit-learn torch
    python tooling/goldens/tutorial/iris.py
"""

from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_iris

folder = Path(__file__).parents[3] / "examples" / "tutorial" / "data"

features, labels = load_iris(return_X_y=True)
x = torch.tensor(features, dtype=torch.float32)
y = torch.tensor(labels)

torch.manual_seed(0)
network = torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.ReLU(), torch.nn.Linear(16, 3))
optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
for _ in range(60):
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(network(x), y).backward()
    optimizer.step()

with torch.no_grad():
    probabilities = torch.softmax(network(x), 1)
torch.save(network.state_dict(), folder / "iris.pt")
np.savez_compressed(
    folder / "iris.npz",
    features=features.astype(np.float32),
    labels=labels.astype(np.int32),
    probabilities=probabilities.numpy(),
)
print("accuracy of PyTorch", (probabilities.argmax(1) == y).float().mean().item())
