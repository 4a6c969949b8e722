import sys

# the folder of this script holds modules called like the tools
sys.path.append(sys.path.pop(0))
import json

import jax

jax.config.update("jax_enable_x64", True)
import numpy as np
import sax

import sax_speed
from common import run


def matrix(path, job):
    netlist = json.loads(path.read_text())
    models = {name: getattr(sax.models, name) for name in ("phase_shifter", "coupler_ideal", "attenuator")}
    circuit, _ = sax.circuit(netlist=netlist, models=models, backend="klu", return_type="SDense")
    s, ports = circuit()
    s = np.asarray(s)
    rows = [ports[f"out{mode}"] for mode in job["outputs"]]
    columns = [ports[f"in{mode}"] for mode in job["modes"]]
    # SAX: S[from, to]
    forward = s[np.ix_(columns, rows)].T
    backward = s[np.ix_(rows, columns)]
    assert np.allclose(forward, backward, atol=1e-12)
    return forward


run(f"sax {sax.__version__}", matrix)
