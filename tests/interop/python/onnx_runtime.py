"""Runs exported models in onnxruntime: their words against the mean by its definition, their fields against simulate()'s."""

import itertools
import json
import sys
from pathlib import Path

# the folder of this script holds modules called like the tools
sys.path.append(sys.path.pop(0))
import numpy as np
import onnx
import onnxruntime

folder = Path(sys.argv[1])
rng = np.random.default_rng(1)


def deal(total, workers):
    """Base-4 symbols of a sum, dealt at random."""
    out = np.zeros(workers, dtype=np.int64)
    for _ in range(total):
        out[rng.choice(np.flatnonzero(out < 3))] += 1
    return out


verdicts = []
for job in json.loads((folder / "jobs.json").read_text()):
    path = str(folder / job["file"])
    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    words = np.array(job["words"], dtype=np.int64)
    received, fields = session.run(["received", "fields"], {"words": words})
    shape = (len(words), -1)
    error = np.max(np.abs(fields - np.array(job["fields"]).reshape(shape)))
    wrong = int((received != np.array(job["received"]).reshape(shape)).sum())
    verdict = {"file": job["file"], "wrong": wrong, "error": float(error), "sums": 0, "wrongSums": 0, "refused": 0}
    for far in (-(2**40), 2**40):
        beyond = words[:1].copy()
        beyond[0, -1] = far
        try:
            session.run(["received"], {"words": beyond})
        except Exception as refusal:
            verdict["refused"] += "out of data bounds" in str(refusal)
    if job["exact"]:
        # every distinct vector of sums of four 8-bit words
        dealt = [deal(total, 4) for total in range(13)]
        codes = np.array([sum(4 ** (3 - s) * dealt[v] for s, v in enumerate(vector)) for vector in itertools.product(range(13), repeat=4)])
        means = (2 * (codes - 128).sum(axis=1) + 4) // 8
        (got,) = session.run(["received"], {"words": codes - 128})
        verdict["sums"] = len(codes)
        verdict["wrongSums"] = int((got != means[:, None]).any(axis=1).sum())
    verdicts.append(verdict)
(folder / "verdicts.json").write_text(json.dumps(verdicts))
