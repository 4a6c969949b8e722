#!/usr/bin/env python3
"""Proves a circuit.json of optinc anew, in ball arithmetic, and compares with the log of `optinc verify --proof-log`.

Written from docs/explanation/proof.md, whose lemmas it names, and docs/reference/formats.md alone; it shares no code with optinc.
Fields are Arb's balls of 128 bits, from the angles on; z3 decides the arithmetic of the words. Exit code 0: the proof
holds, and the log agrees. 3: it is not decided, or the log says otherwise. 1: bad input.
"""
import argparse, itertools, json, math, sys
from collections import defaultdict

import z3
from flint import acb, acb_mat, arb, ctx

ctx.prec = 128
ZERO, I = arb(0), acb(0, 1)
MAX_STATES = 4_000_000


class NotDecided(Exception):
    """A bound of the proof fails."""


class Item:
    """An object of circuit.json, and what is found out about it."""


def need(holds, why):
    if not holds:
        raise NotDecided(why)


# circuit.json by docs/reference/formats.md. real, whole, count: numbers; text: anything; * a list; ? may be left out or null.
DEVICE = "kind:text column:count mode:count fieldFactor:real? "
KEYS = {kind: dict(key.split(":") for key in keys.split()) for kind, keys in {
    "circuit": "format:text version:count name:text aggregate:aggregate modes:count inputs:worker|reference* "
               "sections:section* outputs:output* certificate:certificate? placement:text?",
    "aggregate": "workers:count bits:count levels:count signed:text rounding:text symbols:count fanIn:text?",
    "worker": "kind:text name:text mode:count worker:count symbol:count fieldPerLevel:real",
    "reference": "kind:text name:text mode:count field:real",
    "section": "kind:text name:text meshes:mesh* activations:relu|saturating*",
    "mesh": "kind:text name:text modes:count* devices:mzi|attenuator|phase|waveguide* terminated:count*",
    "mzi": DEVICE + "thetaRad:real phiRad:real firstCrossPower:real? secondCrossPower:real?",
    "attenuator": DEVICE + "thetaRad:real phiRad:real",
    "phase": DEVICE + "phiRad:real",
    "waveguide": DEVICE + "crossings:count lengthUm:real",
    "relu": "kind:text mode:count gain:real",
    "saturating": "kind:text mode:count gain:real threshold:real range:real",
    "output": "name:text mode:count worker:count symbol:count levelsPerField:real",
    "certificate": "signals:signal* cells:split|nonzero|only|sum* symbols:term**",
    "signal": "kind:text name:text section:count mode:count max:count fieldPerUnit:real",
    "term": "signal:count weight:whole",
    "split": "kind:text name:text bits:term* terms:term* offset:whole residual:count?",
    "nonzero": "kind:text name:text terms:term* bit:count",
    "only": "kind:text name:text set:count unless:count bit:count",
    "sum": "kind:text name:text terms:term* total:count",
}.items()}


def read(kind, value):
    """A value of circuit.json; what is unknown, missing or of the wrong type is refused."""
    is_optional, kind = kind[-1] == "?", kind.rstrip("?")
    if kind == "text" or (is_optional and value is None):
        return value
    if kind[-1] == "*":
        assert isinstance(value, list), f"{value!r} is not a list"
        return [read(kind[:-1], it) for it in value]
    if kind in ("real", "whole", "count"):
        assert type(value) in (int, float), f"{value!r} is not a number"
        assert kind == "real" or (value == int(value) and (kind == "whole" or value >= 0)), f"{value!r} is not a {kind}"
        return arb(float(value)) if kind == "real" else int(value)
    assert isinstance(value, dict), f"{value!r} is not an object"
    if "|" in kind:
        assert value["kind"] in kind.split("|"), f"{value['kind']!r} is not one of {kind}"
        kind = value["kind"]
    keys = KEYS[kind]
    wrong = {it for it in keys if it not in value and keys[it][-1] != "?"} | value.keys() - keys.keys()
    assert not wrong, f"{kind}: {sorted(wrong)} are unknown or missing"
    item = Item()
    vars(item).update({key: read(of, value.get(key)) for key, of in keys.items()})
    return (item.signal, item.weight) if kind == "term" else item


def matrix(device):
    """What a device makes of the fields of its modes."""
    factor = arb(1) if device.fieldFactor is None else device.fieldFactor
    phi = (I * getattr(device, "phiRad", ZERO)).exp()
    if device.kind in ("waveguide", "phase"):
        return acb_mat([[phi * factor]])
    powers = [vars(device).get(key) for key in ("firstCrossPower", "secondCrossPower")]
    roots = [((1 - k).sqrt(), I * k.sqrt()) for k in (arb(0.5) if power is None else power for power in powers)]
    first, second = (acb_mat([[bar, cross], [cross, bar]]) for bar, cross in roots)
    whole = second * acb_mat([[(I * device.thetaRad).exp(), 0], [0, 1]]) * first * acb_mat([[phi, 0], [0, 1]]) * factor
    return acb_mat([[whole[0, 0]]]) if device.kind == "attenuator" else whole


def follow_light(circuit, levels):
    """Lemma 3: each signal, neuron and receiver gets the weights of the ports, signals and neurons next before it."""
    lanes = {mode: {} for mode in range(circuit.modes)}
    def meet(role, item, unit):
        item.role, item.unit, item.form = role, unit, lanes[item.mode]
        lanes[item.mode] = {item: acb(1)}
    for port in circuit.inputs:
        assert not lanes[port.mode], "two ports have one mode"
        port.deviation, port.max = ZERO, levels[port.symbol] - 1 if port.kind == "worker" else 1
        meet(port.kind, port, port.fieldPerLevel if port.kind == "worker" else port.field)
    for number, section in enumerate(circuit.sections):
        for mesh in section.meshes:
            assert len(set(mesh.modes)) == len(mesh.modes), "a mesh has one mode twice"
            assert lanes.keys() >= {*mesh.modes, *mesh.terminated}, "there is no such mode"
            for device in mesh.devices:
                entries = matrix(device)
                modes = [mesh.modes[device.mode + i] for i in range(entries.nrows())]
                made = [defaultdict(acb) for _ in modes]
                for i, j in itertools.product(range(len(modes)), repeat=2):
                    for source, weight in lanes[modes[j]].items():
                        made[i][source] += entries[i, j] * weight
                lanes.update(zip(modes, made))
            lanes.update({mode: {} for mode in mesh.terminated})
        for neuron in section.activations:
            meet("neuron", neuron, neuron.gain)
        for signal in circuit.certificate.signals:
            if signal.section == number:
                meet("signal", signal, signal.fieldPerUnit)
    for it in circuit.outputs:
        meet("receiver", it, 1 / it.levelsPerField)


def expand(form, inner):
    """A form in the numbers that sources carry; `inner` signals are replaced by what their light comes from."""
    whole = defaultdict(acb)
    for source, weight in form.items():
        further = expand(source.form, inner) if source in inner else {source: source.unit}
        for it, share in further.items():
            whole[it] += weight * share
    return whole


class Slice:
    """Lemma 4: fields of signals or receivers as forms of the signals that are read and of the neurons between."""

    def __init__(self, ends, reads):
        self.ends, self.reads, self.neurons, self.forms = ends, reads, [], {}
        for end in ends:
            self.add(end)

    def add(self, target):
        self.forms[target] = expand(target.form, self.ends)
        for source in self.forms[target]:
            known = source.role in ("neuron", "reference") or source in self.reads
            need(known, "light of another signal is read, or of a worker past its sum")
            if source.role == "neuron" and source not in self.forms:
                self.add(source)
                self.neurons.append(source)

    def follow(self, target, sloped):
        """Weights in a field of signals' deviations x + i y and of neurons' errors e; sloped neurons hand on theirs."""
        weights = defaultdict(acb)
        for source, weight in self.forms[target].items():
            if source.role == "signal":
                weights["x", source], weights["y", source] = weight, weight * I
            elif source.role == "neuron":
                weights["e", source] += weight
            for key, it in sloped.get(source, {}).items():
                weights[key] += weight * it
        is_signal = target.role == "signal"
        return weights if is_signal else defaultdict(acb, {key: acb(it.real) for key, it in weights.items()})

    def errors(self, table, boxes, together=sum):
        """How far ends may be from their claims in any state. Deviations in discs add up, or `max`: one at a time."""
        worst, known = [ZERO] * len(self.ends), {}
        for values, claims in table.items():
            made, errors, sloped = dict(zip(self.reads, values)), {}, {}
            def bound(target):
                key = target, tuple(sloped)
                if key not in known:
                    weights = self.follow(target, sloped)
                    # x + i y in a disc moves a field by the axes of an ellipse.
                    moves = [(weights["x", it], I * weights["y", it], box) for it, box in zip(self.reads, boxes) if box]
                    reach = together([ZERO, *(((abs(x - y) + abs(x + y)) / 2 * box).upper() for x, y, box in moves)])
                    known[key] = weights, reach, [(it, abs(w)) for (kind, it), w in weights.items() if kind == "e"]
                weights, reach, arriving = known[key]
                # What is neither read nor made is a reference.
                field = sum((weight * made.get(it, 1) for it, weight in self.forms[target].items()), acb(0))
                reach = sum((size * errors[it] for it, size in arriving), reach)
                return field if target.role == "signal" else acb(field.real), reach, weights
            for neuron in self.neurons:
                field, reach, weights = bound(neuron)
                t, top = field.real - getattr(neuron, "threshold", ZERO), getattr(neuron, "range", arb("inf"))
                low, high = (t - reach).lower(), (t + reach).upper()
                bottom, ceiling = low.max(ZERO).min(top), high.max(ZERO).min(top)
                below, above = (-low).max(ZERO), (high - top).max(ZERO)
                # Of equal errors the flat one: it hands on no deviation. Arb rounds in the 128th bit.
                is_flat = below + above > 0 and ceiling - bottom <= (below + above) * (1 + arb(2) ** -50)
                if not is_flat:
                    bottom, ceiling, sloped[neuron] = -above, below, weights
                middle = ((bottom + ceiling) / 2).mid()
                made[neuron] = middle if is_flat else t + middle
                errors[neuron] = (ceiling - middle).max(middle - bottom)
            for i, end in enumerate(self.ends):
                field, reach, _ = bound(end)
                worst[i] = worst[i].max((abs(field / end.unit - claims[i]) + reach / abs(end.unit)).upper())
        return worst


def claimed(cell, total):
    """What a cell makes of its sum; None where its outputs cannot be that."""
    made, fits = [int(total >= 1)], True
    if cell.kind == "split":
        made, rest, fits = [], total + cell.offset, total + cell.offset >= 0
        for _, weight in cell.bits:
            made.append(int(rest >= weight))
            rest -= weight * made[-1]
            fits = fits and rest < weight
        made += [] if cell.residual is None else [rest]
    return made if fits and all(it <= signal.max for it, signal in zip(made, cell.outputs)) else None


def relation(cell, total):
    """What follows in z3 from the claim of a cell that is never None."""
    made = [it.integer for it in cell.outputs]
    if cell.kind != "split":
        return made[0] == total if cell.kind == "sum" else (made[0] == 1) == (total >= 1)
    rest = total + cell.offset - z3.Sum([weight * bit for (_, weight), bit in zip(cell.bits, made)])
    residual = [] if cell.residual is None else [rest == made[-1]]
    return z3.And(rest >= 0, *(rest < weight for _, weight in cell.bits[-1:]), *residual)


class Proof:
    """What is proved of a circuit: integers of its signals in `solver`, and in `made` the values they take together."""

    def __init__(self, circuit):
        need(circuit.certificate is not None, "there is no certificate")
        self.signals, self.made, self.solver = circuit.certificate.signals, [], z3.SolverFor("QF_LIA")
        self.solver.set("timeout", 60_000)
        a, each = circuit.aggregate, circuit.aggregate.levels.bit_length() - 1
        assert a.levels == 1 << each > 1 and a.workers > 0 and a.symbols == -(-a.bits // each) > 0, "no such words"
        self.levels = [1 << min(each, a.bits - at) for at in reversed(range(0, a.bits, each))]
        # What is received: the mean in the words that are sent, or the sum in as many bits as its largest value needs.
        bits = (a.workers * (2 ** a.bits - 1)).bit_length() if a.rounding == "none" else a.bits
        self.received = [1 << min(each, bits - at) for at in reversed(range(0, bits, each))]
        assert len({(it.section, it.mode) for it in self.signals}) == len(self.signals), "signals share a position"
        need(all(it.section < len(circuit.sections) and it.max < MAX_STATES for it in self.signals), "no such signal")
        follow_light(circuit, self.levels)
        for it in self.signals:
            it.integer = z3.Int(f"{it.section} {it.mode}")
            self.solver.add(0 <= it.integer, it.integer <= it.max)
        added = sorted(port for it in self.signals if it.kind == "sum" for port in self.prove_sum(it))
        read = sorted((it.worker, it.symbol) for it in circuit.outputs)
        for found, count, how in (added, a.symbols, "in one sum"), (read, len(self.received), "read once"):
            need(found == list(itertools.product(range(a.workers), range(count))), f"a symbol of a worker is not {how}")
        need(len(circuit.certificate.symbols) == len(self.received), "not every symbol is claimed")
        for cell in circuit.certificate.cells:
            self.prove_cell(cell)
        symbols = [self.count(terms) for terms in circuit.certificate.symbols]
        for symbol, counted in enumerate(symbols):
            ours = [it for it in circuit.outputs if it.symbol == symbol]
            self.prove_states(ours[0], ours, *counted, lambda value: [value] * len(ours))
        self.prove_mean(a, [total for _, total in symbols])

    def settle(self, ends, errors, leasts, rows):
        for it, error, least in zip(ends, errors, leasts):
            need(not hasattr(it, "deviation"), f"{it.name} is made twice")
            need(error < 0.5, f"{it.name} is off by {float(error):.2e} of its unit")
            it.deviation, it.least, it.states = error.upper(), least, len(rows)
        self.made.append((ends, rows))

    def settle_sum(self, end, form, wanted):
        """Lemma 5: how far a linear form may be from a sum, in its unit, and how far it is where one source alone is bright."""
        error = least = ZERO
        for source in {**form, **wanted}:
            need(source.role != "neuron", "a neuron lies in a sum")
            share = form.get(source, acb(0)) / end.unit
            off = source.max * abs(share - wanted.get(source, 0))
            error, least = error + off + abs(share) * source.deviation, least.max(off.lower())
        self.settle([end], [error], [least], [(value,) for value in range(end.max + 1)])

    def prove_sum(self, signal):
        """Lemma 5: which workers a sum of workers adds, and how unequally."""
        form = expand(signal.form, self.signals)
        added = {it: 1 for it, weight in form.items() if it.role == "worker" and abs(weight / signal.unit - 1) < 0.5}
        need(len({it.symbol for it in added}) == 1, f"{signal.name} adds no symbol, or more than one")
        need(signal.max == sum(it.max for it in added), f"{signal.name}: max is not what its workers give")
        signal.symbol = min(it.symbol for it in added)
        self.settle_sum(signal, form, added)
        return [(it.worker, it.symbol) for it in added]

    def count(self, terms):
        """How often a sum has each signal, and the sum in z3."""
        weights = defaultdict(int)
        for signal, weight in terms:
            weights[self.signals[signal]] += weight
        need(all(hasattr(it, "deviation") for it in weights), "a signal is read before it is made")
        return weights, z3.Sum([z3.IntVal(0)] + [weight * it.integer for it, weight in weights.items()])

    def prove_states(self, item, ends, weights, total, claim):
        """Lemmas 6 to 8: bounds ends in all reachable states of a sum, and returns when it has no claim."""
        read = [(signals, rows) for signals, rows in self.made if not weights.keys().isdisjoint(signals)]
        parts = [{tuple(it for of, it in zip(signals, row) if of in weights) for row in rows} for signals, rows in read]
        need(math.prod(map(len, parts)) <= MAX_STATES, f"{item.name} has too many states")
        reads = [it for signals, _ in read for it in signals if it in weights]
        joint = [tuple(itertools.chain(*rows)) for rows in itertools.product(*parts)]
        sums = {row: sum(weights[it] * value for it, value in zip(reads, row)) for row in joint}
        claims = {value: claim(value) for value in set(sums.values())}
        item.table = {row: claims[value] for row, value in sums.items() if claims[value] is not None}
        item.slice, item.states = Slice(ends, reads), len(item.table)
        boxes = [it.deviation for it in reads], [ZERO] * len(reads)
        self.settle(ends, *(item.slice.errors(item.table, it) for it in boxes), item.table.values())
        return [total == value for value in claims if claims[value] is None]

    def prove_cell(self, cell):
        """Lemmas 5 to 7: what the outputs of a cell are, and how far they may be off."""
        made = [it for it, _ in cell.bits] if cell.kind == "split" else [cell.total if cell.kind == "sum" else cell.bit]
        made += [] if getattr(cell, "residual", None) is None else [cell.residual]
        cell.outputs, cell.states = [self.signals[it] for it in made], None
        cell.weights, total = self.count([(cell.set, 1), (cell.unless, -1)] if cell.kind == "only" else cell.terms)
        cell.deviation = sum((abs(weight) * it.deviation for it, weight in cell.weights.items()), ZERO).upper()
        if cell.kind == "sum":
            [end], wrong = cell.outputs, [total < 0, total > cell.outputs[0].max]
            self.settle_sum(end, Slice([end], list(cell.weights)).forms[end], cell.weights)
        else:
            wrong = self.prove_states(cell, cell.outputs, cell.weights, total, lambda value: claimed(cell, value))
        need(not wrong or self.solver.check(z3.Or(wrong)) == z3.unsat, f"{cell.name}: a state does not hold")
        self.solver.add(relation(cell, total))

    def prove_mean(self, a, symbols):
        """Lemma 9, by z3: no symbols of the workers make the symbols that are read anything but the mean."""
        place, n = [a.levels ** j for j in reversed(range(a.symbols))], a.workers
        mean = z3.Sum([a.levels ** (len(symbols) - 1 - j) * it for j, it in enumerate(symbols)])
        total = z3.Sum([place[it.symbol] * it.integer for it in self.signals if it.kind == "sum"])
        twice = 2 * (total - n * mean)
        is_odd = (mean - (2 ** (a.bits - 1) if a.signed else 0)) % 2 == 1
        wrong = {
            "none": total != mean,
            "floor": z3.Or(twice < 0, twice >= 2 * n),
            "half-up": z3.Or(twice < -n, twice >= n),
            "half-even": z3.Or(twice > n, twice < -n, z3.And(is_odd, z3.Or(twice == n, twice == -n))),
        }[a.rounding]
        beyond = [z3.Or(it < 0, it >= levels) for it, levels in zip(symbols, self.received)]
        need(self.solver.check(z3.Or(wrong, *beyond)) == z3.unsat, "z3 does not show that cells compose to the mean")


def keeps_margin(cell, margin):
    """Whether bits stay where an input moves the sum by less than the margin of the log, of which something is left."""
    bits = [it.kind == "bit" for it in cell.outputs]
    if margin is None:
        return not any(bits) or (cell.kind == "only" and any(it.kind == "relu" for it in cell.slice.neurons))
    boxes = [margin * (1 - arb(1e-6)) / abs(cell.weights[it]) if cell.weights[it] else ZERO for it in cell.slice.reads]
    errors = zip(cell.slice.errors(cell.table, boxes, max), bits)
    return cell.deviation < margin <= 0.5 and all(error <= 1e-9 for error, is_bit in errors if is_bit)


def differences(certificate, receivers, log):
    """What the log says otherwise: its bounds must not lie below what occurs, sums must add up, and margins must be kept."""
    if not log["holds"]:
        yield "the log says that the proof does not hold"
        return
    logged = {it: arb(row["deviation"]) for it, row in zip(certificate.signals, log["signals"], strict=True)}
    for it in certificate.cells:
        it.least = sum((abs(weight) * logged[signal] for signal, weight in it.weights.items()), ZERO)
    for key, ours in ("signals", certificate.signals), ("cells", certificate.cells), ("receivers", receivers):
        for it, row in zip(ours, log[key], strict=True):
            # Radii of Arb have 30 bits, and sums of the log are doubles.
            bound = arb(row["error" if key == "receivers" else "deviation"]) * (1 + 1e-6)
            agrees = it.least <= bound and (key == "signals" or (it.states or 0) >= (row["states"] or 0))
            if it.name != row["name"] or not agrees or (key == "cells" and not keeps_margin(it, row["margin"])):
                yield f"{it.name} is off by {float(it.least)} or more, logged {row}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("circuit", help="circuit.json")
    parser.add_argument("--log", help="what optinc verify --proof-log wrote")
    options = parser.parse_args()
    try:
        circuit = read("circuit", json.load(open(options.circuit, encoding="utf-8")))
        assert circuit.format == "optinc.circuit" and 1 <= circuit.version <= 4, "format or version is unknown"
        Proof(circuit)
        lines = open(options.log, encoding="utf-8") if options.log else []
        logs = [log for log in map(json.loads, lines) if log["circuit"] == circuit.name]
        told = [text for log in logs for text in differences(circuit.certificate, circuit.outputs, log)]
        told += ["the log does not name the circuit"] if options.log and not logs else []
    except NotDecided as error:
        print(f"not decided: {error}")
        return 3
    except (AssertionError, LookupError, OSError, OverflowError, RecursionError, TypeError, ValueError) as error:
        print(f"check_proof: bad input: {error or type(error).__name__}", file=sys.stderr)
        return 1
    for cell in circuit.certificate.cells:
        print(f"{cell.name:24} {cell.kind:8} {cell.states or '-':>8} states, off by {float(cell.deviation):.2e}")
    print(f"receivers: off by at most {max(float(it.deviation) for it in circuit.outputs):.2e} levels")
    a = circuit.aggregate
    what = "the sum" if a.rounding == "none" else f"the mean, rounded {a.rounding},"
    print(f"proof holds: every word is {what} of {a.workers} words of {a.bits} bits")
    for it in told:
        print(f"differs: {it}")
    return 3 if told else 0


if __name__ == "__main__":
    sys.exit(main() if __debug__ else "check_proof.py: -O leaves out its checks of the input; run it without")
