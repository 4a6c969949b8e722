"""Words that single faults make wrong, from docs/explanation/bringup.md and circuit.json alone: every word of every worker driven.

python faults_reference.py circuit.json FAULT... -> for each fault the share of all words that are wrong, as JSON. A fault with a part
that the bring-up has set first is taken on the circuit as designed.
"""

import itertools
import json
import sys

import numpy as np


def coupler(angle):
    return np.array([[np.cos(angle), 1j * np.sin(angle)], [1j * np.sin(angle), np.cos(angle)]])


def mean_of(codes, workers):
    return (2 * codes.sum(axis=1) + workers) // (2 * workers)


def symbol_of(codes, aggregate, symbol):
    width = int(np.log2(aggregate["levels"]))
    return (codes >> (width * (aggregate["symbols"] - 1 - symbol))) % aggregate["levels"]


def wrong_share(circuit, fault):
    kind, part = fault.split(":", 1)
    aggregate = circuit["aggregate"]
    workers, words = aggregate["workers"], 2 ** aggregate["bits"]
    assert aggregate["rounding"] == "half-up"
    codes = np.array(list(itertools.product(range(words), repeat=workers)))
    meant = codes
    if kind == "worker-late":
        # with every word that this worker can have sent before
        meant = np.repeat(codes, words, axis=0)
        codes = meant.copy()
        codes[:, int(part[1:])] = np.tile(np.arange(words), words**workers)
    fields = np.zeros((circuit["modes"], len(codes)), dtype=complex)
    for port in circuit["inputs"]:
        if not (kind == "worker-dark" and part == "w%d" % port["worker"]):
            sent = symbol_of(codes[:, port["worker"]], aggregate, port["symbol"])
            fields[port["mode"]] = port["fieldPerLevel"] * sent
    # what a detector with its fault reads of a field
    end = {"oscillator-dark": 0, "photodiode-plus": -1e6, "photodiode-minus": 1e6}.get(kind)
    read = lambda name, field: np.full(len(codes), float(end)) if end is not None and name == part else field.real
    for section in circuit["sections"]:
        for mesh in section["meshes"]:
            for index, device in enumerate(mesh["devices"]):
                name = "%s/%s[%d]" % (section["name"], mesh["name"], index)
                lost = 10 ** (-1 / 20) if kind == "waveguide-loss" and name == part else 1
                factor = device.get("fieldFactor", 1) * lost
                at = mesh["modes"][device["mode"]]
                if device["kind"] == "mzi":
                    below = mesh["modes"][device["mode"] + 1]
                    inner = np.diag([np.exp(1j * device["thetaRad"]), 1]) @ coupler(np.pi / 4)
                    matrix = coupler(np.pi / 4) @ inner @ np.diag([np.exp(1j * device["phiRad"]), 1])
                    fields[[at, below]] = factor * matrix @ fields[[at, below]]
                else:
                    fields[at] *= factor * np.exp(1j * device.get("phiRad", 0))
            fields[mesh["terminated"]] = 0
        for neuron in section["activations"]:
            name = "%s[%d]" % (section["name"], neuron["mode"])
            above = read(name, fields[neuron["mode"]]) - neuron["threshold"]
            dark = kind == "carrier-dark" and name == part
            fields[neuron["mode"]] = 0 if dark else neuron["gain"] * np.clip(above, 0, neuron["range"])
    wrong = np.zeros(len(codes), dtype=bool)
    mean = mean_of(meant, workers)
    for port in circuit["outputs"]:
        level = np.floor(read(port["name"], fields[port["mode"]]) * port["levelsPerField"] + 0.5)
        wrong |= np.clip(level, 0, aggregate["levels"] - 1) != symbol_of(mean, aggregate, port["symbol"])
    return float(wrong.mean())


def main():
    circuit = json.loads(open(sys.argv[1]).read())
    print(json.dumps([wrong_share(circuit, fault) for fault in sys.argv[2:]]))


if __name__ == "__main__":
    main()
