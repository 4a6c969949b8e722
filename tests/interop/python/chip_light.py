"""What light makes of a layout: SAX on the parts and lengths that chip.py took from the GDS."""

import cmath
import math

import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import numpy as np
import sax

PER_UM = 2.35 * 2 * math.pi / 1.55  # rad a um, a strip at 1550 nm


def straight(length=0.0, phase=0.0, factor=1.0):
    t = factor * jnp.exp(1j * (PER_UM * length + phase))
    return sax.reciprocal({("w", "e"): t})


def coupler(length=0.0, factor=1.0):
    t = factor * jnp.exp(1j * PER_UM * length) / math.sqrt(2)
    return sax.reciprocal({("w0", "e0"): t, ("w0", "e1"): 1j * t, ("w1", "e0"): 1j * t, ("w1", "e1"): t})


def crossing(length=0.0):
    t = jnp.exp(1j * PER_UM * length)
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
        return [(instance, OPPOSITE[port])] if kind in ("heater", "crossing") else []

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
        if kind in ("heater", "crossing"):
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
        if pin in ("w", "w0") and chip.kinds[instance] in ("heater", "coupler", "tap", "crossing"):
            far = chip.pins[instance, pin.replace("w", "e")]
            spans[chip.kinds[instance]] = round(math.dist(at, far), 3)
    settings, phase = settings_of(chip, found, spans)
    instances, nets = {}, []
    lossy = {it[1]: it[2] for it in found["parts"] if it[0] == "coupler"}
    for i, kind in enumerate(chip.kinds):
        if kind == "heater":
            _, target, factor = found["heaters"][i]
            set_to = math.remainder(target + settings.get(i, 0.0), 2 * math.pi)
            instances[f"c{i}"] = {"component": "straight", "settings": {"length": spans[kind], "phase": set_to, "factor": factor}}
        elif kind in ("coupler", "tap"):
            instances[f"c{i}"] = {"component": "coupler", "settings": {"length": spans[kind], "factor": lossy[i]}}
        elif kind == "crossing":
            instances[f"c{i}"] = {"component": "crossing", "settings": {"length": spans[kind]}}
    ports = {}
    ends = {end: f"{side}{mode}" for side, mode, end in found["ends"]}
    for n, (_, a, b, length, factor) in enumerate(it for it in found["parts"] if it[0] == "wire"):
        instances[f"w{n}"] = {"component": "straight", "settings": {"length": length, "factor": factor}}
        for side, pin in (("w", a), ("e", b)):
            if pin in ends:
                ports[ends[pin]] = f"w{n},{side}"
            elif f"c{pin[0]}" in instances:
                nets.append({"p1": f"w{n},{side}", "p2": f"c{pin[0]},{pin[1]}"})
    netlist = {"instances": instances, "nets": nets, "ports": ports}
    models = {"straight": straight, "coupler": coupler, "crossing": crossing}
    circuit, _ = sax.circuit(netlist=netlist, models=models, backend="klu", return_type="SDense")
    s, index = circuit()
    s = np.asarray(s)
    left = {f"{side}{mode}": phase[end] for side, mode, end in found["ends"] if side == "out"}
    rows = [f"out{mode}" for mode in job["outputs"]]
    columns = [f"in{mode}" for mode in job["inputs"]]
    matrix = s[np.ix_([index[it] for it in columns], [index[it] for it in rows])].T
    return matrix * np.array([[cmath.exp(-1j * left[it])] for it in rows])
