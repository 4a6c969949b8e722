"""Wrong words by wavelength and temperature once more, from docs/explanation/physics.md, a technology's YAML and circuit.json alone.

python wavelength_reference.py FOLDER: FOLDER/jobs.json lists {circuit, technology, csv}, three files; csv is what `optinc sweep --csv` wrote.
FOLDER/verdicts.json gets {circuit, technology, phases, change, proved, product, reference} for every row, the last two being wrong words.
"""

import csv
import json
import math
import sys
from itertools import product
from pathlib import Path

import numpy as np

from physics_reference import C, NEGLIGIBLE, mzi_matrix, steps, technology_of, wrapped


def coupler(angle, between):
    half = np.diag([np.exp(0.5j * between), np.exp(-0.5j * between)])
    return half @ np.array([[math.cos(angle), 1j * math.sin(angle)], [1j * math.sin(angle), math.cos(angle)]]) @ half


def arm(phase):
    return np.diag([np.exp(1j * phase), 1])


def built_phases(circuit):
    """By the place of each MZI among the steps: theta, the phi that is built (0 where none is), and whether theta has a heater."""
    pending = {light["mode"]: 0.0 for light in circuit["inputs"]}
    lanes = set(pending)
    built = {}
    for at, (_, kind, what, modes) in enumerate(steps(circuit)):
        if kind == "absorb":
            pending.pop(modes[0], None)
            lanes.discard(modes[0])
        elif kind == "neuron":
            pending[modes[0]] = 0.0
        elif kind == "device" and what[2]["kind"] == "phase" and modes[0] in pending:
            pending[modes[0]] += what[2]["phiRad"]
        elif kind == "device" and what[2]["kind"] == "mzi":
            section, _, device = what
            upper, lower = modes[0] in pending, modes[-1] in pending
            own = pending.get(modes[0], 0.0) + device["phiRad"]
            common = pending[modes[-1]] if lower else own
            phi = wrapped(own - common) if upper and lower else 0.0
            heated = section["kind"] == "layer" and any(mode in lanes for mode in modes)
            built[at] = (wrapped(device["thetaRad"]), phi, heated)
            if any(mode in lanes for mode in modes):
                lanes.update(modes)
            rows = np.abs(mzi_matrix(device))
            lit = [any(mode in pending and size > NEGLIGIBLE for mode, size in zip(modes, row)) for row in rows]
            for mode, on in zip(modes, lit):
                pending.pop(mode, None)
                if on:
                    pending[mode] = common
    return built


def untrimmed(device, theta, phi, tech, change):
    """The circuit's own matrix where nothing changes: what is not built turns with nothing."""
    ratio = tech["wavelength"] / (tech["wavelength"] + change)
    angle = math.pi / 4 + tech.get("coupler-angle-by-wavelength", 0) * change
    between = tech.get("coupler-phase-by-wavelength", 0) * change
    part = coupler(angle, between)
    return part @ arm(device["thetaRad"] + (ratio - 1) * theta) @ part @ arm(device["phiRad"] + (ratio - 1) * phi)


def trimmed(device, theta, heated, tech, change):
    angle = math.pi / 4 + tech.get("coupler-angle-by-wavelength", 0) * change
    wanted = math.sin(theta / 2) ** 2
    if heated:
        share = min(max(wanted, math.cos(2 * angle) ** 2), 1.0)
    else:
        ratio = tech["wavelength"] / (tech["wavelength"] + change)
        part = coupler(angle, tech.get("coupler-phase-by-wavelength", 0) * change)
        share = abs((part @ arm(theta * ratio) @ part)[0, 0]) ** 2
    share = min(share, 1.0)
    half = device["thetaRad"] / 2
    s, c = math.copysign(math.sqrt(share), math.sin(half)), math.copysign(math.sqrt(1 - share), math.cos(half))
    turn = np.exp(1j * device["phiRad"])
    return 1j * np.exp(1j * half) * np.array([[turn * s, c], [turn * c, -s]])


def wrong_words(circuit, built, tech, row):
    """Of all sums of symbols, each dealt in full levels, from the worker of the number of the symbol on."""
    change, warmer = float(row["wavelength_nm"]) * 1e-9, float(row["temperature_k"])
    is_trimmed = row["phases"] == "trimmed"
    aggregate = circuit["aggregate"]
    workers, levels, symbols = aggregate["workers"], aggregate["levels"], aggregate["symbols"]
    top = levels - 1
    sums = np.array(list(product(range(workers * top + 1), repeat=symbols)))
    word = sums @ levels ** np.arange(symbols)[::-1]
    mean = (2 * word + workers) // (2 * workers)
    lanes = np.zeros((circuit["modes"], len(sums)), complex)
    for light in circuit["inputs"]:
        if light["kind"] == "reference":
            lanes[light["mode"]] = light["field"]
        else:
            turn = (light["worker"] - light["symbol"]) % workers
            level = np.clip(sums[:, light["symbol"]] - top * turn, 0, top)
            lanes[light["mode"]] = light["fieldPerLevel"] * level
    for at, (_, kind, what, modes) in enumerate(steps(circuit)):
        if kind == "absorb":
            lanes[modes] = 0
        elif kind == "neuron":
            above = lanes[modes[0]].real - what.get("threshold", 0)
            lanes[modes[0]] = what["gain"] * np.clip(above, 0, what.get("range", math.inf))
        elif kind == "device" and what[2]["kind"] == "mzi":
            theta, phi, heated = built[at]
            device, factor = what[2], what[2].get("fieldFactor", 1.0)
            args = (device, theta, heated) if is_trimmed else (device, theta, phi)
            lanes[modes] = factor * (trimmed if is_trimmed else untrimmed)(*args, tech, change) @ lanes[modes]
        elif kind == "device" and what[2]["kind"] == "phase":
            lanes[modes] *= what[2].get("fieldFactor", 1.0) * np.exp(1j * what[2]["phiRad"])
        elif kind == "device":
            light = tech["wavelength"]
            slope = tech["group-index"] * change + C * tech.get("dispersion", 0) * change**2 / 2
            index = tech["index-by-temperature"] * warmer - slope / light
            turn = 0 if is_trimmed else 2 * math.pi * what[2]["lengthUm"] * 1e-6 * index / (light + change)
            lanes[modes] *= what[2]["fieldFactor"] * np.exp(1j * turn)
    wrong = np.zeros(len(sums), bool)
    for port in circuit["outputs"]:
        digit = mean // levels ** (symbols - 1 - port["symbol"]) % levels
        read = np.clip(np.floor(lanes[port["mode"]].real * port["levelsPerField"] + 0.5), 0, top)
        wrong |= read != digit
    return int(wrong.sum())


def main(folder):
    verdicts = []
    for job in json.loads((folder / "jobs.json").read_text()):
        circuit = json.loads(Path(job["circuit"]).read_text())
        tech, built = technology_of(job["technology"]), built_phases(circuit)
        for row in csv.DictReader(Path(job["csv"]).read_text().splitlines()):
            verdicts.append(
                {
                    **{key: Path(job[key]).name for key in ("circuit", "technology")},
                    **{key: row[key] for key in ("phases", "change")},
                    "proved": row["proved"] == "1",
                    "product": int(row["wrong"]),
                    "reference": wrong_words(circuit, built, tech, row),
                }
            )
    (folder / "verdicts.json").write_text(json.dumps(verdicts))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
