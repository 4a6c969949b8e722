"""
Reads the GDS of a section that was drawn with a foundry's kit, and compares it with circuit.json. Of the script that drew it nothing is
used. Runs in an environment that holds one kit; jobs.json says which.
"""

import json
import math
import subprocess
import sys
from collections import defaultdict

sys.path.append(sys.path.pop(0))
import gdsfactory as gf
import klayout.db as kdb
import numpy as np
import sax

from common import folder

jobs = json.loads((folder / "jobs.json").read_text())
KIT = jobs[0]["kit"]
if KIT == "ubcpdk":
    from ubcpdk import PDK
else:
    from cspdk.si220.cband import PDK
PDK.activate()
MODELS = {name: PDK.models[name] for name in ("straight", "bend_euler", "straight_heater_metal", "mmi2x2")}

# Layers and least widths and spaces, um. ubcpdk: klayout/EBeam/drc/SiEPIC_EBeam.drc of SiEPIC_EBeam_PDK, whose tolerance of 1 nm is kept.
# cspdk: table of CORNERSTONE's design guidelines for call 48, 220 nm SOI, in references/ of cspdk. Bend radius: `radius_min` of both kits' tech.py.
LAYERS, RULES, LABEL, COUPLER, TERMINATOR = {
    "ubcpdk": (
        {"waveguide": (1, 0), "heater": (11, 0), "metal": (12, 0), "opening": (13, 0), "floorplan": (99, 0)},
        [("waveguide", 0.07, 0.07), ("heater", 3, 3), ("metal", 5, 8), ("opening", 10, 10)],
        (10, 0),
        "ebeam_swg_edgecoupler",
        "ebeam_terminator_te1550",
    ),
    "cspdk": (
        {"waveguide": (3, 0), "heater": (39, 0), "metal": (41, 0), "grating": (6, 0), "floorplan": (99, 0)},
        [("waveguide", 0.35, 0.2), ("grating", 0.2, 0.25), ("heater", 0.6, 10), ("metal", 2, 10)],
        (100, 0),
        "grating_coupler_elliptical",
        "taper",
    ),
}[KIT]
WIDTH = {"ubcpdk": 0.5, "cspdk": 0.45}[KIT]
RADIUS_MIN = 5
TOLERANCE = 0.001


def regions(layout):
    top = layout.top_cell()
    return {name: kdb.Region(top.begin_shapes_rec(layout.layer(*numbers))).merged() for name, numbers in LAYERS.items()}


def boxes_of(layout, names):
    own = kdb.Region()
    for instance in layout.top_cell().each_inst():
        if instance.cell.name.startswith(names):
            own.insert(instance.bbox())
    return own.merged()


def design_rules(layout):
    found, drawn = [], regions(layout)
    # teeth of ubcpdk's edge coupler are 50 nm apart, and the grating of cspdk begins in a sharp corner: these cells are the kit's affair
    couplers = boxes_of(layout, (COUPLER,))
    for layer, width, space in RULES:
        for what, least, check in (("width", width, "width_check"), ("space", space, "space_check")):
            near = getattr(drawn[layer], check)(round((least - TOLERANCE) / layout.dbu), False, kdb.Metrics.Euclidian, 80)
            ours = [it for it in near.each() if not kdb.Region(it.bbox()).inside(couplers).count()]
            if ours:
                found.append(f"{what} of {layer}: {len(ours)}, {ours[0]}")
    for layer, region in drawn.items():
        outside = region - drawn["floorplan"]
        if layer != "floorplan" and outside.count() > 0:
            found.append(f"floorplan: {layer} at {outside.bbox()}")
    if KIT == "ubcpdk":
        over = drawn["metal"].overlap_check(drawn["heater"], round((3 - TOLERANCE) / layout.dbu))
        if over.count() > 0:
            found.append(f"overlap of metal and heater: {over.count()}, {next(over.each())}")
    elif not (drawn["grating"] & (drawn["heater"] + drawn["metal"])).is_empty():
        found.append("a grating below metal")
    return found + bends(layout, drawn["waveguide"])


def bends(layout, waveguides):
    """Radii of the middle of the waveguides, from their edges; the kit's couplers and ends are left out."""
    found = []
    for polygon in (waveguides - boxes_of(layout, ("mmi2x2", COUPLER, TERMINATOR))).each():
        tight = tightest([(point.x * layout.dbu, point.y * layout.dbu) for point in polygon.each_point_hull()])
        # the inner edge lies half a width inside of the middle
        if tight < 0.97 * (RADIUS_MIN - WIDTH / 2):
            found.append(f"radius: {tight + WIDTH / 2:.2f} um at {polygon.bbox()}")
    return found


def tightest(points):
    """Least radius of an outline over 1.5 um: length over angle. The four corners of its two ends are no bends."""
    n, least = len(points), math.inf
    edges = [(points[(i + 1) % n][0] - points[i][0], points[(i + 1) % n][1] - points[i][1]) for i in range(n)]
    lengths = [math.hypot(*edge) for edge in edges]
    turns = []
    for i in range(n):
        (ax, ay), (bx, by) = edges[i - 1], edges[i]
        turns.append(math.atan2(ax * by - ay * bx, ax * bx + ay * by))
    corners = [i for i in range(n) if abs(turns[i]) > 1]
    if len(corners) != 4:
        return 0
    for i in range(n):
        length, turned = 0.0, 0.0
        for k in range(i, i + n):
            if abs(turns[k % n]) > 1:
                break
            turned += turns[k % n]
            if length > 1.5:
                least = min(least, length / max(abs(turned), 1e-9))
                break
            length += lengths[k % n]
    return least


# the longer name first
KINDS = ("straight_heater_metal", "straight_metal", "straight", "bend_euler", "mmi2x2", COUPLER, TERMINATOR, "pad")


class Section:
    """Cells of the GDS with their ports, and which ports meet."""

    def __init__(self, path):
        self.layout = kdb.Layout()
        self.layout.read(str(path))
        gf.clear_cache()
        component = gf.import_gds(path)
        self.cells, self.ports, self.settings = [], {}, []
        meeting = defaultdict(list)
        for instance in component.insts:
            here = len(self.cells)
            self.cells.append(next((it for it in KINDS if instance.cell.name.startswith(it)), "another cell"))
            for port in instance.ports:
                if port.port_type == "optical":
                    at = tuple(round(v, 3) for v in port.center)
                    self.ports[here, port.name] = at
                    meeting[at].append((here, port.name))
            self.settings.append(self.measured(instance))
        self.links = {}
        self.findings = []
        for at, ends in meeting.items():
            if len(ends) == 2:
                self.links[ends[0]], self.links[ends[1]] = ends[1], ends[0]
            elif len(ends) > 2:
                self.findings.append(f"{len(ends)} ports meet at {at}")
        self.labels = []
        for shape in self.layout.top_cell().shapes(self.layout.layer(*LABEL)).each():
            if shape.is_text():
                self.labels.append((shape.text.string, kdb.Point(shape.text.x, shape.text.y)))

    def measured(self, instance):
        """Length of waveguide in a cell: its area over its width."""
        layer = instance.cell.kcl.layer(*LAYERS["waveguide"])
        region = kdb.Region(instance.cell.kdb_cell.begin_shapes_rec(layer)).merged()
        return region.area() * self.layout.dbu**2 / WIDTH

    def islands(self):
        """Connected waveguides: by their shapes, without teeth of couplers, and by their ports."""
        drawn = regions(self.layout)["waveguide"]
        drawn -= drawn.inside(boxes_of(self.layout, (COUPLER,)))
        parent = list(range(len(self.cells)))

        def root(i):
            while parent[i] != i:
                i = parent[i]
            return i

        for (a, _), (b, _) in self.links.items():
            parent[root(a)] = root(b)
        return drawn.count(), len({root(cell) for cell, _ in self.ports})


class Broken(Exception):
    pass


THROUGH = {"o1": "o4", "o4": "o1", "o2": "o3", "o3": "o2"}
TWIN = {"o1": "o2", "o2": "o1", "o3": "o4", "o4": "o3"}


class Walk:
    """Light through the GDS and through circuit.json at once; heaters get the phase that brings the light into step, as a bring-up does."""

    def __init__(self, section, circuit, which):
        self.section, self.used, self.heaters, self.volts = section, set(), {}, {}
        at = {label: (point.x * section.layout.dbu, point.y * section.layout.dbu) for label, point in section.labels}
        coupler = {place: cell for (cell, port), place in section.ports.items() if section.cells[cell] == COUPLER}
        lit = light_before(circuit, which)
        meshes = circuit["sections"][which]["meshes"]
        mine = sorted({mode for mesh in meshes for mode in mesh["modes"]})
        self.modes = [mode for mode in mine if lit[mode]]
        self.inputs = list(self.modes)
        self.ends, self.gain, self.loss = {}, {}, {}
        bar, cross = (complex(np.asarray(MODELS["mmi2x2"]()[pair])) for pair in (("o1", "o4"), ("o1", "o3")))
        # circuit.json: light that crosses a coupler is i times that which does not; a kit that says -i has the other sign on one side
        self.bar, self.sign = bar, 1 if abs(cross / bar - 1j) < 1e-6 else -1
        if abs(cross / bar - self.sign * 1j) > 1e-6:
            raise Broken(f"the kit's coupler is no 50:50 coupler: {bar}, {cross}")
        self.starts = {}
        for mode in self.modes:
            cell = next((it for place, it in coupler.items() if near(place, at.get(f"in{mode}"))), None)
            if cell is None:
                raise Broken(f"no coupler is called in{mode}")
            self.used.add(cell)
            self.ends[mode], self.gain[mode], self.loss[mode] = (cell, "o1"), 1 + 0j, (0.0, 0.0)
            self.starts[mode] = section.links.get((cell, "o1"))
        for m, mesh in enumerate(meshes):
            for d, device in enumerate(mesh["devices"]):
                a = mesh["modes"][device["mode"]]
                b = mesh["modes"][device["mode"] + 1] if device["kind"] == "mzi" else None
                self.device(f"m{m}_d{d}", device, a, b)
            for mode in mesh["terminated"]:
                if mode in self.ends:
                    self.expect(self.ends.pop(mode), TERMINATOR, f"the end of mode {mode}")
        self.outputs = {}
        for mode in sorted(self.ends):
            (cell, port), factor = self.follow(self.ends[mode])
            if section.cells[cell] != COUPLER or not near(section.ports[cell, port], at.get(f"out{mode}")):
                raise Broken(f"mode {mode} ends in {section.cells[cell]}, not at out{mode}")
            self.used.add(cell)
            self.outputs[mode] = section.links[cell, "o1"]
            self.gain[mode] *= factor
            self.lose(mode, factor)
        left = {cell for cell, _ in section.ports} - self.used
        if left:
            raise Broken(f"{len(left)} cells with waveguides belong to nothing of circuit.json: {section.cells[min(left)]}")

    def model(self, cell, **more):
        kind = self.section.cells[cell]
        return complex(np.asarray(MODELS[kind](length=self.section.settings[cell], **more)["o1", "o2"]))

    def follow(self, end):
        """Through waveguides, to the next device; and what the way does to a field."""
        factor = 1 + 0j
        while True:
            end = self.section.links.get(end)
            if end is None:
                raise Broken("a waveguide is open")
            cell, port = end
            if self.section.cells[cell] not in ("straight", "bend_euler"):
                return end, factor
            self.used.add(cell)
            factor *= self.model(cell)
            end = (cell, "o2" if port == "o1" else "o1")

    def expect(self, end, kind, what):
        found, factor = self.follow(end)
        if self.section.cells[found[0]] != kind:
            raise Broken(f"{what}: light meets {self.section.cells[found[0]]} at {self.section.ports[found]}, not {kind}")
        self.used.add(found[0])
        return found, factor

    def heater(self, end, name):
        """What is behind it, and its field at rest."""
        (cell, port), factor = self.expect(end, "straight_heater_metal", name)
        self.heaters[cell] = name
        return cell, (cell, "o2" if port == "o1" else "o1"), factor * self.model(cell)

    def lose(self, mode, factor):
        db = -20 * math.log10(abs(factor))
        self.loss[mode] = tuple(it + db for it in self.loss[mode])

    def device(self, name, device, a, b):
        lit_a, lit_b = a in self.ends, b in self.ends
        if device["kind"] == "waveguide" or not (lit_a or lit_b):
            return
        if device["kind"] == "phase":
            cell, end, factor = self.heater(self.ends[a], name + " phi")
            self.volts[cell] = device["phiRad"]
            self.ends[a], self.gain[a] = end, self.gain[a] * factor
            self.lose(a, factor)
            return
        first = None
        if lit_a:
            hot, end, factor = self.heater(self.ends[a], name + " phi")
            first, more = self.expect(end, "mmi2x2", name)
            self.gain[a] *= factor * more
            self.lose(a, factor * more)
        if lit_b:
            other, factor = self.expect(self.ends[b], "mmi2x2", name)
            self.gain[b] *= factor
            self.lose(b, factor)
        mmi, in_a = first if lit_a else (other[0], TWIN[other[1]])
        in_b = TWIN[in_a]
        if lit_b and other != (mmi, in_b):
            raise Broken(f"{name}: its lanes do not meet in one coupler")
        for lit, port in ((lit_a, in_a), (lit_b, in_b)):
            if not lit:
                self.expect((mmi, port), TERMINATOR, f"{name}: its dark input")
        common = self.gain[b] * self.sign if lit_b else self.gain[a]
        if lit_a:
            self.volts[hot] = device["phiRad"] + np.angle(common) - np.angle(self.gain[a])
        if lit_a and lit_b:
            common *= math.sqrt(abs(self.gain[a]) / abs(self.gain[b]))
        losses = [self.loss[mode] for mode, lit in ((a, lit_a), (b, lit_b)) if lit]
        theta, end, up = self.heater((mmi, THROUGH[in_a]), name + " theta")
        out_a, more = self.expect(end, "mmi2x2", name)
        up *= more
        out_b, down = self.expect((mmi, THROUGH[in_b]), "mmi2x2", name)
        if out_a[0] != out_b[0] or out_a[0] == mmi or out_a[1] != in_a or out_b[1] != in_b:
            raise Broken(f"{name}: its arms do not meet as they parted")
        self.volts[theta] = device["thetaRad"] + np.angle(down) - np.angle(up)
        common *= 2 * self.bar**2 * math.sqrt(abs(up) * abs(down)) * np.exp(1j * np.angle(down))
        arms = [-20 * math.log10(abs(arm) * abs(self.bar) ** 2 * 2) for arm in (up, down)]
        spread = (min(low for low, _ in losses) + min(arms), max(high for _, high in losses) + max(arms))
        self.ends[a], self.gain[a], self.loss[a] = (out_a[0], THROUGH[in_a]), common, spread
        after_b = (out_a[0], THROUGH[in_b])
        if b is None:
            self.expect(after_b, TERMINATOR, f"{name}: what an attenuator lets out")
        else:
            self.ends[b], self.gain[b], self.loss[b] = after_b, common * self.sign, spread

    def electrical(self):
        """Every heater leads to the pad of its name and to ground."""
        found, drawn = [], regions(self.section.layout)
        nets = [kdb.Region(polygon) for polygon in drawn["metal"].each()]
        names = []
        for net in nets:
            polygon = next(net.each())
            names.append([text for text, point in self.section.labels if polygon.inside(point) and not text.startswith(("in", "out"))])
        called = sorted(text for here in names for text in here)
        if called != sorted([*self.heaters.values(), "ground", "ground"]):
            found.append(f"the pads on metal are {called}")
        for here in names:
            if len(here) != 1 and set(here) != {"ground"}:
                found.append(f"a net of metal has the pads {here}")
        hot = {}
        for cell, name in self.heaters.items():
            (ax, ay), (bx, by) = (self.section.ports[cell, port] for port in ("o1", "o2"))
            hot[name] = kdb.Point(*(round((u + v) / 2 / self.section.layout.dbu) for u, v in ((ax, bx), (ay, by))))
        for polygon in drawn["heater"].each():
            below = [name for name, point in hot.items() if polygon.inside(point)]
            touched = sorted(text for net, here in zip(nets, names) for text in set(here) if not (net & kdb.Region(polygon)).is_empty())
            if len(below) != 1 or touched != sorted([*below, "ground"]):
                found.append(f"the heater of {below} leads to {touched}")
        if drawn["heater"].count() != len(hot):
            found.append(f"{drawn['heater'].count()} heaters are drawn, {len(hot)} are in circuit.json")
        return found


def near(a, b):
    return b is not None and math.dist(a, b) < 0.001


def light_before(circuit, which):
    """As docs/reference/formats.md says it."""
    lit = [False] * circuit["modes"]
    for port in circuit["inputs"]:
        lit[port["mode"]] = True
    for section in circuit["sections"][:which]:
        for mesh in section["meshes"]:
            for device in mesh["devices"]:
                if device["kind"] == "mzi":
                    pair = [mesh["modes"][device["mode"] + k] for k in (0, 1)]
                    lit[pair[0]] = lit[pair[1]] = lit[pair[0]] or lit[pair[1]]
            for mode in mesh["terminated"]:
                lit[mode] = False
    return lit


def ideal(circuit, which, inputs, outputs):
    """Fields of circuit.json."""
    fields = np.zeros((circuit["modes"], len(inputs)), complex)
    for i, mode in enumerate(inputs):
        fields[mode, i] = 1
    for mesh in circuit["sections"][which]["meshes"]:
        for device in mesh["devices"]:
            a = mesh["modes"][device["mode"]]
            phi = np.exp(1j * device.get("phiRad", 0))
            if device["kind"] == "phase":
                fields[a] *= phi
            elif device["kind"] in ("mzi", "attenuator"):
                s, c = math.sin(device["thetaRad"] / 2), math.cos(device["thetaRad"] / 2)
                u = 1j * np.exp(0.5j * device["thetaRad"]) * np.array([[phi * s, c], [phi * c, -s]])
                if device["kind"] == "mzi":
                    b = mesh["modes"][device["mode"] + 1]
                    fields[[a, b]] = u @ fields[[a, b]]
                else:
                    fields[a] *= u[0, 0]
        for mode in mesh["terminated"]:
            fields[mode] = 0
    return fields[outputs]


def simulated(walk):
    """SAX with the kit's models, from the lengths of the GDS."""
    section = walk.section
    instances, connections = {}, {}
    for cell, kind in enumerate(section.cells):
        if kind == "mmi2x2":
            instances[f"i{cell}"] = {"component": kind, "settings": {}}
        elif kind in MODELS:
            settings = {"length": section.settings[cell]}
            if kind == "straight_heater_metal":
                settings["voltage"] = float(walk.volts[cell]) / math.pi
            instances[f"i{cell}"] = {"component": kind, "settings": settings}
    for (a, p), (b, q) in section.links.items():
        if f"i{a}" in instances and f"i{b}" in instances and (a, p) < (b, q):
            connections[f"i{a},{p}"] = f"i{b},{q}"
    ports = {f"in{mode}": f"i{cell},{port}" for mode, (cell, port) in walk.starts.items()}
    ports |= {f"out{mode}": f"i{cell},{port}" for mode, (cell, port) in walk.outputs.items()}
    netlist = {"instances": instances, "connections": connections, "ports": ports}
    circuit, _ = sax.circuit(netlist=netlist, models=MODELS, backend="klu")
    found = circuit()
    return np.array([[complex(np.asarray(found[f"in{i}", f"out{o}"])) for i in walk.inputs] for o in walk.outputs])


def judged(path, job):
    """What is wrong with a GDS; `error` of its fields, `other` those against a circuit whose angles differ by 0.3 rad."""
    circuit, which = json.loads((folder / job["circuit"]).read_text()), job["section"]
    section = Section(path)
    findings = [*section.findings, *design_rules(section.layout)]
    verdict = {"findings": findings, "cells": len(section.cells)}
    try:
        walk = Walk(section, circuit, which)
    except Broken as broken:
        findings.append(f"netlist: {broken}")
        return verdict
    drawn, joined = section.islands()
    if drawn != joined:
        findings.append(f"netlist: {drawn} connected waveguides, {joined} by their ports")
    findings += [f"metal: {it}" for it in walk.electrical()]
    found = simulated(walk) / np.array([[walk.gain[mode]] for mode in walk.outputs])
    error = np.max(np.abs(found - ideal(circuit, which, walk.inputs, list(walk.outputs))))
    for mesh in circuit["sections"][which]["meshes"]:
        for device in mesh["devices"]:
            device["thetaRad"] = device.get("thetaRad", 0) + 0.3
    other = np.max(np.abs(found - ideal(circuit, which, walk.inputs, list(walk.outputs))))
    spread = max(high - low for low, high in (walk.loss[mode] for mode in walk.outputs))
    loss = -20 * math.log10(max(abs(walk.gain[mode]) for mode in walk.outputs))
    box = section.layout.top_cell().dbbox()
    # paths that interfere lose differently by `spread`: so far the fields may be off
    verdict |= {"error": float(error), "other": float(other), "allowed": 10 ** (spread / 20) - 1 + 1e-6}
    return verdict | {"loss": loss, "heaters": len(walk.heaters), "size": [box.width(), box.height()]}


def draw(job):
    gds = folder / (job["file"] + ".gds")
    command = [sys.executable, folder / job["file"], gds]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return gds


def instances(layout, name):
    return sorted((it for it in layout.top_cell().each_inst() if it.cell.name.startswith(name)), key=lambda it: str(it.dtrans))


def moved(layout):
    instances(layout, "mmi2x2")[0].transform(kdb.DTrans(0, 0.2))


def removed(name):
    def change(layout):
        instances(layout, name)[0].delete()

    return change


def crossed(layout):
    """A wire over all pads of an edge."""
    box = max((it.dbbox() for it in instances(layout, "pad")), key=lambda it: it.top)
    boxes = [it.dbbox() for it in instances(layout, "pad") if it.dbbox().top == box.top]
    wire = kdb.DBox(min(it.left for it in boxes), box.center().y - 5, max(it.right for it in boxes), box.center().y + 5)
    layout.top_cell().shapes(layout.layer(*LAYERS["metal"])).insert(wire)


def renamed(layout):
    texts = [it for it in layout.top_cell().shapes(layout.layer(*LABEL)).each() if it.text.string.endswith(("phi", "theta"))]
    texts.sort(key=lambda it: it.text.string)
    first, second = texts[0].text.string, texts[1].text.string
    texts[0].text_string, texts[1].text_string = second, first


def swapped(layout):
    """Two inputs have each other's name."""
    texts = [it for it in layout.top_cell().shapes(layout.layer(*LABEL)).each() if it.text.string.startswith("out")]
    first, second = texts[0].text.string, texts[1].text.string
    texts[0].text_string, texts[1].text_string = second, first


def free(layout):
    """A place with nothing around it."""
    box = layout.top_cell().dbbox()
    return kdb.DPoint(box.left + 5, box.top - 5)


def narrow(layer, width):
    def change(layout):
        at = free(layout)
        least = (width - 0.05) if width > 0.1 else 0.05
        layout.top_cell().shapes(layout.layer(*LAYERS[layer])).insert(kdb.DBox(at.x, at.y - 20, at.x + least, at.y))

    return change


def close(layer, width, space):
    def change(layout):
        at, wide = free(layout), max(width, 1)
        for x in (at.x, at.x + wide + space - 0.02):
            layout.top_cell().shapes(layout.layer(*LAYERS[layer])).insert(kdb.DBox(x, at.y - 20, x + wide, at.y))

    return change


def outside(layout):
    box = layout.top_cell().dbbox()
    layout.top_cell().shapes(layout.layer(*LAYERS["metal"])).insert(kdb.DBox(box.right - 20, box.top - 20, box.right + 20, box.top))


def tight(layout):
    at, points = free(layout), []
    for r, sweep in ((4.5 + WIDTH / 2, range(0, 91, 3)), (4.5 - WIDTH / 2, range(90, -1, -3))):
        points += [kdb.DPoint(at.x + r * math.cos(math.radians(a)), at.y - 8 + r * math.sin(math.radians(a))) for a in sweep]
    layout.top_cell().shapes(layout.layer(*LAYERS["waveguide"])).insert(kdb.DPolygon(points))


CHANGES = {
    "netlist: a coupler is moved": moved,
    "netlist: a straight is missing": removed("straight_L"),
    "netlist: outputs have each other's names": swapped,
    "metal: a heater's pad is missing": removed("pad"),
    "metal: a wire crosses others": crossed,
    "metal: pads have each other's names": renamed,
    "floorplan: metal sticks out": outside,
    "radius: a bend of 4.5 um": tight,
    **{f"width of {layer}": narrow(layer, width) for layer, width, _ in RULES},
    **{f"space of {layer}": close(layer, width, space) for layer, width, space in RULES},
}


def changed(gds, change):
    layout = kdb.Layout()
    layout.read(str(gds))
    change(layout)
    out = folder / "changed.gds"
    layout.write(str(out))
    return out


if __name__ == "__main__":
    verdicts = []
    for job in jobs:
        gds = draw(job)
        verdict = {"file": job["file"], **judged(gds, job), "changes": {}}
        for name, change in CHANGES.items() if job["changes"] else ():
            verdict["changes"][name] = judged(changed(gds, change), job)["findings"]
        verdicts.append(verdict)
    (folder / "verdicts.json").write_text(json.dumps(verdicts))
