"""Scattering matrices by frequency: Touchstone files through scikit-rf, .dat files through SAX and exported models by wavelength in SAX,
against SAX's sweep of models of the same devices.

python spectrum.py FOLDER: FOLDER/jobs.json lists {circuit, technology, section, touchstone, dat, sax}. SAX gets a model of each device by
`wl`, written from docs/explanation/physics.md. FOLDER/verdicts.json gets {section, tool, error, spread} for each file.
"""

import sys

# the folder of this script holds modules called like the tools
sys.path.append(sys.path.pop(0))
import json
import math
import runpy
from pathlib import Path

import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import numpy as np
import sax
import skrf

from physics_reference import C, technology_of
from wavelength_reference import built_phases


def mzi_model(device, theta, phi, tech):
    """Of an MZI whose heaters stay: couplers with an angle by wavelength, and built phases as 1 / wavelength."""
    set_at = tech["wavelength"]

    def model(wl=1.55):
        light = jnp.asarray(wl) * 1e-6
        angle = math.pi / 4 + tech["coupler-angle-by-wavelength"] * (light - set_at)
        b = tech["coupler-phase-by-wavelength"] * (light - set_at)
        c, d, s = jnp.cos(angle) * jnp.exp(1j * b), jnp.cos(angle) * jnp.exp(-1j * b), 1j * jnp.sin(angle)
        upper = jnp.exp(1j * (device["thetaRad"] + (set_at / light - 1) * theta))
        first = jnp.exp(1j * (device["phiRad"] + (set_at / light - 1) * phi))
        f = device.get("fieldFactor", 1.0)
        matrix = {
            ("in0", "out0"): f * (c * upper * c + s * s) * first,
            ("in1", "out0"): f * (c * upper * s + s * d),
            ("in0", "out1"): f * (s * upper * c + d * s) * first,
            ("in1", "out1"): f * (s * upper * s + d * d),
        }
        return sax.reciprocal(matrix)

    return model


def lane_model(device, tech):
    """Of a waveguide, of a phase that is not built, or of a lane where no device stands (None)."""
    set_at = tech["wavelength"]

    def model(wl=1.55):
        light = jnp.asarray(wl) * 1e-6
        change = light - set_at
        slope = tech["group-index"] * change + C * tech["dispersion"] * change**2 / 2
        length = 0 if device is None else device.get("lengthUm", 0) * 1e-6
        turn = -2 * math.pi * length * slope / set_at / light
        factor = 1.0 if device is None else device.get("fieldFactor", 1.0) * np.exp(1j * device.get("phiRad", 0.0))
        return sax.reciprocal({("in0", "out0"): factor * jnp.exp(1j * turn)})

    return model


def sweep_of(circuit, section, tech, frequencies, inputs, outputs):
    """[frequency, output, input] by SAX alone."""
    built, at = built_phases(circuit), 0
    for earlier in circuit["sections"][:section]:
        at += sum(len(mesh["devices"]) + len(mesh["terminated"]) for mesh in earlier["meshes"]) + len(earlier["activations"]) + 1
    instances, models, connections, ends, starts = {}, {}, {}, {}, {}

    def add(name, model, modes):
        instances[name], models[name] = name, model
        for port, mode in enumerate(modes):
            if mode in ends:
                connections[ends[mode]] = f"{name},in{port}"
            starts.setdefault(mode, f"{name},in{port}")
            ends[mode] = f"{name},out{port}"

    for mode in inputs:
        add(f"lane{mode}", lane_model(None, tech), [mode])
    for m, mesh in enumerate(circuit["sections"][section]["meshes"]):
        for d, device in enumerate(mesh["devices"]):
            first = device["mode"]
            if device["kind"] == "mzi":
                theta, phi, _ = built[at]
                add(f"mzi{m}x{d}", mzi_model(device, theta, phi, tech), mesh["modes"][first : first + 2])
            else:
                assert device["kind"] in ("waveguide", "phase"), device["kind"]
                add(f"guide{m}x{d}", lane_model(device, tech), [mesh["modes"][first]])
            at += 1
        for mode in mesh["terminated"]:
            ends.pop(mode)
            at += 1
    ports = {f"in{mode}": starts[mode] for mode in inputs} | {f"out{mode}": ends[mode] for mode in outputs}
    netlist = {"instances": instances, "connections": connections, "ports": ports}
    model, _ = sax.circuit(netlist=netlist, models=models, backend="klu", return_type="SDense")
    return forward(model, frequencies, inputs, outputs)


def forward(model, frequencies, inputs, outputs):
    """[frequency, output, input] of a circuit in SAX, which has S[from, to]."""
    s, order = sax.sdense(model(wl=C / frequencies * 1e6))
    rows, columns = [order[f"out{mode}"] for mode in outputs], [order[f"in{mode}"] for mode in inputs]
    return np.asarray(s)[:, columns][:, :, rows].transpose(0, 2, 1)


def modes_of(path):
    """Inputs and outputs, from the comments of a Touchstone file."""
    lines = [line for line in path.read_text().splitlines() if line.startswith("! ports")]
    return [[int(word) for word in line.split(" on modes ")[1].split()] for line in lines]


def main(folder):
    verdicts = []
    for job in json.loads((folder / "jobs.json").read_text()):
        circuit, tech = json.loads(Path(job["circuit"]).read_text()), technology_of(job["technology"])
        network = skrf.Network(job["touchstone"])
        inputs, outputs = modes_of(Path(job["touchstone"]))
        count = len(inputs)
        own = sweep_of(circuit, job["section"], tech, network.f, inputs, outputs)
        frame = sax.parsers.parse_lumerical_dat(Path(job["dat"]).read_text())
        frame = frame.assign(to=[int(it.split("_")[-1]) for it in frame.port_out], source=[int(it.split("_")[-1]) for it in frame.port_in])
        dat = np.zeros_like(own)
        for (to, source), rows in frame.groupby(["to", "source"]):
            if source <= count < to:
                dat[:, to - 1 - count, source - 1] = (rows.amp * np.exp(1j * rows.phi)).to_numpy()[np.argsort(rows.f.to_numpy())]
        spread = float(np.max(np.abs(own - own[len(own) // 2])))
        exported = forward(runpy.run_path(job["sax"])["circuit"], network.f, inputs, outputs)
        for tool, found in (("scikit-rf", network.s[:, count:, :count]), ("lumerical-dat", dat), ("sax", exported)):
            verdicts.append({"section": job["section"], "tool": tool, "error": float(np.max(np.abs(found - own))), "spread": spread})
    (folder / "verdicts.json").write_text(json.dumps(verdicts))


main(Path(sys.argv[1]))
