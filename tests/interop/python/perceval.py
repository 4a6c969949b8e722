import sys

sys.path.append(sys.path.pop(0))
import numpy as np
import perceval
from perceval.serialization import deserialize

from common import run


def matrix(path, job):
    circuit = deserialize(path.read_text())
    unitary = np.array(circuit.compute_unitary())
    assert np.allclose(unitary @ unitary.conj().T, np.eye(len(unitary)), atol=1e-9)
    return unitary[np.ix_(job["positions"], range(job["cols"]))]


run(f"perceval {perceval.__version__}", matrix)
