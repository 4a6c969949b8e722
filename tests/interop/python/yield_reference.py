"""Yield of chips, worked out from docs/explanation/physics.md and circuit.json alone: own random numbers, every word of every worker driven.

python yield_reference.py JOBS.json -> the number of good chips of each job on standard output, as JSON.
"""

import itertools
import json
import sys

import numpy as np


def coupler(angle):
    return np.array([[np.cos(angle), 1j * np.sin(angle)], [1j * np.sin(angle), np.cos(angle)]])


def all_words(aggregate):
    """Codes [vector, worker] of every word of every worker, and their rounded mean (half-up)."""
    words = 2 ** aggregate["bits"]
    codes = np.array(list(itertools.product(range(words), repeat=aggregate["workers"])))
    assert aggregate["rounding"] == "half-up"
    total = codes.sum(axis=1)
    return codes, (2 * total + aggregate["workers"]) // (2 * aggregate["workers"])


def symbol_of(codes, aggregate, symbol):
    """Symbol 0 is the most significant one."""
    width = int(np.log2(aggregate["levels"]))
    return (codes >> (width * (aggregate["symbols"] - 1 - symbol))) % aggregate["levels"]


def is_good(circuit, errors, chance):
    aggregate = circuit["aggregate"]
    codes, mean = all_words(aggregate)
    fields = np.zeros((circuit["modes"], len(codes)), dtype=complex)
    turn = errors["worker-phase"] * chance.standard_normal(aggregate["workers"])
    drift = 1 + errors["reference-drift"] * chance.standard_normal()
    leak = 10 ** (-errors["extinction"] / 20) * np.exp(1j * errors["extinction-phase"])
    common = errors["coupler-error-common"] * chance.standard_normal()
    for port in circuit["inputs"]:
        if port["kind"] == "reference":
            fields[port["mode"]] = port["field"] * drift
        else:
            level = symbol_of(codes[:, port["worker"]], aggregate, port["symbol"])
            dark = aggregate["levels"] - 1 - level
            sent = level + leak * dark
            own = errors["fibre-phase"] * chance.standard_normal()
            fields[port["mode"]] = port["fieldPerLevel"] * sent * np.exp(1j * (turn[port["worker"]] + own))
    phase = lambda: errors["residual-phase"] * chance.standard_normal()
    angle = lambda: np.pi / 4 + common + errors["coupler-error"] * chance.standard_normal()
    for section in circuit["sections"]:
        for mesh in section["meshes"]:
            for device in mesh["devices"]:
                factor = device.get("fieldFactor", 1) * 10 ** (-errors["loss-spread"] * chance.standard_normal() / 20)
                at = mesh["modes"][device["mode"]]
                if device["kind"] == "mzi":
                    below = mesh["modes"][device["mode"] + 1]
                    theta, phi = device["thetaRad"] + phase(), device["phiRad"] + phase()
                    matrix = coupler(angle()) @ np.diag([np.exp(1j * theta), 1])
                    matrix = factor * matrix @ coupler(angle()) @ np.diag([np.exp(1j * phi), 1])
                    fields[[at, below]] = matrix @ fields[[at, below]]
                elif device["kind"] == "phase":
                    fields[at] *= factor * np.exp(1j * (device["phiRad"] + phase()))
                elif device["kind"] == "waveguide":
                    fields[at] *= factor
                else:
                    raise SystemExit("the reference has no " + device["kind"])
            fields[mesh["terminated"]] = 0
        for neuron in section["activations"]:
            assert neuron["kind"] == "saturating"
            offset = errors["neuron-offset"] * chance.standard_normal() * neuron["range"]
            gain = neuron["gain"] * (1 + errors["neuron-gain-error"] * chance.standard_normal())
            above = fields[neuron["mode"]].real + offset - neuron["threshold"]
            sent = np.clip(above, 0, neuron["range"])
            fields[neuron["mode"]] = gain * (sent + leak * (neuron["range"] - sent))
    for port in circuit["outputs"]:
        read = np.floor(fields[port["mode"]].real * port["levelsPerField"] + 0.5)
        read = np.clip(read, 0, aggregate["levels"] - 1)
        if np.any(read != symbol_of(mean, aggregate, port["symbol"])):
            return False
    return True


def main():
    counts = []
    for job in json.loads(open(sys.argv[1]).read()):
        chance = np.random.default_rng(job["seed"])
        circuit = json.loads(open(job["circuit"]).read())
        counts.append(sum(is_good(circuit, job["errors"], chance) for _ in range(job["chips"])))
    print(json.dumps(counts))


main()
