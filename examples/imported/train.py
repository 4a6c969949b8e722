"""Train the network of mean-2x4.optinc with PyTorch and save it so that `network imported` can read it.

    pip install torch safetensors numpy
    python train.py

Inputs are averages over the workers, one a symbol, most significant first; outputs are the symbols of the mean word.
A weight has the shape [outputs, inputs], every layer has a bias, and ReLU stands behind every layer but the last.
"""

import itertools
import json

import numpy
import torch
from safetensors.torch import save_file

workers, levels = 2, 4
sums = list(itertools.product(range(workers * (levels - 1) + 1), repeat=2))
means = [(high * levels + low + workers // 2) // workers for high, low in sums]  # half-up
inputs = torch.tensor(sums, dtype=torch.float32) / workers
symbols = torch.tensor([(mean // levels, mean % levels) for mean in means], dtype=torch.float32)

torch.manual_seed(1)
model = torch.nn.Sequential(
    torch.nn.Linear(2, 48),
    torch.nn.ReLU(),
    torch.nn.Linear(48, 48),
    torch.nn.ReLU(),
    torch.nn.Linear(48, 48),
    torch.nn.ReLU(),
    torch.nn.Linear(48, 2),
)
steps = 20_000
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
for step in range(steps):
    error = model(inputs) - symbols
    if error.abs().max() < 0.1:
        break
    optimizer.zero_grad()
    (error**2).sum().backward()
    optimizer.step()
    schedule.step()
print(f"largest error of a symbol after {step} steps: {error.abs().max():.3f}; receivers err from 0.5 on")

# One of these is enough. The metadata lets the compiler notice another activation.
state = model.state_dict()  # 0.weight, 0.bias, 2.weight, ...
save_file(state, "mlp.safetensors", metadata={"activation": "relu"})
numpy.savez("mlp.npz", **{name: tensor.numpy() for name, tensor in state.items()})
with open("mlp.json", "w") as file:
    json.dump({"__metadata__": {"activation": "relu"}} | {name: t.tolist() for name, t in state.items()}, file)
