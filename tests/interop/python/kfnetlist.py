import sys

sys.path.append(sys.path.pop(0))
import json

import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import kfnetlist
import numpy as np
import sax

from common import run


def phase_shifter(phi=0.0):
    return sax.reciprocal({("in0", "out0"): jnp.exp(1j * jnp.asarray(phi))})


def mzi(theta=0.0, phi=0.0):
    s, c = jnp.sin(theta / 2), jnp.cos(theta / 2)
    common = 1j * jnp.exp(0.5j * theta)
    return sax.reciprocal(
        {
            ("in0", "out0"): common * jnp.exp(1j * phi) * s,
            ("in1", "out0"): common * c,
            ("in0", "out1"): common * jnp.exp(1j * phi) * c,
            ("in1", "out1"): -common * s,
        }
    )


def matrix(path, job):
    netlist = kfnetlist.Netlist.from_json(path.read_text())
    recursive = sax.parsers.parse_kfnetlist(netlist)
    models = {"mzi": mzi, "phase_shifter": phase_shifter}
    circuit, _ = sax.circuit(netlist=recursive, models=models, backend="klu", return_type="SDense")
    s, ports = circuit()
    s = np.asarray(s)
    rows = [ports[f"out{mode}"] for mode in job["outputs"]]
    columns = [ports[f"in{mode}"] for mode in job["modes"]]
    return s[np.ix_(columns, rows)].T


run(f"kfnetlist through sax {sax.__version__}", matrix)
