"""Reads circuit.json, network.json and the tables as docs/reference/formats.md describes them, and compares what they compute. Written from
that page alone; shares nothing with optinc."""

import itertools
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np

folder = Path(sys.argv[1])


def widths(a):
    b = int(math.log2(a["levels"]))
    assert a["symbols"] == -(-a["bits"] // b)
    return [2 ** (a["bits"] - b * (a["symbols"] - 1))] + [2**b] * (a["symbols"] - 1)


def symbols_of(codes, a):
    """[element] -> [element, symbol]"""
    out = np.zeros((len(codes), a["symbols"]), dtype=np.int64)
    rest = np.array(codes)
    for s in reversed(range(a["symbols"])):
        out[:, s] = rest % a["levels"]
        rest = rest // a["levels"]
    return out


def codes_of(symbols, a):
    code = np.zeros(symbols.shape[0], dtype=np.int64)
    for s in range(a["symbols"]):
        code = code * a["levels"] + symbols[:, s]
    return code


def mean_codes(codes, a):
    """codes [element, worker]; the mean by its definition, on words."""
    offset = 2 ** (a["bits"] - 1) if a["signed"] else 0
    total = (codes - offset).sum(axis=1)
    n = a["workers"]
    if a["rounding"] == "floor":
        q = total // n
    else:
        q = (2 * total + n) // (2 * n)
        if a["rounding"] == "half-even":
            tie = (2 * total + n) % (2 * n) == 0
            q = np.where(tie & (q % 2 != 0), q - 1, q)
    return q + offset


def neuron(x, it):
    if it.get("kind", "saturating" if "range" in it else "relu") == "saturating":
        return it["gain"] * np.minimum(it["range"], np.maximum(0, x - it["threshold"]))
    return it["gain"] * np.maximum(0, x)


def mzi(device):
    t, p = device["thetaRad"] / 2, device["phiRad"]
    tilt = np.exp(1j * p)
    return 1j * np.exp(1j * t) * np.array([[tilt * np.sin(t), np.cos(t)], [tilt * np.cos(t), -np.sin(t)]])


def run_circuit(circuit, codes):
    """codes [element, worker] -> received codes [element, worker]"""
    assert circuit["format"] == "optinc.circuit" and circuit["version"] in (1, 2, 3)
    a = circuit["aggregate"]
    sent = [symbols_of(codes[:, w], a) for w in range(a["workers"])]
    field = np.zeros((circuit["modes"], len(codes)), dtype=complex)
    for port in circuit["inputs"]:
        if port["kind"] == "worker":
            field[port["mode"]] = port["fieldPerLevel"] * sent[port["worker"]][:, port["symbol"]]
        else:
            field[port["mode"]] = port["field"]
    for section in circuit["sections"]:
        for mesh in section["meshes"]:
            modes = mesh["modes"]
            for device in mesh["devices"]:
                at = modes[device["mode"]]
                factor = device.get("fieldFactor", 1)
                if device["kind"] == "mzi":
                    both = [at, modes[device["mode"] + 1]]
                    field[both] = factor * (mzi(device) @ field[both])
                elif device["kind"] == "attenuator":
                    field[at] *= factor * mzi(device)[0, 0]
                elif device["kind"] == "phase":
                    field[at] *= factor * np.exp(1j * device["phiRad"])
                else:
                    assert device["kind"] == "waveguide"
                    field[at] *= factor
            field[mesh["terminated"]] = 0
        for it in section["activations"]:
            field[it["mode"]] = neuron(field[it["mode"]].real, it)
    received = np.zeros((a["workers"], len(codes), a["symbols"]), dtype=np.int64)
    for port in circuit["outputs"]:
        level = np.floor(field[port["mode"]].real * port["levelsPerField"] + 0.5)
        received[port["worker"], :, port["symbol"]] = np.clip(level, 0, widths(a)[port["symbol"]] - 1)
    return np.stack([codes_of(received[w], a) for w in range(a["workers"])], axis=1)


def run_network(network, circuit, codes):
    assert network["format"] == "optinc.network" and network["version"] in (1, 2)
    a = circuit["aggregate"]
    sent = np.stack([symbols_of(codes[:, w], a) for w in range(a["workers"])])  # [worker, element, symbol]
    fan = a["fanIn"][0] if "fanIn" in a else a["workers"]
    sums = [
        sent[first : first + fan, :, s].sum(axis=0) for first in range(0, a["workers"], fan) for s in range(a["symbols"])
    ]
    assert len(sums) == len(network["inputs"])
    lane = np.zeros((network["lanes"], len(codes)))
    for tap, total in zip(network["inputs"], sums):
        lane[tap["lane"]] = tap["fieldPerUnit"] * total
    for bias in network["biases"]:
        lane[bias["lane"]] = bias["field"]
    for layer in network["layers"]:
        for block in layer["blocks"]:
            weights = np.array(block["weights"])
            read, written = block["lanes"][: weights.shape[1]], block["lanes"][: weights.shape[0]]
            out = weights @ lane[read]
            lane[read] = 0
            lane[written] = out
        for it in layer["activations"]:
            lane[it["lane"]] = neuron(lane[it["lane"]], it)
    out = np.zeros((len(codes), a["symbols"]), dtype=np.int64)
    for s, tap in enumerate(network["outputs"]):
        out[:, s] = np.clip(np.floor(lane[tap["lane"]] / tap["fieldPerUnit"] + 0.5), 0, widths(a)[s] - 1)
    return codes_of(out, a)


def run_table(table, codes):
    assert str(table["format"]) == "optinc.table" and table["version"] == 1
    workers = int(table["workers"])
    row = np.zeros(len(codes), dtype=np.int64)
    for w in range(workers):
        row += table["shares"][table["share_of"][w]][codes[:, w]].astype(np.int64)
    return row, np.stack([table["received"][table["received_of"][w]][row] for w in range(workers)], axis=1)


def run_header(path, name, codes, offset):
    """The words through the C functions."""
    elements, workers = codes.shape
    words = ",\n".join("{" + ",".join(map(str, row)) + "}" for row in codes - offset)
    (folder / "main.c").write_text(
        f'#include <stdio.h>\n#include "{path.name}"\nstatic int32_t in[{elements}][{workers}] = {{{words}}};\n'
        f"int main(void) {{ for (int i = 0; i < {elements}; i++) {{ uint32_t row = {name}_row(in[i]);"
        f' for (int w = 0; w < {workers}; w++) printf("%d\\n", (int){name}_word(row, w)); }} }}\n'
    )
    subprocess.run(
        ["gcc", "-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Werror", "main.c", "-o", "main"], cwd=folder, check=True
    )
    printed = subprocess.run([folder / "main"], check=True, capture_output=True, text=True).stdout
    return np.array(printed.split(), dtype=np.int64).reshape(elements, workers) + offset


def deal(total, levels, workers, rng):
    """Symbols of a sum, dealt at random."""
    out = np.zeros(workers, dtype=np.int64)
    for _ in range(total):
        out[rng.choice(np.flatnonzero(out < levels - 1))] += 1
    return out


def inputs_of(a, rng):
    """Every distinct vector of sums of a circuit without units, dealt at random, where they are few; and random words."""
    words = rng.integers(0, 2 ** a["bits"], size=(4096, a["workers"]))
    sums = [a["workers"] * (levels - 1) + 1 for levels in widths(a)]
    if "fanIn" in a or math.prod(sums) > 100_000:
        return words, False
    dealt = [[deal(total, levels, a["workers"], rng) for total in range(count)] for levels, count in zip(widths(a), sums)]
    codes = np.zeros((math.prod(sums), a["workers"]), dtype=np.int64)
    for i, vector in enumerate(itertools.product(*dealt)):
        for symbols in vector:
            codes[i] = codes[i] * a["levels"] + symbols
    return np.concatenate([codes, words]), True


verdicts = []
rng = np.random.default_rng(1)
for job in json.loads((folder / "jobs.json").read_text()):
    circuit = json.loads(Path(job["circuit"]).read_text())
    network = json.loads(Path(job["network"]).read_text())
    a = circuit["aggregate"]
    codes, all_sums = inputs_of(a, rng)
    wanted = np.repeat(mean_codes(codes, a)[:, None], a["workers"], axis=1)
    table = np.load(job["table"])
    row, looked = run_table(table, codes)
    header = Path(job["header"])
    offset = 2 ** (a["bits"] - 1) if a["signed"] else 0
    found = {
        "circuit.json": run_circuit(circuit, codes),
        "table": looked,
        "header": run_header(header, job["identifier"], codes, offset),
    }
    lossy = any("fieldFactor" in it for section in circuit["sections"] for mesh in section["meshes"] for it in mesh["devices"])
    if not lossy:
        found["network.json"] = np.repeat(run_network(network, circuit, codes)[:, None], a["workers"], axis=1)
    if all_sums:
        assert np.array_equal(np.unique(row), np.arange(table["received"].shape[1])), "every row is reached"
    for what, got in found.items():
        verdicts.append({"circuit": circuit["name"], "what": what, "inputs": len(codes), "wrong": int((got != wanted).any(axis=1).sum())})
    if "chip" in job:
        chip = np.load(job["chip"])
        every = np.array(list(itertools.product(range(2 ** a["bits"]), repeat=a["workers"])))
        index, received = run_table(chip, every)
        assert np.array_equal(index, np.arange(len(every)))
        # the same chip, as circuit.json of its own
        own = run_circuit(json.loads(Path(job["chip_circuit"]).read_text()), every)
        verdicts.append({"circuit": circuit["name"], "what": "table of a chip", "inputs": len(every), "wrong": int((own != received).any(axis=1).sum()), "noisy": int((received != mean_codes(every, a)[:, None]).any(axis=1).sum())})
(folder / "verdicts.json").write_text(json.dumps(verdicts))
