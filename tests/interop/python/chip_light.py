"""What light makes of a layout: SAX on the parts and lengths that chip.py took from the GDS."""

import cmath
import math
from collections import defaultdict

import jax

jax.config.update("jax_enable_x64", True)
import numpy as np
import sax

import sax_speed

PER_UM = 2.35 * 2 * math.pi / 1.55  # rad a um, a strip at 1550 nm


def straight(length=0.0, phase=0.0, factor=1.0):
    t = factor * cmath.exp(1j * (PER_UM * length + phase))
    return sax.reciprocal({("w", "e"): t})


def coupler(length=0.0, factor=1.0):
    t = factor * cmath.exp(1j * PER_UM * length) / math.sqrt(2)
    return sax.reciprocal({("w0", "e0"): t, ("w0", "e1"): 1j * t, ("w1", "e0"): 1j * t, ("w1", "e1"): t})


def crossing(length=0.0):
    t = cmath.exp(1j * PER_UM * length)
    return sax.reciprocal({("w", "e"): t, ("n", "s"): t})


OPPOSITE = {"w": "e", "n": "s", "s": "n"}


def settings_of(chip, found, spans):
    """
    What the heaters have to add so that the circuit's phases are met whatever the lengths are, and the phases that are left at every end:
    light is followed from its ports, and in front of each coupler the heated arm is brought to the phase of the other.
    """
    links = {}
    for _, a, b, length, _ in (it for it in found["parts"] if it[0] == "wire"):
        links[a] = (b, length)
    heaters = found["heaters"]

    def through(pin):
        """Where light that comes in at a pin goes out."""
        instance, port = pin
        kind = chip.kinds[instance]
        if kind in ("coupler", "tap"):
            return [(instance, "e0"), (instance, "e1")]
        return [(instance, OPPOSITE[port])] if kind in ("heater", "phase", "crossing") else []

    lit, todo = set(), [end for side, _, end in found["ends"] if side == "in"]
    while todo:
        out = todo.pop()
        if out in links and links[out][0] not in lit:
            lit.add(links[out][0])
            todo += through(links[out][0])
    phase, settings, back = {}, {}, {b: a for a, (b, _) in links.items()}
    todo = [(end, 0.0) for side, _, end in found["ends"] if side == "in"]
    while todo:
        out, beyond = todo.pop()
        if out not in links:
            continue
        pin, length = links[out]
        instance, kind = pin[0], chip.kinds[pin[0]]
        phase[pin] = beyond + PER_UM * length
        if kind in ("heater", "phase", "crossing"):
            todo += [(it, phase[pin] + PER_UM * spans[kind]) for it in through(pin)]
        elif kind in ("coupler", "tap"):
            fed = [it for it in ((instance, "w0"), (instance, "w1")) if it in lit]
            if any(it not in phase for it in fed):
                continue
            warm = [it for it in fed if (h := back[it][0]) in heaters and heaters[h][0].endswith((" phi", " theta"))]
            assert len(warm) <= 1
            common = phase[fed[0]]
            if len(fed) == 2:
                common = phase[next(it for it in fed if it != warm[0])]
                settings[back[warm[0]][0]] = common - phase[warm[0]]
            todo += [(it, common + PER_UM * spans[kind]) for it in through(pin)]
    return settings, phase


def transfer(chip, found, job):
    """Fields at the chip's ends [outputs, inputs], as the circuit's modes have them, the phase of each oscillator set."""
    spans = {}
    for (instance, pin), at in chip.pins.items():
        if pin in ("w", "w0") and chip.kinds[instance] in ("heater", "phase", "coupler", "tap", "crossing"):
            far = chip.pins[instance, pin.replace("w", "e")]
            spans[chip.kinds[instance]] = round(math.dist(at, far), 3)
    settings, phase = settings_of(chip, found, spans)
    instances = {}
    lossy = {it[1]: it[2] for it in found["parts"] if it[0] == "coupler"}
    for i, kind in enumerate(chip.kinds):
        if (chip.label(i) or "").startswith("test "):
            continue
        if kind in ("heater", "phase"):
            _, target, factor = found["heaters"][i]
            set_to = math.remainder(target + settings.get(i, 0.0), 2 * math.pi)
            instances[f"c{i}"] = {"component": "straight", "settings": {"length": spans[kind], "phase": set_to, "factor": factor}}
        elif kind in ("coupler", "tap"):
            instances[f"c{i}"] = {"component": "coupler", "settings": {"length": spans[kind], "factor": lossy[i]}}
        elif kind == "crossing":
            instances[f"c{i}"] = {"component": "crossing", "settings": {"length": spans[kind]}}
    wires = [it[1:] for it in found["parts"] if it[0] == "wire"]
    for n, (_, _, length, factor) in enumerate(wires):
        instances[f"w{n}"] = {"component": "straight", "settings": {"length": length, "factor": factor}}
    inputs = {end: job["inputs"].index(mode) for side, mode, end in found["ends"] if side == "in" and mode in job["inputs"]}
    fields = {}
    for n, (a, _, _, _) in enumerate(wires):
        if a in inputs:
            fields[n, "w"] = np.eye(len(inputs), dtype=complex)[inputs[a]]
    followed(instances, wires, fields)
    last = {b: (n, "e") for n, (_, b, _, _) in enumerate(wires)}
    rows = {mode: fields[last[end]] * cmath.exp(-1j * phase[end]) for side, mode, end in found["ends"] if side == "out"}
    return np.array([rows[mode] for mode in job["outputs"]])


# SAX's time goes with the square of what it solves at once
AT_ONCE = 2500


def followed(instances, wires, fields):
    """
    Fields at both ends of all wires, [wire, side]; those that light comes in by are known. Every part comes behind those that send it
    light, so that SAX can solve some parts at a time, and what it says of the ports of these is all that the next ones get.
    """
    sends = defaultdict(list)
    waits = dict.fromkeys(instances, 0)
    joints = []
    for n, (a, b, _, _) in enumerate(wires):
        for side, (cell, pin), ahead in (("w", a, False), ("e", b, True)):
            name = f"c{cell}"
            if name not in instances:
                continue
            joints.append((n, side, name, pin))
            first, then = (f"w{n}", name) if ahead else (name, f"w{n}")
            sends[first].append(then)
            waits[then] += 1
    order = [name for name, count in waits.items() if count == 0]
    for name in order:
        for then in sends[name]:
            waits[then] -= 1
            if waits[then] == 0:
                order.append(then)
    assert len(order) == len(instances), "light goes round in circles"
    group = {name: i // AT_ONCE for i, name in enumerate(order)}
    groups = [{"instances": {}, "nets": [], "ports": {}, "in": [], "out": []} for _ in range(-(-len(order) // AT_ONCE))]
    for name in order:
        groups[group[name]]["instances"][name] = instances[name]
    joined = set()

    def port(where, key, end, way):
        where["ports"][f"p{key[0]}{key[1]}"] = end
        where[way].append(key)

    for n, side, name, pin in joints:
        joined.add((n, side))
        mine, other = groups[group[f"w{n}"]], groups[group[name]]
        ends = (f"w{n},{side}", f"{name},{pin}")
        if mine is other:
            mine["nets"].append({"p1": ends[0], "p2": ends[1]})
        else:
            port(mine, (n, side), ends[0], "in" if side == "w" else "out")
            port(other, (n, side), ends[1], "out" if side == "w" else "in")
    for n in range(len(wires)):
        if (n, "w") in fields:
            port(groups[group[f"w{n}"]], (n, "w"), f"w{n},w", "in")
        if (n, "e") not in joined:
            port(groups[group[f"w{n}"]], (n, "e"), f"w{n},e", "out")
    models = {"straight": straight, "coupler": coupler, "crossing": crossing}
    for it in groups:
        netlist = {key: it[key] for key in ("instances", "nets", "ports")}
        circuit, _ = sax.circuit(netlist=netlist, models=models, backend="klu", return_type="SDense")
        s, index = circuit()
        s = np.asarray(s)
        ins, outs = ([index[f"p{n}{side}"] for n, side in it[way]] for way in ("in", "out"))
        # nothing comes back, so that nothing is lost where the circuit is cut
        assert not s[np.ix_(ins, ins)].any()
        came = np.array([fields[key] for key in it["in"]])
        for key, row in zip(it["out"], s[np.ix_(ins, outs)].T @ came):
            fields[key] = row
