"""LAPACK through NumPy on one thread: QR (dgeqrf), SVD (gesdd); CPU ms in one JSON line."""
import json
import sys
import time

import numpy as np

sizes = [int(word) for word in sys.argv[1:]]
rng = np.random.default_rng(1)


def best(runs, call):
    times = []
    for _ in range(runs):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times) * 1e3


result = {"numpy": np.__version__}
for n in sizes:
    a = rng.standard_normal((n, n))
    runs = max(3, 2048 // n)
    result[f"dgeqrf{n}"] = best(runs, lambda: np.linalg.qr(a, mode="raw"))
    if n <= 512:
        result[f"gesdd{n}"] = best(3, lambda: np.linalg.svd(a))
print(json.dumps(result))
