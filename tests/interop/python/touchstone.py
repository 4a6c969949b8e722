import numpy as np
import skrf

from common import run


def matrix(path, job):
    network = skrf.Network(str(path))
    assert network.s.shape[0] == 1 and abs(network.f[0] - 193414489032258.06) < 1e3
    s = network.s[0]
    inputs = job["cols"]
    assert np.allclose(s[:inputs, inputs:], s[inputs:, :inputs].T, atol=0)
    return s[inputs:, :inputs]


run(f"scikit-rf {skrf.__version__}", matrix)
