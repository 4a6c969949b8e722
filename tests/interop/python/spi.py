import sys

sys.path.append(sys.path.pop(0))
import os

import numpy as np
import sax.utils

# Simphony 0.7.3 wants an older SAX; its parser of SPICE does not use it
sax.utils.get_ports = None
from simphony.plugins.siepic import load_spi_from_file

from common import run


def matrix(path, job):
    """The connections as Simphony parses them, with ideal parts in place of the EBeam models."""
    if not path.name.endswith(".main.spi"):
        path = path.with_name(path.name.replace(".spi", ".main.spi"))
    os.chdir(path.parent)
    parsed = load_spi_from_file(path.name)
    (circuit,) = parsed["subcircuits"]
    assert len(parsed["analyses"]) == 1 and len(parsed["circuits"]) == 1
    ports = circuit["ports"]
    inputs, outputs = ports[: job["cols"]], ports[job["cols"] :]
    fields = {name: np.eye(job["cols"], dtype=complex)[i] for i, name in enumerate(inputs)}
    dark = np.zeros(job["cols"], complex)
    # parts stand in the order of the light; the length of phase 0 is a whole number of wavelengths
    for part in circuit["components"]:
        nets, model = part["ports"], part["model"]
        if model == "ebeam_wg_integral_1550":
            phase = 2 * np.pi * 2.4468 * float(part["params"]["wg_length"]) / 1.55e-6
            fields[nets[1]] = np.exp(1j * phase) * fields.get(nets[0], dark)
        elif model == "ebeam_bdc_te1550":
            a, b = fields.get(nets[0], dark), fields.get(nets[1], dark)
            fields[nets[2]] = (a + 1j * b) / np.sqrt(2)
            fields[nets[3]] = (1j * a + b) / np.sqrt(2)
        else:
            raise ValueError(model)
    return np.array([fields[name] for name in outputs]).reshape(job["rows"], job["cols"])


run("Simphony 0.7.3's parser", matrix)
