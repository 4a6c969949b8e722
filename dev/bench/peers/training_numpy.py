"""The same training step and product with NumPy; prints one JSON line."""
import json
import time

import numpy as np

widths = [4, 64, 128, 256, 128, 64, 4]
batch = 1024
rng = np.random.default_rng(1)
f = np.float32
W = [(rng.standard_normal((o, i)) * np.sqrt(2 / i)).astype(f) for i, o in zip(widths, widths[1:])]
b = [np.zeros(o, f) for o in widths[1:]]
params = W + b
m = [np.zeros_like(p) for p in params]
v = [np.zeros_like(p) for p in params]
x0 = rng.uniform(-1, 1, (batch, 4)).astype(f)
t = rng.integers(0, 4, (batch, 4)).astype(f)


def step(k):
    xs = [x0]
    for l in range(len(W)):
        y = xs[-1] @ W[l].T + b[l]
        xs.append(np.maximum(y, 0) if l < len(W) - 1 else y)
    delta = f(2 / batch) * (xs[-1] - t)
    gw, gb = [None] * len(W), [None] * len(W)
    for l in range(len(W) - 1, -1, -1):
        gw[l], gb[l] = delta.T @ xs[l], delta.sum(0)
        if l:
            delta = (delta @ W[l]) * (xs[l] > 0)
    rate = f(2e-3 * np.sqrt(1 - 0.999**k) / (1 - 0.9**k))
    for p, g, a, c in zip(params, gw + gb, m, v):
        a *= f(0.9)
        a += f(0.1) * g
        c *= f(0.999)
        c += f(0.001) * g * g
        p -= rate * a / (np.sqrt(c) + f(1e-8))


def best(runs, call):
    times = []
    for k in range(runs):
        start = time.perf_counter()
        call(k + 1)
        times.append(time.perf_counter() - start)
    return min(times)


print(json.dumps({"step_ms": best(50, step) * 1e3}))
