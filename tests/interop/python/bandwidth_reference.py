"""Symbol rates of `optinc budget` once more, from docs/explanation/physics.md, a technology's YAML and circuit.json alone.

python bandwidth_reference.py FOLDER: FOLDER/jobs.json lists {circuit, technology, budget}, three files. FOLDER/verdicts.json gets
{circuit, technology, figure, product, reference}: the proved rate, the largest rate over random words of this program's own, and
the share of wrong words at the asked rate; of circuits of which all vectors are tried how far temperature, laser and fibres may be off.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
from physics_reference import Model, mzi_matrix, steps, technology_of

# The largest rate is that of the narrowest eye of some hundred words: the median of several draws says which is usual.
SAMPLES, SEEDS = 32, (5, 6, 7, 8, 9)
# At which the mean of a curve along a straight line is taken.
ALONG = (np.arange(16) + 0.5) / 16


def equalised(tech, chain):
    """The slowest filter becomes as fast as the equaliser."""
    slowest, *others = sorted(chain)
    return [max(slowest, tech.get("equaliser-bandwidth", 0)), *others]


def chain_of(tech):
    return equalised(tech, [tech[f"{part}-bandwidth"] for part in ("modulator", "detector", "tia")])


def receiving(tech, rate):
    """The same to a receiver, whose amplifier is built for the rate."""
    amplifier = min(tech["tia-bandwidth"], tech["receiver-bandwidth-ratio"] * rate)
    return equalised(tech, [tech["modulator-bandwidth"], tech["detector-bandwidth"], amplifier])


def clock_error(tech):
    """J, for one error in 1e12."""
    return 7.0344839 * tech.get("clock-jitter", 0) + tech.get("sampling-offset", 0)


def kept_answer(above, top, hold):
    """Fields over the threshold by what a neuron answers: it leaves its dark or its saturated part `hold` samples late."""
    side = np.where(above < 0, -1, np.where(above > top, 1, 0))
    answered, now, left = above.copy(), 0, -math.inf
    for i, wanted in enumerate(side):
        if now != 0 and wanted != now and left == i - 1:
            end = 0.0 if now < 0 else top
            left += (end - above[i - 1]) / (above[i] - above[i - 1])
        if now != 0 and wanted != now and i - left <= hold:
            answered[i] = 0.0 if now < 0 else top
            continue
        now = wanted
        if now != 0:
            left = i
    return answered


class Step:
    """H of the filters, by integrating their differential equations with exponentials on a fine grid."""

    def __init__(self, poles):
        self.dt = 1 / (2 * math.pi * max(poles)) / 2000
        end = 40 / (2 * math.pi * min(poles))
        answer = np.ones(int(end / self.dt))
        for hertz in poles:
            answer = filtered(answer, hertz, self.dt, 0.0)
        self.answer = answer

    def time(self, share):
        at = int(np.searchsorted(self.answer, share))
        low, high = (self.answer[at - 1] if at else 0.0), self.answer[at]
        return (at + (share - low) / (high - low)) * self.dt


def filtered(samples, hertz, dt, start):
    """A first-order low-pass whose input is a straight line between samples: y' = (x - y) w, solved exactly in each interval."""
    w = 2 * math.pi * hertz * dt
    decay = math.exp(-w)
    slope = (1 - decay) / w
    x0 = np.concatenate([[samples[0]], samples[:-1]])
    drive = (slope - decay) * x0 + (1 - slope) * samples
    # y[n] = decay y[n-1] + drive[n], in blocks so that powers of the decay stay in range
    found, last, block = np.empty_like(samples), start, max(1, int(300 / w))
    for at in range(0, len(samples), block):
        part = drive[at : at + block]
        powers = decay ** np.arange(1, len(part) + 1)
        found[at : at + block] = powers * (last + np.cumsum(part / powers))
        last = found[min(at + block, len(samples)) - 1]
    return found


def forms(circuit, places, ends, neurons):
    """Real parts of fields as linear forms: columns constant, the inputs (places: (section, mode) -> column), the neurons; in the order
    of light a row a neuron, then a row an end. Ports of workers are inputs of section -1."""
    inputs = len(places)
    width = 1 + inputs + len(neurons)
    light = np.zeros((circuit["modes"], width), dtype=complex)
    for source in circuit["inputs"]:
        if source["kind"] != "worker":
            light[source["mode"], 0] += source["field"]
        elif (-1, source["mode"]) in places:
            light[source["mode"], 1 + places[-1, source["mode"]]] = source["fieldPerLevel"]
    before, found = {}, {}
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
            if (s, mode) in neurons:
                before[s, mode] = real
                light[mode, 1 + inputs + neurons.index((s, mode))] = 1
        else:
            for section, mode in ends:
                if section == s:
                    found[section, mode] = light[mode].real.copy()
            for (section, mode), j in places.items():
                if section == s:
                    light[mode] = 0
                    light[mode, 1 + j] = 1
    return [before[at] for at in neurons], [found[at] for at in ends]


def neuron_at(circuit, place):
    return next(it for it in circuit["sections"][place[0]]["activations"] if it["mode"] == place[1])


def curve(neuron, field):
    if neuron["kind"] == "saturating":
        return neuron["gain"] * np.clip(field - neuron["threshold"], 0.0, neuron["range"])
    return neuron["gain"] * np.maximum(field, 0.0)


# Every sequence


def proved_rate(circuit, tech, step, received, skew):
    model, signals = Model(circuit), circuit["certificate"]["signals"]
    half, off, recovery = step.time(0.5), clock_error(tech), tech.get("neuron-recovery", 0)
    windows = {}
    for i, signal in enumerate(signals):
        if signal["kind"] == "sum":
            ends = sorted([0.0, signal["max"] * signal["fieldPerUnit"]])
            windows[i] = (off, -off, 0.0, ends[0], ends[1])

    def joined(form, sources):
        swing = lambda w, source: abs(w) * (source[4] - source[3])
        both = list(zip(form[1:], sources))
        least = 1e-9 * sum(swing(*pair) for pair in both)
        used = [pair for pair in both if swing(*pair) > least]
        return (
            max(source[0] for _, source in used) + (skew if len(used) > 1 else 0.0),
            min(source[1] for _, source in used),
            sum(abs(w) * source[2] for w, source in used),
            form[0] + sum(min(w * source[3], w * source[4]) for w, source in used),
            form[0] + sum(max(w * source[3], w * source[4]) for w, source in used),
        )

    def detected(window, allowed, step):
        a, b, e, low, high = window
        d = min(0.5, (allowed - e) / (2 * (high - low)))
        return None if d <= 0 else (a + step.time(1 - d) - half, b + step.time(d) - half, allowed, low, high)

    period = 0.0
    for cell, receivers, levels in [(cell, [], None) for cell in model.cells] + model.symbols:
        givers = [i for i, (giver, _) in model.given.items() if not receivers and model.cells[giver] is cell]
        wanted = [(signals[i]["section"], signals[i]["mode"]) for i in givers] or [(model.last, r["mode"]) for r in receivers]
        places = {(signals[i]["section"], signals[i]["mode"]): j for j, i in enumerate(cell.inputs)}
        before, ends = forms(circuit, places, wanted, cell.neurons)
        sources = [windows[i] for i in cell.inputs]
        for at, form in zip(cell.neurons, before):
            neuron, fields = neuron_at(circuit, at), cell.circuits[0].before[at][:, 0]
            above = fields - (neuron["threshold"] if neuron["kind"] == "saturating" else 0.0)
            top = neuron["range"] if neuron["kind"] == "saturating" else math.inf
            window = joined(form, sources)
            decides = bool(np.all((above < 0) | (above > top)))
            margin = float(np.min(np.minimum(np.abs(above), np.abs(above - top))))
            seen = detected(window, margin / 2 if decides else window[2] + 1e-3 * (window[4] - window[3]), step)
            if seen is None:
                return None
            a, b, e, low, high = seen
            b -= recovery if decides and top < math.inf else 0.0
            sources.append((a, b, 0.0 if decides else neuron["gain"] * e, *(float(curve(neuron, x)) for x in (low, high))))
        for i, form in zip(givers, ends):
            windows[i] = joined(form, sources)
        for receiver, form in zip(receivers, ends):
            field = cell.circuits[0].ends[model.last, receiver["mode"]][:, 0] * receiver["levelsPerField"]
            top = circuit["aggregate"]["levels"] - 1
            sides = [0.5 + x - n for x, n in zip(field, levels) if n > 0] + [0.5 + n - x for x, n in zip(field, levels) if n < top]
            seen = detected(joined(form, sources), min(sides) / receiver["levelsPerField"] / 2, received)
            if seen is None:
                return None
            period = max(period, seen[0] - seen[1] + 2 * off)
    return 1 / period


# Random words


class Stream:
    def __init__(self, circuit, tech, step, words, seed):
        self.circuit, self.tech, self.poles, self.lead = circuit, tech, chain_of(tech), step.time(0.5)
        aggregate = circuit["aggregate"]
        self.ports = [port for port in circuit["inputs"] if port["kind"] == "worker"]
        places = {(-1, port["mode"]): j for j, port in enumerate(self.ports)}
        last = len(circuit["sections"]) - 1
        self.neurons = [(s, what["mode"]) for s, kind, what, _ in steps(circuit) if kind == "neuron"]
        self.receivers = [port for port in circuit["outputs"] if port["worker"] == 0]
        ends = [(last, port["mode"]) for port in self.receivers]
        self.before, self.ends = forms(circuit, places, ends, self.neurons)
        random = np.random.default_rng(seed)
        top = aggregate["levels"] - 1
        words = random.integers(0, top + 1, (words // 2, len(self.ports)))
        self.words = np.stack([words, top - words], axis=1).reshape(-1, len(self.ports)).T
        self.inside = {}

        def noted(neuron, field):
            if neuron["kind"] == "saturating":
                above = field - neuron["threshold"]
                self.inside[id(neuron)] = bool(np.any((above >= 0) & (above <= neuron["range"])))
            return field

        self.settled = self.run(self.words.astype(float), lambda x, _: x, lambda x, neuron: curve(neuron, x), noted)

    def decides(self, neuron):
        """Whether it saturates, and no word leaves it in its linear part."""
        inside = self.inside.get(id(neuron), False)
        return neuron["kind"] == "saturating" and not inside

    def run(self, fields, detect, send, keep):
        sources = list(fields)
        mixed = lambda form: form[0] + sum(w * x for w, x in zip(form[1:], sources) if abs(w) > 1e-12)
        for at, form in zip(self.neurons, self.before):
            neuron = neuron_at(self.circuit, at)
            field = detect(mixed(form) + np.zeros(len(sources[0])), False)
            sources.append(send(keep(neuron, field), neuron))
        return [detect(mixed(form), True) * port["levelsPerField"] for form, port in zip(self.ends, self.receivers)]

    def eye(self, rate):
        """The least eye of a receiver, and the share of wrong words."""
        dt = 1 / rate / SAMPLES

        def detect(samples, is_read):
            for hertz in receiving(self.tech, rate) if is_read else self.poles:
                samples = filtered(samples, hertz, dt, samples[0])
            return samples

        at = np.arange(self.words.shape[1] * SAMPLES)

        def send(field, neuron):
            recovered = self.tech.get("neuron-recovery", 0) if self.decides(neuron) else 0
            last = np.concatenate([field[:1], field[:-1]])
            means = np.mean([curve(neuron, last + share * (field - last)) for share in ALONG], axis=0)
            # a mean stands in the middle of its interval
            return np.interp(at + (self.lead + recovered) / dt + 0.5, at, means)

        def keep(neuron, field):
            hold = self.tech.get("neuron-recovery", 0) / dt
            if not self.decides(neuron) or hold == 0:
                return field
            return neuron["threshold"] + kept_answer(field - neuron["threshold"], neuron["range"], hold)

        read = self.run(np.repeat(self.words, SAMPLES, axis=1).astype(float), detect, send, keep)
        around = 2 * clock_error(self.tech) / dt
        offsets = np.linspace(-around, around, 2 * math.ceil(around) + 1)
        top = self.circuit["aggregate"]["levels"] - 1
        least, wrong = 1.0, np.zeros(self.words.shape[1], dtype=bool)
        for level, settled in zip(read, self.settled):
            wanted = np.clip(np.round(settled), 0, top)
            best = None
            for phase in range(3 * SAMPLES):
                moments = np.arange(len(wanted)) * SAMPLES + phase + offsets[:, None]
                value = np.interp(moments, at, level)
                below = np.where(wanted == 0, 1.0, 2 * (value.min(axis=0) - wanted + 0.5))
                above = np.where(wanted == top, 1.0, 2 * (wanted + 0.5 - value.max(axis=0)))
                opening = np.minimum(1.0, np.minimum(below, above))
                candidate = (-int(np.sum(opening <= 0)), float(np.min(opening)), opening <= 0)
                if best is None or candidate[:2] > best[:2]:
                    best = candidate
            least, wrong = min(least, best[1]), wrong | best[2]
        return least, float(np.mean(wrong))

    def largest(self):
        low, high = min(self.poles) / 64, 2 * min(self.poles)
        while high / low > 1.01:
            middle = math.sqrt(low * high)
            low, high = (middle, high) if self.eye(middle)[0] >= 0.5 else (low, middle)
        return low


# Light that turned


def is_right(circuit, rad_per_um=0.0, rad_of=lambda worker: 0.0):
    """Whether every vector of sums is read as the mean, with phases in waveguides and in front of workers' ports; device by device."""
    aggregate = circuit["aggregate"]
    workers, symbols, levels = aggregate["workers"], aggregate["symbols"], aggregate["levels"]
    sums = np.stack(np.meshgrid(*[np.arange(workers * (levels - 1) + 1)] * symbols, indexing="ij"), -1).reshape(-1, symbols)
    total = sum(sums[:, i] * levels ** (symbols - 1 - i) for i in range(symbols))
    assert aggregate["rounding"] == "half-up" and aggregate["bits"] == 2 * symbols and levels == 4
    mean = (2 * total + workers) // (2 * workers)
    light = np.zeros((circuit["modes"], len(sums)), dtype=complex)
    for port in circuit["inputs"]:
        if port["kind"] == "worker":
            # The first workers send as much as they can.
            sent = np.clip(sums[:, port["symbol"]] - port["worker"] * (levels - 1), 0, levels - 1)
            light[port["mode"]] = port["fieldPerLevel"] * sent * np.exp(1j * rad_of(port["worker"]))
        else:
            light[port["mode"]] += port["field"]
    for _, kind, what, modes in steps(circuit):
        if kind == "absorb":
            light[modes[0]] = 0
        elif kind == "device":
            device = what[2]
            if device["kind"] == "mzi":
                light[modes] = mzi_matrix(device) @ light[modes]
            else:
                turn = device.get("phiRad", 0.0) + rad_per_um * device.get("lengthUm", 0.0)
                light[modes[0]] *= np.exp(1j * turn) * device.get("fieldFactor", 1.0)
        elif kind == "neuron":
            light[modes[0]] = curve(what, light[modes[0]].real)
    right = True
    for port in circuit["outputs"]:
        read = np.clip(np.floor(light[port["mode"]].real * port["levelsPerField"] + 0.5), 0, levels - 1)
        right &= bool(np.all(read == mean // levels ** (symbols - 1 - port["symbol"]) % levels))
    return right


def largest_phase(is_right_at):
    low, high = 0.0, 0.01
    while high < math.pi and is_right_at(high):
        low, high = high, 2 * high
    while high - low > 0.01 * low:
        middle = (low + high) / 2
        low, high = (middle, high) if is_right_at(middle) else (low, middle)
    return low


def turned(circuit, tech):
    """How far the chip may warm, the laser drift and fibres differ until a word is wrong."""
    longest = max(what[2]["lengthUm"] for _, kind, what, _ in steps(circuit) if kind == "device" and "lengthUm" in what[2])
    drift = largest_phase(lambda it: all(is_right(circuit, sign * it / longest) for sign in (1, -1)))
    fibre = largest_phase(lambda it: all(is_right(circuit, rad_of=rule) for rule in (lambda w: it, lambda w: it * (-1) ** w)))
    metres, light = longest * 1e-6, 299792458.0
    spread = 2 * math.pi * tech["laser-linewidth"] * 1.4682 / light
    return {
        "temperatureK": drift * tech["wavelength"] / (2 * math.pi * metres * tech["index-by-temperature"]),
        "frequencyHz": drift * light / (2 * math.pi * metres * tech["group-index"]),
        "mismatchM": (fibre / 7.0344839) ** 2 / spread,
        "temperatureKPerM": fibre / 48,
    }


def main(folder):
    verdicts = []
    for job in json.loads((folder / "jobs.json").read_text()):
        circuit = json.loads((folder / job["circuit"]).read_text())
        budget = json.loads((folder / job["budget"]).read_text())["budgets"][0]["budget"]
        tech = technology_of(job["technology"])
        rate = budget["rate"]["value"]
        step = Step(chain_of(tech))
        streams = [Stream(circuit, tech, step, rate["stream"]["words"], seed) for seed in SEEDS]
        received = Step(receiving(tech, budget["symbolRateBd"]))
        figures = {
            "proved": (rate["provedSymbolRateBd"], proved_rate(circuit, tech, step, received, budget["time"]["value"]["skewS"])),
            "largest": (rate["largestSymbolRateBd"], float(np.median([stream.largest() for stream in streams]))),
            "wrong": (rate["stream"]["wrong"] / rate["stream"]["words"], float(np.median([stream.eye(budget["symbolRateBd"])[1] for stream in streams]))),
        }
        drift = json.loads((folder / job["budget"]).read_text())["budgets"][0]["drift"]["value"]
        if drift["all"]:
            found = turned(circuit, tech)
            figures |= {name: ((drift | drift["fibres"])[name], value) for name, value in found.items()}
        names = {"circuit": circuit["name"], "technology": budget["technology"]}
        verdicts += [{**names, "figure": name, "product": p, "reference": r} for name, (p, r) in figures.items()]
    (folder / "verdicts.json").write_text(json.dumps(verdicts))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
