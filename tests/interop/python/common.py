"""Reads the jobs of tests/interop/exports.ts and writes what the tool made of every file."""

import json
import sys
from pathlib import Path

import numpy as np

folder = Path(sys.argv[1])


def run(tool, matrix_of):
    """matrix_of(path, job) -> the complex matrix [outputs, inputs] that the tool has for the file."""
    verdicts = []
    for job in json.loads((folder / "jobs.json").read_text()):
        shape = (job["rows"], job["cols"])
        expected = (np.array(job["re"]) + 1j * np.array(job["im"])).reshape(shape)
        found = np.asarray(matrix_of(folder / job["file"], job))
        assert found.shape == shape, (job["file"], found.shape, shape)
        error = float(np.max(np.abs(found - expected), initial=0.0))
        verdicts.append({"file": job["file"], "error": error, "tool": tool})
    (folder / "verdicts.json").write_text(json.dumps(verdicts))
