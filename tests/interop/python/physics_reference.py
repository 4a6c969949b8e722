"""The figures of `optinc budget` once more, from docs/explanation/physics.md, a technology's YAML and circuit.json alone.

python physics_reference.py FOLDER: FOLDER/jobs.json lists {circuit, technology, budget}, three files; budget is what
`optinc budget --json` printed. FOLDER/verdicts.json gets {circuit, technology, figure, product, reference} for every figure.
"""

import json
import math
import sys
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import yaml
from scipy.optimize import brentq

Q = 1.602176634e-19
H = 6.62607015e-34
C = 299792458.0

# Units of docs/reference/technology.md in base units; a loss stays in dB, of power.
UNITS = {
    "1": 1, "dB": 1, "dB/Hz": 1, "rad": 1, "bits": 1, "%": 1e-2, "nm": 1e-9, "um": 1e-6, "mm": 1e-3, "mm2": 1e-6,
    "dB/cm": 100, "1/nm": 1e9, "mW": 1e-3, "us": 1e-6, "ps": 1e-12, "A/W": 1, "nA": 1e-9, "kHz": 1e3, "GHz": 1e9,
    "FIT": 1 / 3600e9, "h": 3600, "s": 1, "pA/rtHz": 1e-12, "V": 1,
    "pJ/bit": 1e-12, "1/K": 1, "ohm": 1, "mA/um": 1e3, "ps/nm/km": 1e-6, "rad/nm": 1e9,
    "rad/s": 1, "mK/s": 1e-3, "MHz/s": 1e6,
}  # fmt: skip


def technology_of(path):
    """Every quantity of a technology in base units; one with an unknown unit is an error."""
    quantities = yaml.safe_load(Path(path).read_text())["quantities"]
    return {
        name: 1e-3 * ratio(entry["value"]) if entry["unit"] == "dBm" else entry["value"] * UNITS[str(entry["unit"])]
        for name, entry in quantities.items()
    }


def ratio(db):
    return 10 ** (db / 10)


def arrival(tech):
    """Loss of light that goes from a fibre into a chip, in dB."""
    return tech["fibre-loss"] + 10 * math.log10(1 + ratio(-tech["polarisation-extinction"]))


def is_amplified(tech):
    return "amplifier-gain" in tech and "laser-injection" not in tech


def tail(u):
    return math.erfc(u / math.sqrt(2)) / 2


# Parts


class Parts:
    """What an MZI with so many heaters, a fixed phase and a waveguide lose (dB of power) and how long they take (s)."""

    def __init__(self, tech):
        self.length = 2 * tech["coupler-length"] + 2 * tech["heater-length"]
        self.mzi_loss = 2 * tech["coupler-loss"] + tech["propagation-loss"] * self.length
        self.tech = tech
        self.slowness = tech["group-index"] / C

    def loss(self, device, heaters):
        if "fieldFactor" in device:
            return -20 * math.log10(device["fieldFactor"])
        if device["kind"] == "phase":
            return self.tech["propagation-loss"] * self.tech["heater-length"]
        return self.mzi_loss + heaters * self.tech["heater-loss"]

    def delay(self, device):
        if device["kind"] == "waveguide":
            crossed = device["crossings"] * self.tech["crossing-length"]
            return (device["lengthUm"] * 1e-6 + crossed) * self.slowness
        return (self.tech["heater-length"] if device["kind"] == "phase" else self.length) * self.slowness


def mzi_matrix(device):
    """U(theta, phi), its field factor included."""
    half, turn = device["thetaRad"] / 2, np.exp(1j * device["phiRad"])
    sin, cos = math.sin(half), math.cos(half)
    return 1j * np.exp(1j * half) * np.array([[turn * sin, cos], [turn * cos, -sin]]) * device.get("fieldFactor", 1.0)


def steps(circuit):
    """All that acts on light, in order: (section index, "device" | "absorb" | "neuron" | "end", what, modes)."""
    for s, section in enumerate(circuit["sections"]):
        for mesh in section["meshes"]:
            for device in mesh["devices"]:
                assert device["kind"] in ("mzi", "phase", "waveguide"), device["kind"]
                first = device["mode"]
                yield s, "device", (section, mesh, device), mesh["modes"][first : first + (2 if device["kind"] == "mzi" else 1)]
            for mode in mesh["terminated"]:
                yield s, "absorb", None, [mode]
        for neuron in section["activations"]:
            yield s, "neuron", neuron, [neuron["mode"]]
        yield s, "end", None, []


def loses(step):
    return step[1] == "device" and "fieldFactor" in step[2][2]


NEGLIGIBLE = 1e-9


def heaters_of(circuit):
    """Of each MZI, by its id, how many of its phases have a heater: theta in the layers, phi where two lit lanes meet behind P."""
    lit, counts = {light["mode"] for light in circuit["inputs"]}, {}
    for s, kind, what, modes in steps(circuit):
        if kind == "absorb":
            lit.discard(modes[0])
        elif kind == "device" and len(modes) == 2:
            met = [mode in lit for mode in modes]
            counts[id(what[2])] = int(s > 0 and all(met)) + int(what[0]["kind"] == "layer" and any(met))
            if any(met):
                lit.update(modes)
    return counts


def path_losses(circuit, tech):
    """Lossiest path into each neuron and receiver by name, fibres and the oscillator's coupler included, in dB."""
    parts, heaters, lanes, ends = Parts(tech), heaters_of(circuit), {}, {}
    for light in circuit["inputs"]:
        lanes[light["mode"]] = arrival(tech)
    for s, kind, what, modes in steps(circuit):
        if kind == "absorb":
            lanes.pop(modes[0], None)
        elif kind == "neuron":
            if modes[0] in lanes:
                name = f"{circuit['sections'][s]['name']} mode {modes[0]}"
                ends[name] = lanes[modes[0]] + tech["coupler-loss"]
            lanes[modes[0]] = 0.0
        elif kind == "device":
            device = what[2]
            loss = parts.loss(device, heaters.get(id(device), 0))
            if device["kind"] != "mzi":
                if modes[0] in lanes:
                    lanes[modes[0]] += loss
                continue
            matrix = np.abs(mzi_matrix(device))
            out = [[lanes[m] for m, coupling in zip(modes, row) if m in lanes and coupling > NEGLIGIBLE] for row in matrix]
            for mode, arriving in zip(modes, out):
                lanes.pop(mode, None)
                if arriving:
                    lanes[mode] = max(arriving) + loss
    for port in circuit["outputs"]:
        if port["mode"] in lanes:
            ends[port["name"]] = lanes[port["mode"]] + tech["coupler-loss"] + arrival(tech)
    return ends


# Noise of one homodyne detection


def equaliser_gain(tech, zero, band):
    """Mean power gain of an equaliser for white noise up to `band`."""
    pole = tech.get("equaliser-bandwidth", 0)
    if pole <= zero:
        return 1.0
    squared = (pole / zero) ** 2
    return squared + (1 - squared) * (pole / band) * math.atan(band / pole)


class Noise:
    """Noise of a detection at a launch power (W) and symbol rate (Bd); fields in units of the circuit."""

    def __init__(self, circuit, tech, rate, launch):
        amplified = 0.0
        if is_amplified(tech):
            photon = H * C / tech["wavelength"]
            gain, noise_figure = ratio(tech["amplifier-gain"]), ratio(tech["amplifier-noise-figure"])
            amplified = 2 * photon * noise_figure * gain / tech["amplifier-saturation"]
        laser, signal = ratio(tech["laser-rin"]) + amplified, ratio(tech["signal-rin"]) + amplified
        flat = tech["noise-bandwidth-ratio"] * rate
        filters = [tech["modulator-bandwidth"], tech["detector-bandwidth"]]
        amplifier = min(tech["tia-bandwidth"], tech["receiver-bandwidth-ratio"] * rate)
        self.bandwidth = B = flat * equaliser_gain(tech, min(*filters, tech["tia-bandwidth"]), flat)
        wide = flat * equaliser_gain(tech, min(*filters, amplifier), flat)
        r, plo, k = tech["responsivity"], tech["local-oscillator-power"], ratio(-tech["coupler-loss"])
        levels = circuit["aggregate"]["levels"]
        largest = max(i["fieldPerLevel"] * (levels - 1) for i in circuit["inputs"] if i["kind"] == "worker")
        self.unit = launch * ratio(-arrival(tech)) / largest**2
        self.variances = {
            "shotA": 2 * Q * r * plo * k * B,
            "darkA": 2 * Q * 2 * tech["dark-current"] * B,
            "thermalA": tech["tia-noise"] ** 2 * B,
            "rinA": (r * plo * k) ** 2 * laser * B * ratio(-tech["common-mode-rejection"]),
        }
        self.received = {name: variance * wide / B for name, variance in self.variances.items()}
        self.total = sum(self.variances.values())
        self.current = 2 * r * math.sqrt(plo * k * self.unit * k)
        self.current_received = self.current * math.sqrt(ratio(-arrival(tech)))
        self.neuron = math.sqrt(self.total) / self.current
        self.receiver = math.sqrt(sum(self.received.values())) / self.current_received
        growing = Q / (2 * r * plo * k) + signal / 4
        self.e, self.e_received = math.sqrt(growing * B), math.sqrt(growing * wide)
        self.w = math.sqrt(signal * max(B, wide)) / 2


# Word error rate


def slice_of(circuit, ends, inputs):
    """Places (section, mode) of neurons on which the ends (section, mode) depend, not going behind the inputs."""
    live, neurons = set(), set()
    for s, kind, what, modes in reversed(list(steps(circuit))):
        if kind == "end":
            live |= {mode for section, mode in ends if section == s}
            live -= {mode for section, mode in inputs if section == s}
        elif kind == "neuron" and modes[0] in live:
            neurons.add((s, modes[0]))
        elif kind == "absorb":
            live.discard(modes[0])
        elif kind == "device" and what[2]["kind"] == "mzi":
            matrix = np.abs(mzi_matrix(what[2]))
            wanted = [o for o, mode in enumerate(modes) if mode in live]
            live -= set(modes)
            live |= {mode for i, mode in enumerate(modes) if any(matrix[o][i] > NEGLIGIBLE for o in wanted)}
    return neurons


class Curve:
    """Where the field of a neuron is on its curve in each state: what it passes before its gain, and the corners near by.

    away: states in which a neuron at a corner is on the other side of it, where nothing of its noise passes."""

    def __init__(self, neuron, field, away):
        clips = neuron["kind"] == "saturating"
        assert clips or neuron["kind"] == "relu", neuron["kind"]
        above = field - neuron["threshold"] if clips else field
        top = neuron["range"] if clips else math.inf
        grain = 1e-9 * np.max(np.abs(above))
        at_foot, at_top = np.abs(above) < grain, np.abs(above - top) < grain
        self.corner = at_foot | at_top
        self.full = ((above >= top) & ~self.corner) | (at_top & away)
        self.linear = (self.corner & ~away) | ((above > 0) & (above < top) & ~self.corner)
        self.passed = np.where(at_foot, 0.0, np.clip(above, 0.0, top))
        self.above, self.top = above, top

    def distances(self, state):
        """From the corners at which the part of the curve ends where the field is."""
        if self.full[state]:
            return [self.above[state] - self.top]
        if self.linear[state]:
            return [self.above[state]] + ([self.top - self.above[state]] if self.top < math.inf else [])
        return [-self.above[state]]


class Cell:
    """A cell in all of its states: fields, and linear responses to each of its inputs, the reference and its neurons.

    A state in which k neurons stand at a corner is 2^k circuits; number i of them is the one in which, in the order of light,
    those whose bit of i is set are on the side of the corner where nothing passes."""

    def __init__(self, circuit, name, inputs, values, ends):
        """inputs: indices of signals; values [states, inputs]; ends: places (section, mode) that are read."""
        first = Circuit(circuit, inputs, values, ends, 0)
        self.name, self.inputs, self.values = name, inputs, values
        self.neurons, self.idle, self.sent, self.curves = first.neurons, first.idle, first.sent, first.curves
        self.count = 2 ** sum(first.idle.values(), np.zeros(len(values), dtype=int))
        others = range(1, int(np.max(self.count)))
        self.circuits = [first] + [Circuit(circuit, inputs, values, ends, number) for number in others]


class Circuit:
    """One of them."""

    def __init__(self, circuit, inputs, values, ends, number):
        signals = circuit["certificate"]["signals"]
        self.inputs = inputs
        places = {(signals[i]["section"], signals[i]["mode"]): j for j, i in enumerate(inputs)}
        self.neurons = sorted(slice_of(circuit, ends, places))
        states, n = len(values), len(inputs)
        # Columns: field, response to each input, response to the reference, response to each neuron's own noise.
        width = 1 + n + 1 + len(self.neurons)
        light = np.zeros((circuit["modes"], states, width), dtype=complex)
        for source in circuit["inputs"]:
            if source["kind"] != "worker":
                light[source["mode"], :, 0] += source["field"]
                light[source["mode"], :, 1 + n] += source["field"]
        self.before, self.ends, self.idle, self.sent, self.curves = {}, {}, {}, {}, {}
        corners = np.zeros(states, dtype=int)
        for s, kind, what, modes in steps(circuit):
            if kind == "absorb":
                light[modes[0]] = 0
            elif kind == "device":
                device = what[2]
                if device["kind"] == "mzi":
                    light[modes] = np.tensordot(mzi_matrix(device), light[modes], axes=1)
                else:
                    light[modes[0]] *= np.exp(1j * device.get("phiRad", 0.0)) * device.get("fieldFactor", 1.0)
            elif kind == "neuron":
                mode = modes[0]
                real = light[mode].real.copy()
                light[mode] = 0
                if (s, mode) in self.neurons:
                    self.before[s, mode] = real
                    curve = Curve(what, real[:, 0], (number >> corners) % 2 == 1)
                    corners = corners + curve.corner
                    self.curves[s, mode], self.idle[s, mode] = curve, curve.corner
                    light[mode] = (what["gain"] * curve.linear)[:, None] * real
                    light[mode][:, 0] = what["gain"] * curve.passed
                    light[mode][:, 2 + n + self.neurons.index((s, mode))] = what["gain"] * (curve.linear | curve.full)
                    self.sent[s, mode] = light[mode][:, 0].real.copy()
            else:
                for (section, mode), j in places.items():
                    if section == s:
                        light[mode] = 0
                        light[mode][:, 0] = values[:, j] * signals[inputs[j]]["fieldPerUnit"]
                        light[mode][:, 1 + j] = 1
                for section, mode in ends:
                    if section == s:
                        self.ends[section, mode] = light[mode].real.copy()

    def brought(self, state, arriving, noise, sources):
        """What every column of a place brings along in a state: standard deviations by source, [column, source].

        arriving: the same of each input, [input, source]; sources: the column of each source."""
        n = len(self.inputs)
        found = np.zeros((2 + n + len(self.neurons), len(sources)))
        found[1 : 1 + n] = arriving
        found[1 + n, sources["reference"]] = noise.w
        for k, at in enumerate(self.neurons):
            detected = 0.0
            if self.curves[at].linear[state]:
                detected = noise.neuron**2 + (noise.e * self.before[at][state, 0]) ** 2
            found[2 + n + k, sources[at]] = math.sqrt(detected + (noise.w * self.curves[at].passed[state]) ** 2)
        return found


def terms_of(cell):
    """Signals that a cell takes: the terms of a sum, or what is handed on and what forbids it."""
    return [cell["set"], cell["unless"]] if cell["kind"] == "only" else [term["signal"] for term in cell["terms"]]


def claimed(cell, values):
    """What a cell gives for values of its inputs, by signal; a split subtracts each bit's weight where the rest reaches it."""
    if cell["kind"] == "nonzero":
        return {cell["bit"]: int(any(values))}
    if cell["kind"] == "only":
        return {cell["bit"]: int(values[0] and not values[1])}
    assert cell["kind"] == "split", cell["kind"]
    rest = cell["offset"] + sum(term["weight"] * value for term, value in zip(cell["terms"], values))
    found = {}
    for bit in cell["bits"]:
        found[bit["signal"]] = int(rest >= bit["weight"])
        rest -= bit["weight"] * found[bit["signal"]]
    if cell["residual"] is not None:
        found[cell["residual"]] = rest
    return found


class Model:
    """Fields of a circuit with a certificate, of which no part depends on powers or the symbol rate."""

    def __init__(self, circuit):
        certificate = circuit["certificate"]
        self.circuit, signals = circuit, certificate["signals"]
        self.signals = signals
        last = len(circuit["sections"]) - 1
        self.given = {}  # signal -> (index of its cell, its values by state of that cell)
        self.cells = []
        for cell in certificate["cells"]:
            inputs = terms_of(cell)
            if cell["kind"] == "sum":
                # Linear: whatever its inputs are, their noise adds up, so that one state, which has no field to read, is enough.
                end = signals[cell["total"]]
                nothing = np.zeros((1, len(inputs)), dtype=int)
                self.cells.append(Cell(circuit, cell["name"], inputs, nothing, [(end["section"], end["mode"])]))
                self.given[cell["total"]] = (len(self.cells) - 1, None)
                continue
            values = self.joint(inputs)
            outputs = [claimed(cell, row) for row in values.tolist()]
            ends = [(signals[i]["section"], signals[i]["mode"]) for i in outputs[0]]
            self.cells.append(Cell(circuit, cell["name"], inputs, values, ends))
            for signal in outputs[0]:
                self.given[signal] = (len(self.cells) - 1, np.array([row[signal] for row in outputs]))
        self.symbols = []
        for index, terms in enumerate(certificate["symbols"]):
            inputs = [term["signal"] for term in terms]
            values = self.joint(inputs)
            levels = values @ np.array([term["weight"] for term in terms])
            # No word has a symbol out of its levels, however freely signals combine.
            within = (levels >= 0) & (levels < circuit["aggregate"]["levels"])
            values, levels = values[within], levels[within]
            receivers = [o for o in circuit["outputs"] if o["symbol"] == index]
            cell = Cell(circuit, f"symbol {index}", inputs, values, [(last, o["mode"]) for o in receivers])
            self.symbols.append((cell, receivers, levels))
        self.last = last
        neurons = {at for cell in [*self.cells, *(cell for cell, _, _ in self.symbols)] for at in cell.neurons}
        launches = [f"launch of {signal['name']}" for i, signal in enumerate(signals) if i not in self.given]
        self.sources = {source: column for column, source in enumerate(["reference", *launches, *sorted(neurons)])}

    def groups(self, inputs):
        """Inputs by the cell that gives them; a sum stands alone."""
        found = {}
        for i in inputs:
            found.setdefault(self.given[i][0] if i in self.given else f"sum {i}", []).append(i)
        return {giver: tuple(group) for giver, group in found.items()}

    def joint(self, inputs):
        """Values of signals that can occur together, [states, inputs]: those of one cell jointly, of different cells freely."""
        choices = []
        for group in self.groups(inputs).values():
            if group[0] in self.given and self.given[group[0]][1] is not None:
                choices.append(sorted(set(zip(*(self.given[i][1].tolist() for i in group)))))
            else:
                choices.append([(v,) for v in range(self.signals[group[0]]["max"] + 1)])
        order = [i for group in self.groups(inputs).values() for i in group]
        rows = [dict(zip(order, [v for part in combination for v in part])) for combination in product(*choices)]
        return np.array([[row[i] for i in inputs] for row in rows])

    @cache
    def states_before(self, cell, giver, group, values):
        """States of the cell `giver` in which a group of its signals has these values."""
        # A sum between units takes the largest noise of any state, and hands on one of its own.
        is_sum = any(levels is None and self.cells[of] is cell for of, levels in self.given.values())
        fits = lambda t: all(self.given[i][1] is None or self.given[i][1][t] == v for i, v in zip(group, values))
        return [t for t in range(len(self.cells[giver].values)) if is_sum or fits(t)]

    def arriving(self, cell, state, noise, carried):
        """For each input of a cell what it brings along in a state, standard deviations by source; and as how many circuits the
        state is counted by what stands before it."""
        values = dict(zip(cell.inputs, cell.values[state].tolist()))
        found, count = {i: np.zeros(len(self.sources)) for i in cell.inputs}, 1
        for group in self.groups(cell.inputs).values():
            if group[0] not in self.given:
                (i,) = group
                signal = self.signals[i]
                levels = self.circuit["aggregate"]["levels"]
                deviation = noise.w * abs(signal["fieldPerUnit"]) * math.sqrt((levels - 1) * values[i])
                found[i][self.sources[f"launch of {signal['name']}"]] = deviation
                continue
            giver, _ = self.given[group[0]]
            states = self.states_before(cell, giver, group, tuple(values[i] for i in group))
            for i in group:
                found[i] = carried[i][0][states].max(axis=0)
            count *= max(carried[group[0]][1][t] for t in states)
        return np.array([found[i] for i in cell.inputs]), count

    def word_error_rate(self, noise, decisions=None):
        """The bound. Where decisions is a list, (kind, cell, place, state, distance, sigma) are added to it."""
        total, carried = 0.0, {}
        for cell, receivers, levels in [(cell, [], None) for cell in self.cells] + self.symbols:
            outputs = [i for i, (giver, _) in self.given.items() if not receivers and self.cells[giver] is cell]
            handed, counts, largest = {i: np.zeros((len(cell.values), len(self.sources))) for i in outputs}, [], 0.0
            for state in range(len(cell.values)):
                arriving, before = self.arriving(cell, state, noise, carried)
                bound = 0.0
                for linear in cell.circuits[: cell.count[state]]:
                    brought = linear.brought(state, arriving, noise, self.sources)
                    for at in cell.neurons:
                        place = linear.before[at]
                        if cell.idle[at][state]:
                            continue
                        squares = np.sum((np.abs(place[state]) @ brought) ** 2)
                        sigma = math.sqrt(squares + noise.neuron**2 + (noise.e * place[state, 0]) ** 2)
                        for distance in cell.curves[at].distances(state):
                            bound += tail(distance / sigma)
                            if decisions is not None:
                                decisions.append(("comparator", cell.name, at, state, distance, sigma))
                    for receiver in receivers:
                        place = linear.ends[self.last, receiver["mode"]]
                        x, scale, level = place[state, 0], receiver["levelsPerField"], int(levels[state])
                        squares = np.sum((np.abs(place[state]) @ brought) ** 2)
                        sigma = math.sqrt(squares + noise.receiver**2 + (noise.e_received * x) ** 2)
                        off = x * scale - level
                        sides = ([0.5 + off] if level > 0 else []) + (
                            [0.5 - off] if level < self.circuit["aggregate"]["levels"] - 1 else []
                        )
                        for side in sides:
                            bound += tail(side / scale / sigma)
                            if decisions is not None:
                                decisions.append(("receiver", cell.name, receiver["name"], state, side / scale, sigma))
                    for i in outputs:
                        place = linear.ends[self.signals[i]["section"], self.signals[i]["mode"]]
                        handed[i][state] = np.maximum(handed[i][state], np.abs(place[state]) @ brought)
                largest = max(largest, before * bound)
                counts.append(before * int(cell.count[state]))
            carried |= {i: (handed[i], counts) for i in outputs}
            total += largest
        return total

    def largest_sent(self):
        """The largest field that each neuron sends, over all states."""
        return {at: float(np.max(sent)) for cell in self.cells for at, sent in cell.sent.items()}


def least_launch_power(model, tech, rate, wanted):
    """A root in the logarithms; None where no power below 1 kW does."""

    def surplus(exponent):
        rate_at = model.word_error_rate(Noise(model.circuit, tech, rate, 10**exponent))
        return math.log(max(rate_at, 1e-300) / wanted)

    return 10 ** brentq(surplus, -9, 3, xtol=1e-9) if surplus(3) <= 0 else None


# Time


def time_of(circuit, tech):
    """Latency (s) and largest skew (s)."""
    parts, lanes = Parts(tech), {}  # lane -> (clock, when the last and the first light of the word are there)
    members = {}  # clock -> {input: when it launches}
    for i, light in enumerate(circuit["inputs"]):
        if light["kind"] == "worker":
            lanes[light["mode"]], members[i] = (i, 0.0, 0.0), {i: 0.0}
    worst = 0.0
    for _, kind, what, modes in steps(circuit):
        if kind == "absorb":
            lanes.pop(modes[0], None)
            continue
        if kind == "end" or not any(mode in lanes for mode in modes):
            continue
        if len(modes) == 1:
            clock, last, first = lanes[modes[0]]
            takes = tech["neuron-delay"] if kind == "neuron" else parts.delay(what[2])
            lanes[modes[0]] = (clock, last + takes, first + takes)
            continue
        if all(mode in lanes for mode in modes):
            (kept, here, _), (joined, there, _) = (lanes[mode] for mode in modes)
            if kept != joined:
                members[kept] |= {i: time + here - there for i, time in members.pop(joined).items()}
                for mode, (clock, last, first) in lanes.items():
                    if clock == joined:
                        lanes[mode] = (kept, last + here - there, first + here - there)
            worst = max(worst, max(lanes[mode][1] for mode in modes) - min(lanes[mode][2] for mode in modes))
        arriving = [(mode, *lanes.pop(mode)) for mode in modes if mode in lanes]
        for mode, row in zip(modes, np.abs(mzi_matrix(what[2]))):
            if any(row[modes.index(other)] > NEGLIGIBLE for other, *_ in arriving):
                last, first = max(at for _, _, at, _ in arriving), min(at for *_, at in arriving)
                lanes[mode] = (arriving[0][1], last + parts.delay(what[2]), first + parts.delay(what[2]))
    ends = [lanes[port["mode"]] for port in circuit["outputs"]]
    latency = max(last - min(members[clock].values()) for clock, last, _ in ends)
    # Waits are made up of sums of delays: what is left of them below an attosecond is rounding.
    worst = 0.0 if worst < 1e-18 else worst
    return latency, worst


def ages_of(circuit, tech):
    """By how much light that meets differs in age (s), by the name of the place."""
    parts, found = Parts(tech), {}
    lanes = {port["mode"]: (0.0, 0.0) for port in circuit["inputs"]}  # oldest and youngest light
    for section in circuit["sections"]:
        for mesh in section["meshes"]:
            for index, device in enumerate(mesh["devices"]):
                modes = [mesh["modes"][device["mode"] + i] for i in range(2 if device["kind"] == "mzi" else 1)]
                from_lanes = [i for i, mode in enumerate(modes) if mode in lanes]
                lit = [lanes.pop(modes[i]) for i in from_lanes]
                if len(lit) == 2:
                    apart = max(lit[0][0] - lit[1][1], lit[1][0] - lit[0][1])
                    found[f"{section['name']}/{mesh['name']}[{index}]"] = apart
                rows = np.abs(mzi_matrix(device)) if device["kind"] == "mzi" else [[1]]
                for mode, row in zip(modes, rows):
                    if lit and max(row[i] for i in from_lanes) > NEGLIGIBLE:
                        oldest, youngest = max(at for at, _ in lit), min(at for _, at in lit)
                        lanes[mode] = (oldest + parts.delay(device), youngest + parts.delay(device))
            for mode in mesh["terminated"]:
                lanes.pop(mode, None)
        for neuron in section["activations"]:
            if neuron["mode"] in lanes:
                found[f"{section['name']}[{neuron['mode']}]"] = lanes[neuron["mode"]][0]
            lanes[neuron["mode"]] = (0.0, 0.0)
    return found | {port["name"]: lanes[port["mode"]][0] for port in circuit["outputs"]}


# Hardware


def wrapped(phase):
    """In (-pi, pi]."""
    turned = math.remainder(phase, 2 * math.pi)
    return math.pi if turned <= -math.pi + 1e-12 else turned


def hardware_of(circuit):
    """Counts, and the phases that have a heater: theta of lit MZIs in the layers, phi where two lit lanes meet behind P."""
    built, drawn, mzis, fixed, neurons, crossings, length, longest = [], [], 0, 0, 0, 0, 0.0, 0.0
    pending = {light["mode"]: 0.0 for light in circuit["inputs"]}  # phase not built yet of each lit lane
    lanes = set(pending)  # that some light may reach, whatever the ratios of MZIs are
    for s, kind, what, modes in steps(circuit):
        if kind == "absorb":
            pending.pop(modes[0], None)
            lanes.discard(modes[0])
        elif kind == "neuron":
            neurons += 1
            pending[modes[0]] = 0.0
        elif kind == "device":
            section, mesh, device = what
            if device["kind"] == "waveguide":
                crossings += device["crossings"]
                length += device["lengthUm"]
                longest = max(longest, device["lengthUm"])
            elif device["kind"] == "phase":
                drawn.append(device["phiRad"])
                if modes[0] in pending:
                    pending[modes[0]] += device["phiRad"]
            else:
                mzis += 1
                layer = section["kind"] == "layer"
                drawn += [device["thetaRad"], device["phiRad"]]
                needed = []
                if modes[0] in pending and modes[1] in pending:
                    needed.append(pending[modes[0]] + device["phiRad"] - pending[modes[1]])
                    common = pending[modes[1]]
                else:
                    common = pending[modes[0]] + device["phiRad"] if modes[0] in pending else pending.get(modes[1])
                fixed += 0 if layer else 1
                met = [m in lanes for m in modes]
                if s > 0 and all(met):
                    built += needed or [0.0]
                if layer and any(met):
                    built.append(device["thetaRad"])
                if any(met):
                    lanes.update(modes)
                matrix = np.abs(mzi_matrix(device))
                lit = [any(m in pending and c > NEGLIGIBLE for m, c in zip(modes, row)) for row in matrix]
                for mode, on in zip(modes, lit):
                    pending.pop(mode, None)
                    if on:
                        pending[mode] = common
    receivers = len(circuit["outputs"])
    workers = sum(light["kind"] == "worker" for light in circuit["inputs"])
    return {
        "mzis": mzis,
        "fixedCouplers": fixed,
        "phasesDrawn": len(drawn),
        "heaters": len(built),
        "phasesDrawnPi": sum(abs(wrapped(p)) for p in drawn) / math.pi,
        "heatersPi": sum(abs(wrapped(p)) for p in built) / math.pi,
        "neurons": neurons,
        "receivers": receivers,
        "oscillators": neurons + receivers,
        "carriers": neurons,
        "photodiodes": 2 * (neurons + receivers),
        "amplifiers": neurons + receivers,
        "modulators": neurons,
        "transmitters": workers,
        "referenceInputs": len(circuit["inputs"]) - workers,
        "dacChannels": len(built),
        "crossings": crossings / 2,
        "waveguideUm": length,
        "longestUm": longest,
    }


# All of it


def words_right(circuit, leak, neurons_leak):
    """Whether every receiver reads the mean of all sums of symbols, transmitters and neurons leaking that complex share of their highest field."""
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
            continue
        level = np.clip(sums[:, light["symbol"]] - top * light["worker"], 0, top)
        lanes[light["mode"]] = light["fieldPerLevel"] * (level + leak * (top - level))
    for _, kind, what, modes in steps(circuit):
        if kind == "absorb":
            lanes[modes] = 0
        elif kind == "neuron":
            above = lanes[modes[0]].real - what.get("threshold", 0)
            sent = np.clip(above, 0, what["range"])
            lanes[modes[0]] = what["gain"] * (sent + neurons_leak * (what["range"] - sent))
        elif kind == "device" and what[2]["kind"] == "mzi":
            lanes[modes] = mzi_matrix(what[2]) @ lanes[modes]
        elif kind == "device" and what[2]["kind"] == "phase":
            lanes[modes] *= np.exp(1j * what[2]["phiRad"]) * what[2].get("fieldFactor", 1.0)
        elif kind == "device":
            lanes[modes] *= what[2].get("fieldFactor", 1.0)
    digits = [mean // levels ** (symbols - 1 - j) % levels for j in range(symbols)]
    return all(
        np.array_equal(np.clip(np.floor(lanes[port["mode"]].real * port["levelsPerField"] + 0.5), 0, top), digits[port["symbol"]])
        for port in circuit["outputs"]
    )


def extinction_of(circuit, phases, leaking):
    """The extinction ratio that no word is wrong at, in dB: doubled from 0.01, then halved in five times."""
    turns = lambda who: np.exp(1j * np.array(phases)) if who in leaking else [0]
    pairs = list(product(turns("transmitters"), turns("neurons")))
    right = lambda share: all(words_right(circuit, share * one, share * other) for one, other in pairs)
    low, high = 0.0, 0.01
    while low < 1 and right(high):
        low, high = high, min(1, 2 * high)
    for _ in range(0 if low == 1 else 5):
        middle = (low + high) / 2
        low, high = (middle, high) if right(middle) else (low, middle)
    return max(0.0, -20 * math.log10(low)) if low > 0 else None


def power_of(circuit, tech, counts, model, noise, rate, launch):
    """Electrical power and light by part, in W."""
    bits = circuit["aggregate"]["workers"] * circuit["aggregate"]["bits"]
    wide = min(tech["tia-bandwidth"], tech["receiver-bandwidth-ratio"] * rate) / tech["tia-bandwidth"]
    receivers = len(circuit["outputs"])
    electrical = {
        "heatersW": tech["heater-power-pi"] * counts["heaters"],
        "driversW": tech["driver-power"] * counts["dacChannels"],
        "amplifiersW": tech["tia-power"] * counts["neurons"],
        "receiversW": tech["tia-power"] * wide * receivers,
        "modulatorsW": tech["modulator-drive-power"] * counts["modulators"],
        "transmittersW": tech["transmitter-energy"] * bits * rate,
        "locksW": (counts["transmitters"] + receivers) * (tech["heater-power-pi"] + tech["driver-power"]),
    }
    split = lambda leaves: math.ceil(math.log2(leaves)) * tech["splitter-loss"]
    tree = ratio(arrival(tech) + split(counts["oscillators"] + counts["carriers"]))
    sent = ratio(tech["modulator-loss"] + tech["fibre-loss"] + arrival(tech) + split(counts["transmitters"]))
    references = [light["field"] for light in circuit["inputs"] if light["kind"] != "worker"]
    carried = sum(field**2 for field in model.largest_sent().values()) * noise.unit * ratio(tech["modulator-loss"])
    light = {
        "workersW": launch * sent * counts["transmitters"],
        "referenceW": sum(field**2 for field in references) * noise.unit * ratio(arrival(tech)),
        "oscillatorsW": counts["oscillators"] * tech["local-oscillator-power"] * tree,
        "carriersW": carried * tree,
    }
    light["totalW"] = sum(light.values())
    total, amplifiers = light["totalW"], 0
    if is_amplified(tech):
        amplifiers = math.ceil(total / tech["amplifier-saturation"])
        given = total / ratio(tech["amplifier-gain"]) * ratio(split(amplifiers))
        lasers = math.ceil(given / tech["laser-power"])
    else:
        lasers = math.ceil(total / tech["laser-power"])
        given = total + tech["laser-injection"] * (lasers - 1)
    electrical["lasersW"] = given / tech["laser-efficiency"] + amplifiers * tech["amplifier-power"]
    electrical["totalW"] = sum(electrical.values())
    light |= {"lasersW": given, "lasers": lasers, "amplifiers": amplifiers}
    return electrical, light


def switched(tech, bits):
    """Of an electronic switch and its links, J a word."""
    amplified = tech["tia-power"] * tech["noise-bandwidth-ratio"] / tech["tia-bandwidth"] / 2
    link = tech["transmitter-energy"] + amplified + tech["link-laser-energy"]
    return bits * (tech["switch-energy"] + 2 * link + tech["fec-energy"])


def figures_of(circuit, tech, rate, launch, wanted):
    """Every figure by name, in base units."""
    parts, counts, model = Parts(tech), hardware_of(circuit), Model(circuit)
    found = {f"hardware.{name}": count for name, count in counts.items()}
    noise = Noise(circuit, tech, rate, launch)
    for place, variances, sigma, current, growing in (
        ("neuron", noise.variances, noise.neuron, noise.current, noise.e),
        ("receiver", noise.received, noise.receiver, noise.current_received, noise.e_received),
    ):
        found |= {f"noise.{place}.{name}": math.sqrt(variance) for name, variance in variances.items()}
        found[f"noise.{place}.totalA"] = math.sqrt(sum(variances.values()))
        found[f"noise.{place}.currentPerUnitA"] = current
        found[f"noise.{place}.sigma"] = sigma
        found[f"noise.{place}.relative"] = growing
    found["noise.bandwidthHz"] = noise.bandwidth
    decisions = []
    found["word-error-rate"] = model.word_error_rate(noise, decisions)
    found["launch-power"] = least_launch_power(model, tech, rate, wanted)
    closest = {}
    for kind, cell, place, _, distance, sigma in decisions:
        closest[kind, cell, place] = min(closest.get((kind, cell, place), math.inf), distance / sigma)
    for (kind, cell, place), q in closest.items():
        name = place if kind == "receiver" else f"mode {place[1]} of section {place[0]}"
        found[f"decision.{name}.q"] = q
    losses = path_losses(circuit, tech)
    found |= {f"loss to {name}": loss for name, loss in losses.items()}
    found["path-loss"] = max(losses.values())
    found["latency"], found["skew"] = time_of(circuit, tech)
    if counts["waveguideUm"] > 0:
        for name, apart in ages_of(circuit, tech).items():
            found[f"coherence.{name}.delayS"] = apart
            found[f"coherence.{name}.linewidthRad"] = math.sqrt(2 * math.pi * tech["laser-linewidth"] * apart)
            by_heat = tech["index-by-temperature"] * C / (tech["group-index"] * tech["wavelength"])
            found[f"coherence.{name}.radPerKelvin"] = 2 * math.pi * apart * by_heat
            found[f"coherence.{name}.radPerGigahertz"] = 2 * math.pi * apart * 1e9
        found["coherence.polarisationDb"] = 10 * math.log10(1 + ratio(-tech["polarisation-extinction"]))

    heaters = tech["heater-power-pi"] * counts["heatersPi"]
    found["heater-power"] = heaters
    found["mzis"] = counts["mzis"]
    found["crossings"] = counts["crossings"] if any(loses(step) for step in steps(circuit)) else None
    bits = circuit["aggregate"]["workers"] * circuit["aggregate"]["bits"]
    electrical, light = power_of(circuit, tech, counts, model, noise, rate, launch)
    found |= {f"power.electrical.{name}": value for name, value in electrical.items()}
    found |= {f"power.light.{name}": value for name, value in light.items()}
    needed = found["launch-power"]
    found["energy-per-word"] = None
    if needed is not None:
        at_need = Noise(circuit, tech, rate, needed)
        spent, _ = power_of(circuit, tech, counts, model, at_need, rate, needed)
        found["energy-per-word"] = found["energy.joulesPerWord"] = spent["totalW"] / rate
        found["energy.joulesPerBit"] = spent["totalW"] / rate / bits
        found["energy.launchPowerW"] = needed
        found["energy.switch.joulesPerWord"] = switched(tech, bits)
    mesh = 2 * tech["lane-pitch"] * parts.length * counts["mzis"]
    lanes = tech["lane-pitch"] * counts["waveguideUm"] * 1e-6
    found["area"] = mesh + tech["neuron-area"] * counts["neurons"] + lanes
    return found


def numbers_of(value, name):
    if isinstance(value, dict):
        return [pair for key, part in value.items() for pair in numbers_of(part, f"{name}.{key}")]
    return [(name, value)] if isinstance(value, (int, float)) and not isinstance(value, bool) else []


def printed(budget):
    """The numbers of `optinc budget --json`, by the names of figures_of."""
    hardware = {key: value for key, value in budget["hardware"].items() if key != "placement"}
    found = dict(numbers_of(hardware, "hardware"))
    for name, figure in budget["figures"].items():
        found[name] = figure.get("value")
    noise, time = budget["noise"]["value"], budget["time"]["value"]
    found |= dict(numbers_of({key: noise[key] for key in ("neuron", "receiver", "bandwidthHz")}, "noise"))
    for decision in noise["decisions"]:
        found[f"decision.{decision['name']}.q"] = decision["q"]
    found |= {f"loss to {waterfall['path']['to']}": waterfall["lossDb"] for waterfall in budget["waterfalls"]["value"]}
    found["skew"] = time["skewS"] if time["skewS"] >= 1e-18 else 0.0
    spent = budget["energy"].get("value", {})
    spent = {key: value for key, value in spent.items() if key not in ("parts", "switch")}
    if spent:
        found["energy.switch.joulesPerWord"] = budget["energy"]["value"]["switch"]["joulesPerWord"]
    return found | dict(numbers_of(budget["power"]["value"], "power")) | dict(numbers_of(spent, "energy"))


def main(folder):
    verdicts = []
    for job in json.loads((folder / "jobs.json").read_text()):
        circuit = json.loads((folder / job["circuit"]).read_text())
        answer = json.loads((folder / job["budget"]).read_text())["budgets"][0]
        budget = answer["budget"]
        asked = (budget["symbolRateBd"], budget["launchPowerW"], budget["wantedWordErrorRate"])
        references = figures_of(circuit, technology_of(job["technology"]), *asked)
        products = printed(budget)
        coherence = (answer["coherence"] or {}).get("value")
        if coherence:
            products["coherence.polarisationDb"] = coherence["polarisationDb"]
            for point in coherence["points"]:
                products |= dict(numbers_of(point, f"coherence.{point['name']}"))
        if circuit["name"] == "mean-3x8":  # 10 000 sums; the others would take minutes
            quarters = [math.pi / 2, -math.pi / 2]
            turns = [math.pi / 4 * eighth for eighth in range(8)]
            tried = {
                "transmittersDb": (turns, ("transmitters",)),
                "neuronsDb": (turns, ("neurons",)),
                "bothDb": ([0, math.pi], ("transmitters", "neurons")),
                "quadratureDb": (quarters, ("transmitters", "neurons")),
            }
            for name, (phases, leaking) in tried.items():
                references[f"extinction.{name}"] = extinction_of(circuit, phases, leaking)
                products[f"extinction.{name}"] = answer["extinction"][name]
        names = {"circuit": circuit["name"], "technology": budget["technology"]}
        for figure in sorted(references.keys() | products.keys()):
            both = {"product": products.get(figure), "reference": references.get(figure)}
            verdicts.append({**names, "figure": figure, **both})
    (folder / "verdicts.json").write_text(json.dumps(verdicts))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
