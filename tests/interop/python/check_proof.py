#!/usr/bin/env python3
"""Proves a circuit.json of optinc anew, in ball arithmetic, and compares with the log of `optinc verify --proof-log`.

Written from docs/proof.md and docs/formats.md alone; it shares no code with optinc. Lemmas are those of docs/proof.md.
Fields are Arb's balls of 128 bits, from the angles on; the arithmetic of the words is decided by z3.
Exit code 0: the proof holds, and the log agrees. 3: it is not decided, or the log says otherwise. 1: bad input.
"""
import argparse
import itertools
import json
import math
import sys
from fractions import Fraction
from heapq import heappop, heappush
from types import SimpleNamespace

import z3
from flint import acb, arb, ctx

ctx.prec = 128
ZERO, I = arb(0), acb(0, 1)
MAX_STATES = 4_000_000
TOLERANCE = arb(1e-9)
# How far a bound of ours may lie above the log's: radii of Arb have 30 bits.
LOG_FACTOR = 1 + 1e-6


class NotDecided(Exception):
    """A bound of the proof fails."""


def need(holds, why):
    if not holds:
        raise NotDecided(why)


# Keys of circuit.json: i an index or a count, w a whole number, r a number, - anything; with ? it may be left out or null.
KEYS = {name: dict(key.split(":") for key in keys.split()) for name, keys in {
    "circuit": "format:- version:i name:- aggregate:- modes:i inputs:- sections:- outputs:- certificate:- placement:-?",
    "aggregate": "workers:i bits:i levels:i signed:- rounding:- symbols:i fanIn:-?",
    "worker": "kind:- name:- mode:i worker:i symbol:i fieldPerLevel:r",
    "reference": "kind:- name:- mode:i field:r",
    "section": "kind:- name:- meshes:- activations:-",
    "mesh": "kind:- name:- modes:- devices:- terminated:-",
    "mzi": "kind:- column:i mode:i thetaRad:r phiRad:r fieldFactor:r? firstCrossPower:r? secondCrossPower:r?",
    "attenuator": "kind:- column:i mode:i thetaRad:r phiRad:r fieldFactor:r?",
    "phase": "kind:- column:i mode:i phiRad:r fieldFactor:r?",
    "waveguide": "kind:- column:i mode:i crossings:i lengthUm:r fieldFactor:r",
    "relu": "kind:- mode:i gain:r",
    "saturating": "kind:- mode:i gain:r threshold:r range:r",
    "output": "name:- mode:i worker:i symbol:i levelsPerField:r",
    "certificate": "signals:- cells:- symbols:-",
    "signal": "kind:- name:- section:i mode:i max:i fieldPerUnit:r",
    "term": "signal:i weight:w",
    "split": "kind:- name:- bits:- terms:- offset:w residual:i?",
    "nonzero": "kind:- name:- terms:- bit:i",
    "only": "kind:- name:- set:i unless:i bit:i",
    "sum": "kind:- name:- terms:- total:i",
}.items()}


def scalar(kind, value):
    if kind[0] == "-" or (value is None and kind[-1] == "?"):
        return value
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(float(value))
    if kind[0] == "r":
        assert number, f"{value!r} is not a number"
        return arb(float(value))
    lowest = 0 if kind[0] == "i" else -(2**31)
    assert number and value == int(value) and lowest <= value < 2**31, f"{value!r} is not a whole number"
    return int(value)


def read(value, *kinds):
    """An object of one of the kinds of KEYS; what is unknown, missing or of the wrong type is refused."""
    assert isinstance(value, dict), f"an object is expected: {'|'.join(kinds)}"
    kind = value.get("kind") if len(kinds) > 1 else kinds[0]
    assert kind in kinds, f"the kind {kind!r} is not one of {'|'.join(kinds)}"
    keys = KEYS[kind]
    wrong = [it for it in value if it not in keys] + [it for it in keys if it not in value and keys[it][-1] != "?"]
    assert not wrong, f"{kind}: the key {wrong[0]!r} is unknown or missing"
    return SimpleNamespace(**{it: scalar(keys[it], value.get(it)) for it in keys})


def read_all(values, *kinds):
    assert isinstance(values, list), f"a list is expected: {'|'.join(kinds)}"
    return [read(it, *kinds) for it in values]


def terms(values):
    return [(it.signal, it.weight) for it in read_all(values, "term")]


def matrix(device):
    """What a device makes of the fields of its modes: the four entries of an MZI by rows, else one factor."""
    turn = lambda angle: acb(angle.cos(), angle.sin())
    factor = arb(1) if device.fieldFactor is None else device.fieldFactor
    if device.kind == "waveguide":
        return [acb(factor)]
    phase = turn(device.phiRad) * factor
    if device.kind == "phase":
        return [phase]
    half = device.thetaRad / 2
    if device.kind == "attenuator":
        return [I * turn(half) * phase * half.sin()]
    k1, k2 = (arb(0.5) if it is None else it for it in (device.firstCrossPower, device.secondCrossPower))
    assert 0 <= k1 <= 1 and 0 <= k2 <= 1, "the power of a coupler is out of range"
    x1, y1, x2, y2 = k1.sqrt(), (1 - k1).sqrt(), k2.sqrt(), (1 - k2).sqrt()
    theta = turn(device.thetaRad)
    return [(y1 * y2 * theta - x1 * x2) * phase, I * (x1 * y2 * theta + x2 * y1) * factor,
            I * (x2 * y1 * theta + x1 * y2) * phase, (y1 * y2 - x1 * x2 * theta) * factor]


class Circuit:
    """Operations (kind, modes, data) in the order of the light, and for each the ones before it on its modes."""

    def __init__(self, value):
        top = read(value, "circuit")
        assert top.format == "optinc.circuit" and 1 <= top.version <= 4, "format or version is unknown"
        self.name, a = top.name, read(top.aggregate, "aggregate")
        self.aggregate, each = a, a.levels.bit_length() - 1
        assert a.levels == 1 << each and each > 0 < a.workers and a.symbols == -(-a.bits // each) > 0 \
            and isinstance(a.signed, bool) and a.rounding in ("floor", "half-up", "half-even"), "aggregate is inconsistent"
        self.levels = [1 << (a.bits - each * (a.symbols - 1))] + [a.levels] * (a.symbols - 1)
        self.operations, self.before, self.last = [], [], [-1] * top.modes
        for port in read_all(top.inputs, "worker", "reference"):
            assert self.last[port.mode] == -1, "two ports have one mode"
            assert port.kind == "reference" or (port.worker < a.workers and port.symbol < a.symbols), "a port is out of range"
            self.append("port", [port.mode], port)
        sections = read_all(top.sections, "section")
        need(top.certificate is not None, "there is no certificate")
        self.read_certificate(read(top.certificate, "certificate"), len(sections))
        for index, section in enumerate(sections):
            self.append_section(section)
            for signal in self.signals:
                if signal.section == index:
                    signal.at = self.append("signal", [signal.mode], signal)
        self.receivers = read_all(top.outputs, "output")
        for it in self.receivers:
            assert it.worker < a.workers and it.symbol < a.symbols, "a receiver is out of range"
            it.at = self.append("receiver", [it.mode], it)

    def append(self, kind, modes, data):
        self.operations.append((kind, modes, data))
        self.before.append([self.last[mode] for mode in modes])
        for mode in modes:
            self.last[mode] = len(self.operations) - 1
        return len(self.operations) - 1

    def append_section(self, section):
        for mesh in read_all(section.meshes, "mesh"):
            modes = [scalar("i", it) for it in mesh.modes]
            assert len(set(modes)) == len(modes), "a mesh has one mode twice"
            for device in read_all(mesh.devices, "mzi", "attenuator", "phase", "waveguide"):
                ports = 2 if device.kind == "mzi" else 1
                assert device.mode + ports <= len(modes), "a device is out of range"
                self.append("device", modes[device.mode:device.mode + ports], matrix(device))
            for mode in mesh.terminated:
                self.append("terminated", [scalar("i", mode)], None)
        for neuron in read_all(section.activations, "relu", "saturating"):
            neuron.range = getattr(neuron, "range", arb("inf"))
            neuron.threshold = getattr(neuron, "threshold", ZERO)
            assert neuron.range > 0, "a range is not above 0"
            self.append("neuron", [neuron.mode], neuron)

    def read_certificate(self, certificate, sections):
        self.signals = read_all(certificate.signals, "signal")
        self.cells = read_all(certificate.cells, "split", "nonzero", "only", "sum")
        self.symbols = [terms(it) for it in certificate.symbols]
        for signal in self.signals:
            assert signal.kind in ("sum", "bit", "residual", "total") and signal.section < sections \
                and signal.fieldPerUnit != 0 and (signal.kind != "bit" or signal.max == 1), f"signal {signal.name} is wrong"
            signal.cell, signal.deviation = None, None
        assert len({(it.section, it.mode) for it in self.signals}) == len(self.signals), "two signals have one position"
        for cell in self.cells:
            cell.terms = [(cell.set, 1), (cell.unless, 1)] if cell.kind == "only" else terms(cell.terms)
            cell.weights = {}
            for signal, weight in cell.terms:
                assert self.signals[signal].kind == "sum" or self.signals[signal].cell, f"{cell.name} reads a later signal"
                cell.weights[signal] = cell.weights.get(signal, 0) + weight
            if cell.kind == "split":
                cell.bits = terms(cell.bits)
                assert all(weight > 0 for _, weight in cell.bits), f"{cell.name} has a weight below 1"
                made = [(signal, "bit") for signal, _ in cell.bits]
                made += [] if cell.residual is None else [(cell.residual, "residual")]
            else:
                made = [(cell.total, "total")] if cell.kind == "sum" else [(cell.bit, "bit")]
            cell.outputs = [signal for signal, _ in made]
            for signal, kind in made:
                it = self.signals[signal]
                assert it.kind == kind and it.cell is None, f"{cell.name} cannot make {it.name}"
                it.cell = cell
        assert all(it.kind == "sum" or it.cell for it in self.signals), "a signal is made by no cell"
        assert len(self.symbols) == self.aggregate.symbols and all(0 <= s < len(self.signals) for it in self.symbols for s, _ in it)


def walk(circuit, starts, stops):
    """
    Lemma 3. Linear forms of the fields at the operations `starts`, and at each neuron on the way: complex coefficients
    of the operations where the walk ends (`stops`, ports, neurons). Rows go back through the light, latest first.
    """
    forms, rows, heap, seen = {}, {}, sorted(-it for it in starts), set(starts)
    while heap:
        at = -heappop(heap)
        kind, modes, data = circuit.operations[at]
        mode = modes[0]
        if kind == "device":
            upper, lower = rows.pop(mode, {}), rows.pop(modes[-1], {})
            for column, mode in enumerate(modes):
                rows[mode] = {target: it * data[column] for target, it in upper.items()}
                for target, it in lower.items():
                    rows[mode][target] = rows[mode].get(target, 0) + it * data[2 + column]
        elif kind == "terminated":
            rows.pop(mode)
        elif kind in ("port", "neuron") or at in stops:
            for target, it in rows.pop(mode).items():
                forms[target][at] = forms[target].get(at, 0) + it
        if at in starts or kind == "neuron":
            forms[at] = {}
            rows.setdefault(mode, {})[at] = acb(1)
        for mode, earlier in zip(modes, circuit.before[at]):
            if mode in rows and earlier >= 0 and earlier not in seen:
                seen.add(earlier)
                heappush(heap, -earlier)
    return forms


class Slice:
    """Lemma 4: what the neurons of a slice make of the signals that it reads, with bounds of deviations."""

    def __init__(self, circuit, starts, reads, real=False):
        self.starts, self.reads, self.real, self.responses = starts, reads, real, {}
        stops = {it.at for it in circuit.signals} - set(starts)
        forms = walk(circuit, starts, stops)
        at = {circuit.signals[it].at: it for it in reads}
        self.neurons = [(it, circuit.operations[it][2]) for it in sorted(forms) if it not in starts]
        self.forms = {}
        for target, form in forms.items():
            constant, inputs, inner = acb(0), {it: acb(0) for it in reads}, []
            for end, it in form.items():
                kind, _, data = circuit.operations[end]
                if kind == "neuron":
                    inner.append((end, it * data.gain))
                elif kind == "port":
                    need(data.kind == "reference", "light of a worker is read past its sum")
                    constant += it * data.field
                else:
                    need(end in at, f"{data.name} is read, which is no input")
                    inputs[at[end]] = it * data.fieldPerUnit
            self.forms[target] = constant, list(inputs.values()), sorted(inner, key=lambda it: it[0])

    def response(self, target, sloped):
        """How a target follows inputs and errors of neurons, with those in `sloped` taken as affine."""
        if (target, sloped) not in self.responses:
            _, inputs, inner = self.forms[target]
            alpha, beta, own = list(inputs), [acb(0)] * len(inputs), {}
            for neuron, slope in inner:
                own[neuron] = own.get(neuron, 0) + slope
                if neuron in sloped:
                    it = self.response(neuron, frozenset(other for other in sloped if other < neuron))
                    alpha = [a + slope * gamma / 2 for a, gamma in zip(alpha, it.alpha)]
                    beta = [b + slope * gamma.conjugate() / 2 for b, gamma in zip(beta, it.alpha)]
                    for other, size in it.own.items():
                        own[other] = own.get(other, 0) + slope * size
            if self.real or target not in self.starts:
                alpha, beta = [a + b.conjugate() for a, b in zip(alpha, beta)], [acb(0)] * len(beta)
                moved, own = [abs(it.real) for it in alpha], {k: acb(it.real) for k, it in own.items()}
            else:
                moved = [abs(a + b) for a, b in zip(alpha, beta)]
            free = [abs(a) + abs(b) for a, b in zip(alpha, beta)]
            own = {k: abs(it) for k, it in own.items()}
            self.responses[target, sloped] = SimpleNamespace(alpha=alpha, own=own, free=free, moved=moved)
        return self.responses[target, sloped]

    def bounds(self, states, spread):
        """
        For each state: of each neuron (t, rho, flat, response, range), and of each start its field and the bound of what
        it deviates. spread(response) says what inputs add. Fields are in units of the circuit.
        """
        spreads = {}
        for values in states:
            made, errors, sloped, told = {}, {}, frozenset(), []

            def field(target):
                constant, inputs, inner = self.forms[target]
                it = self.response(target, sloped)
                if (target, sloped) not in spreads:
                    spreads[target, sloped] = spread(it)
                nominal = sum((a * v for a, v in zip(inputs, values) if v), constant)
                nominal = sum((a * made[k] for k, a in inner), nominal)
                return nominal, sum((it.own[k] * e for k, e in errors.items() if k in it.own), ZERO), spreads[target, sloped], it

            for at, neuron in self.neurons:
                nominal, rho, moves, response = field(at)
                t, top = nominal.real - neuron.threshold, neuron.range
                low, high = (t - rho - moves).lower(), (t + rho + moves).upper()
                bottom, ceiling = low.max(ZERO).min(top), high.max(ZERO).min(top)
                below, above = (-low).max(ZERO), (high - top).max(ZERO)
                # Of equal errors the flat one: it hands on no deviation. Arb rounds in the 128th bit.
                flat = below + above > 0 and ceiling - bottom <= (below + above) * (1 + arb(2) ** -50)
                if not flat:
                    bottom, ceiling, sloped = -above, below, sloped | {at}
                middle = ((bottom + ceiling) / 2).mid()
                made[at] = middle if flat else t + middle
                if bottom != ceiling:
                    errors[at] = (ceiling - middle).max(middle - bottom)
                told.append((t, rho, flat, response, top))
            yield values, told, [(it[0], it[1] + it[2]) for it in map(field, self.starts)]


def groups(circuit, reads):
    """Lemma 7: signals that are read, by the cell that makes them, with the joint values that each group takes."""
    by_cell = {}
    for signal in reads:
        it = circuit.signals[signal]
        by_cell.setdefault(it.name if it.kind in ("sum", "total") else id(it.cell), []).append(signal)
    for signals in by_cell.values():
        it = circuit.signals[signals[0]]
        if it.kind in ("sum", "total"):
            yield signals, [(value,) for value in range(it.max + 1)]
        else:
            places = [it.cell.outputs.index(signal) for signal in signals]
            yield signals, sorted({tuple(made[place] for place in places) for made in it.cell.reachable})


def states(circuit, reads):
    """All reachable states, as values in the order of `reads`."""
    parts = list(groups(circuit, reads))
    need(0 < math.prod(len(values) for _, values in parts) <= MAX_STATES, "there are too many states")
    order = [signal for signals, _ in parts for signal in signals]
    places = [order.index(signal) for signal in reads]
    for joint in itertools.product(*(values for _, values in parts)):
        flat = [value for values in joint for value in values]
        yield tuple(flat[place] for place in places)


def claimed(circuit, cell, values):
    """What a cell makes of its inputs: its outputs, or None where a split does not hold."""
    if cell.kind == "only":
        of = dict(zip(cell.weights, values))
        return (int(of[cell.set] == 1 and of[cell.unless] == 0),)
    total = sum(weight * value for weight, value in zip(cell.weights.values(), values))
    if cell.kind == "nonzero":
        return (int(total >= 1),)
    rest, bits = total + cell.offset, []
    for _, weight in cell.bits:
        bits.append(int(rest >= weight))
        rest -= weight * bits[-1]
        if not 0 <= rest < weight:
            return None
    if rest < 0 or (cell.residual is not None and rest > circuit.signals[cell.residual].max):
        return None
    return tuple(bits) + ((rest,) if cell.residual is not None else ())


def largest(circuit, cell):
    """Lemma 7: an upper bound of E, backwards through the earlier cells."""
    k, bound = {it: Fraction(w) for it, w in cell.weights.items()}, Fraction(cell.offset)
    for earlier in reversed(circuit.cells[:circuit.cells.index(cell)]):
        taken = [max(k.pop(it, Fraction(0)), Fraction(0)) for it in earlier.outputs]
        if earlier.kind in ("nonzero", "only"):
            bound += taken[0]
            continue
        weights = [w for _, w in earlier.bits] + [1] if earlier.kind == "split" else [1]
        m = max((it / w for it, w in zip(taken, weights)), default=Fraction(0))
        bound += m * (earlier.offset if earlier.kind == "split" else 0)
        for signal, weight in earlier.terms:
            k[signal] = k.get(signal, 0) + m * weight
    return bound + sum(max(it, 0) * circuit.signals[signal].max for signal, it in k.items())


def prove_sums(circuit):
    """Lemma 5: which workers each sum of workers adds, and how unequally."""
    sums, added = [it for it in circuit.signals if it.kind == "sum"], set()
    forms = walk(circuit, [it.at for it in sums], ())
    for signal in sums:
        ours, deviation = [], ZERO
        for end, it in forms[signal.at].items():
            kind, _, port = circuit.operations[end]
            need(kind == "port", f"{signal.name}: a neuron lies before a sum of workers")
            a = it * (port.field if port.kind == "reference" else port.fieldPerLevel) / signal.fieldPerUnit
            if port.kind == "worker" and abs(a - 1) < 0.5:
                ours.append(port)
                a -= 1
            deviation += abs(a) * (1 if port.kind == "reference" else circuit.levels[port.symbol] - 1)
        symbols = {it.symbol for it in ours}
        need(len(symbols) == 1, f"{signal.name}: no symbol, or more than one, is added")
        signal.symbol = symbols.pop()
        need(signal.max == len(ours) * (circuit.levels[signal.symbol] - 1), f"{signal.name}: max is not what its workers give")
        for it in ours:
            need((it.worker, it.symbol) not in added, f"{signal.name}: a symbol of a worker is added twice")
            added.add((it.worker, it.symbol))
        signal.deviation = deviation.abs_upper()
        need(signal.deviation * max(signal.max, 1) <= TOLERANCE, f"{signal.name}: off by {float(signal.deviation):.2e}")
    need(len(added) == circuit.aggregate.workers * circuit.aggregate.symbols, "a symbol of a worker is in no sum")


def prove_cell(circuit, cell):
    """Lemma 6: deviations of the outputs, the margin, and what is left of it."""
    reads, weights = list(cell.weights), list(cell.weights.values())
    signals = [circuit.signals[it] for it in cell.outputs]
    part = Slice(circuit, [it.at for it in signals], reads)
    inputs = [circuit.signals[it].deviation for it in reads]
    cell.deviation = sum((abs(w) * d for w, d in zip(weights, inputs)), ZERO).upper()
    cell.states = cell.margin = None
    if cell.kind == "sum":
        need(not part.neurons, "a neuron lies in a sum")
        of = dict(zip(reads, weights))
        high = sum(max(sum(of[s] * v for s, v in zip(group, it)) for it in values) for group, values in groups(circuit, reads))
        need(min(weights, default=0) >= 0 and high <= signals[0].max, "its total can exceed its max")
        constant, coefficients, _ = part.forms[signals[0].at]
        unit = signals[0].fieldPerUnit
        exact = abs(constant / unit)
        for signal, coefficient, weight in zip(reads, coefficients, weights):
            exact += circuit.signals[signal].max * abs(coefficient / unit - weight)
        moved = sum((abs(c / unit) * d for c, d in zip(coefficients, inputs)), ZERO)
        need(exact * max(signals[0].max, 1) <= TOLERANCE and exact + moved < 0.5, f"off by {float((exact + moved).upper()):.2e}")
        signals[0].deviation = (exact + moved).abs_upper()
        return
    table = {it: claimed(circuit, cell, it) for it in states(circuit, reads)}
    if None in table.values():
        bound = largest(circuit, cell)
        table = {it: made for it, made in table.items() if sum(w * v for w, v in zip(weights, it)) + cell.offset <= bound}
        need(table and None not in table.values(), "a state that it may be in does not hold")
    cell.reachable, cell.states = set(table.values()), len(table)

    def off(spread, limits, look=lambda told: None):
        worst = [ZERO] * len(signals)
        for values, told, fields in part.bounds(table, spread):
            look(told)
            for i, (field, moved) in enumerate(fields):
                unit = signals[i].fieldPerUnit
                worst[i] = worst[i].max((abs(field / unit - table[values][i]) + moved / abs(unit)).upper())
        for it, error, limit in zip(signals, worst, limits):
            need(error <= limit, f"{it.name} is off by {float(error):.2e}")
        return worst

    measured = cell.kind != "only" or all(it.range < arb("inf") for _, it in part.neurons)
    measured = measured and any(it.kind == "bit" for it in signals)
    slope = lambda it: max((a / abs(w) for a, w in zip(it.moved, weights) if w), default=ZERO, key=lambda x: float(x.upper())).upper()
    margin = [arb(0.5)]

    def look(told):
        for t, rho, flat, response, top in told:
            steep = slope(response)
            if (flat or not 0 < t < top) and steep > 0 and not steep < top * (top < arb("inf")):
                margin[0] = margin[0].min((((-t).max(t - top) - rho) / steep).lower())

    off(lambda it: ZERO, [TOLERANCE] * len(signals), look)
    if measured:
        cell.margin = margin[0]
        need(cell.margin > TOLERANCE * sum(map(abs, weights)), f"the margin is {float(cell.margin):.2e}")
        budget = cell.margin * (1 - arb(1e-6))
        off(lambda it: slope(it) * budget, [TOLERANCE if it.kind == "bit" else arb("inf") for it in signals])
        need(cell.margin > cell.deviation, f"the margin {float(cell.margin):.2e} is not above {float(cell.deviation):.2e}")
    worst = off(lambda it: sum((a * d for a, d in zip(it.free, inputs)), ZERO), [arb("inf")] * len(signals))
    for it, error in zip(signals, worst):
        it.deviation = error
        need(error < 0.5, f"{it.name} is off by {float(error):.2e}")


def prove_receivers(circuit):
    """Lemma 8: every receiver reads its symbol of the certificate."""
    for symbol, form in enumerate(circuit.symbols):
        ours = [it for it in circuit.receivers if it.symbol == symbol]
        need({it.worker for it in ours} == set(range(circuit.aggregate.workers)), "a worker has no receiver of a symbol")
        weights = {}
        for signal, weight in form:
            weights[signal] = weights.get(signal, 0) + weight
        part = Slice(circuit, [it.at for it in ours], list(weights), real=True)
        joint = list(states(circuit, list(weights)))
        total = sum(map(abs, weights.values()))
        boxes = [circuit.signals[it].deviation for it in weights]
        exact = (lambda it: ZERO, 0.5 - TOLERANCE * total)
        for spread, limit in (exact, (lambda it: sum((a * d for a, d in zip(it.free, boxes)), ZERO), arb(0.5))):
            worst = [ZERO] * len(ours)
            for values, _, fields in part.bounds(joint, spread):
                read_as = sum(w * v for w, v in zip(weights.values(), values))
                for i, (field, moved) in enumerate(fields):
                    scale = ours[i].levelsPerField
                    worst[i] = worst[i].max((abs(field.real * scale - read_as) + moved * abs(scale)).upper())
            for it, error in zip(ours, worst):
                it.states, it.error = len(joint), error
                need(error < limit, f"receiver {it.name} is off by {float(error):.2e} levels")


def compose(circuit):
    """Lemma 9, by z3: no symbols of the workers make the cells' symbols anything but the mean."""
    a, solver = circuit.aggregate, z3.SolverFor("QF_LIA")
    v = [z3.Int(f"v{i}") for i in range(len(circuit.signals))]
    total = lambda form: z3.Sum([weight * v[signal] for signal, weight in form] + [z3.IntVal(0)])
    solver.add(*(z3.And(0 <= it, it <= signal.max) for it, signal in zip(v, circuit.signals)))
    for cell in circuit.cells:
        value = total(cell.terms)
        if cell.kind == "split":
            rest = value + cell.offset
            for signal, weight in cell.bits:
                rest = rest - weight * v[signal]
                solver.add(0 <= rest, rest < weight)
            solver.add(rest >= 0, True if cell.residual is None else rest == v[cell.residual])
        elif cell.kind == "sum":
            solver.add(v[cell.total] == value)
        elif cell.kind == "nonzero":
            solver.add((v[cell.bit] == 1) == (value >= 1))
        else:
            solver.add((v[cell.bit] == 1) == z3.And(v[cell.set] == 1, v[cell.unless] == 0))
    place = lambda symbol: a.levels ** (a.symbols - 1 - symbol)
    symbols = [total(form) for form in circuit.symbols]
    mean = z3.Sum([place(symbol) * it for symbol, it in enumerate(symbols)])
    codes = z3.Sum([place(it.symbol) * v[i] for i, it in enumerate(circuit.signals) if it.kind == "sum"])
    twice, n = 2 * (codes - a.workers * mean), a.workers
    if a.rounding == "half-even":
        half, odd = z3.Ints("half odd")
        solver.add(mean + (2 ** (a.bits - 1) if a.signed else 0) == 2 * half + odd, 0 <= odd, odd <= 1)
        wrong = z3.Or(twice > n, twice < -n, z3.And(odd == 1, z3.Or(twice == n, twice == -n)))
    else:
        wrong = z3.Or(twice < -n, twice >= n) if a.rounding == "half-up" else z3.Or(twice < 0, twice >= 2 * n)
    solver.add(z3.Or(wrong, *(z3.Or(it < 0, it >= levels) for it, levels in zip(symbols, circuit.levels))))
    solver.set("timeout", 60_000)
    need(solver.check() == z3.unsat, "the cells do not compose to the mean, or z3 did not decide it")


def prove(circuit):
    prove_sums(circuit)
    for cell in circuit.cells:
        try:
            prove_cell(circuit, cell)
        except NotDecided as error:
            raise NotDecided(f"{cell.name}: {error}") from None
    prove_receivers(circuit)
    compose(circuit)


def differences(circuit, log, holds):
    """What the log says otherwise: its bounds must not lie below ours, nor its margins above."""
    assert isinstance(log, dict) and log.get("format") == "optinc.proof-log" and log.get("version") == 1, "the log is unknown"
    if log["circuit"] != circuit.name or log["holds"] != holds:
        yield f"the log is of {log['circuit']!r} and says holds: {log['holds']}"
    if not holds or not log["holds"]:
        return
    rows = [(circuit.signals, log["signals"], ("deviation",)), (circuit.cells, log["cells"], ("states", "deviation", "margin")),
            (circuit.receivers, log["receivers"], ("states", "error"))]
    for ours, theirs, keys in rows:
        if [it.name for it in ours] != [it["name"] for it in theirs]:
            yield "the log names other signals, cells or receivers"
            continue
        for it, row, key in ((it, row, key) for it, row in zip(ours, theirs) for key in keys):
            value, logged = getattr(it, key), row[key]
            if key == "states" or value is None or logged is None:
                agrees = value == logged
            elif key == "margin":
                agrees = float(value) * LOG_FACTOR >= logged
            else:
                agrees = float(value) <= logged * LOG_FACTOR
            if not agrees:
                yield f"{it.name}: {key} {value if key == 'states' or value is None else float(value)}, logged {logged}"


def load(path):
    def refuse(text):
        raise ValueError(f"{text} is no number of JSON")
    with open(path, encoding="utf-8") as file:
        return json.load(file, parse_constant=refuse)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("circuit", help="circuit.json")
    parser.add_argument("--log", help="what optinc verify --proof-log wrote")
    options = parser.parse_args()
    problem, circuit = None, SimpleNamespace(name=None)
    try:
        try:
            Circuit.__init__(circuit := Circuit.__new__(Circuit), load(options.circuit))
            prove(circuit)
        except NotDecided as error:
            problem = str(error)
        told = list(differences(circuit, load(options.log), problem is None)) if options.log else []
    except (AssertionError, LookupError, OSError, OverflowError, RecursionError, TypeError, ValueError) as error:
        print(f"check_proof: bad input: {error or type(error).__name__}", file=sys.stderr)
        return 1
    if problem is None:
        print(f"{'cell':24} {'kind':8} {'states':>8} {'margin':>10} {'deviation':>10}")
        for cell in circuit.cells:
            margin = "-" if cell.margin is None else f"{float(cell.margin):.6f}"
            print(f"{cell.name:24} {cell.kind:8} {cell.states or '-':>8} {margin:>10} {float(cell.deviation):10.2e}")
        error = max(float(it.error) for it in circuit.receivers)
        print(f"receivers: {len(circuit.receivers)}, off by at most {error:.2e} levels")
        a = circuit.aggregate
        print(f"proof holds: every word is the mean of {a.workers} words of {a.bits} bits, rounded {a.rounding}")
    else:
        print(f"not decided: {problem}")
    for it in told:
        print(f"differs: {it}")
    return 0 if problem is None and not told else 3


if __name__ == "__main__":
    sys.exit(main())
