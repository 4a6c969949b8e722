"""What `optinc track` says, from docs/explanation/bringup.md and physics.md, circuit.json and a technology alone; nothing is read with noise.

python track_reference.py circuit.json technology.yaml track.json -> for each time of track.json the root of the mean square of the
knobs' phases, and with few words the share of all words that are wrong, with pilots and without; and the bandwidth and cost of the loop.
Of track.json only what was drawn or asked for is used: rates of the fibres, names of the knobs, rate, gain, rounds, symbol rate and times.
"""

import itertools
import json
import sys
from pathlib import Path

import numpy as np
import yaml
from faults_reference import coupler, mean_of, symbol_of

UNITS = {"rad/s": 1, "mK/s": 1e-3, "MHz/s": 1e6, "us": 1e-6, "nm": 1e-9, "1/K": 1, "1": 1, "rad": 1}
C = 299792458.0
PROBE, SHARE, WEAK, DIM = 0.1, 0.3, 1e-3, 0.01
BACK = {"theta": 1, "phi": 0.01}


class Chip:
    """The circuit as designed, with phases of its knobs and of what drifts."""

    def __init__(self, circuit):
        self.circuit = circuit
        self.knobs = {}
        self.fibres = {}
        self.rad_per_um = 0.0

    def turned(self, kind, name):
        return np.exp(1j * self.knobs.get((kind, name), 0.0))

    def walk(self, fields, detected):
        """Light through all devices; `detected(kind, name, field, neuron)` gives what is sent on."""
        for section in self.circuit["sections"]:
            for mesh in section["meshes"]:
                for index, device in enumerate(mesh["devices"]):
                    name = "%s/%s[%d]" % (section["name"], mesh["name"], index)
                    theta, phi = (self.turned("heater", "%s.%s" % (name, each)) for each in ("theta", "phi"))
                    factor = device.get("fieldFactor", 1)
                    at = mesh["modes"][device["mode"]]
                    if device["kind"] == "mzi":
                        below = mesh["modes"][device["mode"] + 1]
                        inner = np.diag([np.exp(1j * device["thetaRad"]) * theta, 1]) @ coupler(np.pi / 4)
                        outer = np.diag([np.exp(1j * device["phiRad"]) * phi, 1])
                        fields[[at, below]] = factor * coupler(np.pi / 4) @ inner @ outer @ fields[[at, below]]
                    else:
                        drift = np.exp(1j * self.rad_per_um * device.get("lengthUm", 0))
                        fields[at] *= factor * drift * np.exp(1j * device.get("phiRad", 0))
                fields[mesh["terminated"]] = 0
            for neuron in section["activations"]:
                name = "%s[%d]" % (section["name"], neuron["mode"])
                seen = fields[neuron["mode"]] * self.turned("neuron-phase", name)
                fields[neuron["mode"]] = detected("neuron", name, seen, neuron)
        for port in self.circuit["outputs"]:
            seen = fields[port["mode"]] * self.turned("receiver-phase", port["name"])
            detected("receiver", port["name"], seen, port)

    def launched(self, port):
        turned = self.turned("launch-phase", port["name"]) * np.exp(1j * self.fibres.get(port["name"], 0.0))
        return port["fieldPerLevel"] * turned

    def pilots(self):
        """[detector][source]: fields of each source alone, worker's symbols at their highest level, neurons on."""
        inputs = self.circuit["inputs"]
        neurons = [(s["name"], n["mode"]) for s in self.circuit["sections"] for n in s["activations"]]
        fields = np.zeros((self.circuit["modes"], len(inputs) + len(neurons)), dtype=complex)
        for number, port in enumerate(inputs):
            fields[port["mode"], number] = self.launched(port) * (self.circuit["aggregate"]["levels"] - 1)
        rows = []

        def detected(kind, name, seen, device):
            rows.append(seen.copy())
            sent = np.zeros_like(seen)
            if kind == "neuron":
                sent[len(inputs) + neurons.index((name.split("[")[0], device["mode"]))] = device["gain"] * device["range"]
            return sent

        self.walk(fields, detected)
        return np.array(rows)

    def wrong_share(self, codes):
        aggregate = self.circuit["aggregate"]
        fields = np.zeros((self.circuit["modes"], len(codes)), dtype=complex)
        for port in self.circuit["inputs"]:
            fields[port["mode"]] = self.launched(port) * symbol_of(codes[:, port["worker"]], aggregate, port["symbol"])
        wrong = np.zeros(len(codes), dtype=bool)
        mean = mean_of(codes, aggregate["workers"])

        def detected(kind, name, seen, device):
            nonlocal wrong
            if kind == "neuron":
                return device["gain"] * np.clip(seen.real - device["threshold"], 0, device["range"])
            level = np.clip(np.floor(seen.real * device["levelsPerField"] + 0.5), 0, aggregate["levels"] - 1)
            wrong |= level != symbol_of(mean, aggregate, device["symbol"])

        self.walk(fields, detected)
        return float(wrong.mean())


def changes(now, was):
    small = np.minimum(abs(now), abs(was)) < DIM
    safe = np.where(small, 1, was)
    return np.where(small, now - was, was * np.log(np.where(small, 1, now) / safe))


def flat(fields):
    return np.concatenate([fields.real, fields.imag])


def quantity(quantities, name):
    return quantities[name]["value"] * UNITS[str(quantities[name]["unit"])]


def main():
    circuit = json.loads(Path(sys.argv[1]).read_text())
    quantities = yaml.safe_load(Path(sys.argv[2]).read_text())["quantities"]
    track = json.loads(Path(sys.argv[3]).read_text())
    q = lambda name: quantity(quantities, name)
    rate, gain = track["rateHz"], track["gain"]
    rates = dict(zip([port["name"] for port in circuit["inputs"]], track["drifts"]["fibres"]))
    by_heat = q("index-by-temperature") / q("wavelength") * q("chip-temperature-drift")
    per_um = 2 * np.pi * 1e-6 * (by_heat + q("group-index") / C * q("laser-frequency-drift"))
    knobs = [(each["knob"]["kind"], each["knob"]["name"]) for each in track["knobs"]]
    share = np.array([SHARE if kind == "heater" else 1 for kind, _ in knobs])
    back = np.array([BACK[name.rsplit(".", 1)[1]] if kind == "heater" else 0 for kind, name in knobs])

    chip = Chip(circuit)
    set_up = chip.pilots()
    seen = abs(set_up) > 1e-12
    scale = np.maximum(np.clip(set_up.real, 0, None).sum(axis=1), np.clip(-set_up.real, 0, None).sum(axis=1))
    read = lambda: (chip.pilots() / scale[:, None])[seen]
    was = read()
    slopes = []
    for knob, part in zip(knobs, share):
        ends = []
        for turn in (PROBE, -PROBE):
            chip.knobs[knob] = turn
            ends.append(read())
        chip.knobs[knob] = 0.0
        slopes.append(part * flat(ends[0] - ends[1]) / (2 * np.sin(PROBE)))
    slopes = np.array(slopes)
    normal = slopes @ slopes.T
    weak = WEAK * np.trace(normal) / len(knobs)
    inverse = np.linalg.inv(normal + weak * np.eye(len(knobs)))

    few = 2 ** (circuit["aggregate"]["bits"] * circuit["aggregate"]["workers"]) <= 2**16
    codes = np.array(
        list(itertools.product(range(2 ** circuit["aggregate"]["bits"]), repeat=circuit["aggregate"]["workers"])) if few else []
    )
    times = {round(each["seconds"] * rate) for each in track["times"]}
    alone, rows = Chip(circuit), []
    for number in range(1, track["rounds"] + 1):
        for each in (chip, alone):
            each.fibres = {name: speed * number / rate for name, speed in rates.items()}
            each.rad_per_um = per_um * number / rate
        off = slopes @ flat(changes(read(), was))
        if number in times:
            rms = float(np.sqrt(np.mean((share * (inverse @ off)) ** 2)))
            words = [each.wrong_share(codes) if few else None for each in (chip, alone)]
            rows.append({"rms": rms, "wrong": words[0], "untracked": words[1]})
        moved = np.array([chip.knobs.get(knob, 0.0) for knob in knobs])
        turn = share * (inverse @ (off + weak * back * moved / share))
        for knob, before, by in zip(knobs, moved, turn):
            chip.knobs[knob] = before - gain * by
    settling = q("heater-settling")
    a_round = 4 * (settling + 256 * seen.any(axis=0).sum() / track["symbolRateBd"])
    lost = rate * a_round + sum(abs(speed) for speed in rates.values()) / (2 * np.pi) * settling
    print(json.dumps({"times": rows, "bandwidthHz": gain * rate / (2 * np.pi), "roundS": a_round, "lost": lost}))


main()
