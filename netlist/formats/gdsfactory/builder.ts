/** What every script has below its tables; Python for gdsfactory 9. */
export const builder: string = `

def rectangle(c, layer, x0, y0, x1, y1):
    c.add_polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], layer=LAYERS[layer])


ARC_STEPS = 18


def towards(a, b):
    """Along a horizontal or vertical piece."""
    return ((b[0] > a[0]) - (b[0] < a[0]), (b[1] > a[1]) - (b[1] < a[1]))


def line(c, layer, points):
    """A waveguide along points; corners become arcs."""
    width, radius = (CARRIER_WIDTH, CARRIER_RADIUS) if layer == "carrier" else (WIDTH, RADIUS)
    if len(points) > 20:
        # a polygon of a GDS has few corners; long lines are cut in the middle of a straight piece
        middle = tuple((a + b) / 2 for a, b in zip(*points[9:11]))
        line(c, layer, [*points[:10], middle])
        return line(c, layer, [middle, *points[10:]])
    along = [points[0]]
    for before, (x, y), behind in zip(points, points[1:], points[2:]):
        (ax, ay), (bx, by) = towards((x, y), before), towards((x, y), behind)
        for step in range(ARC_STEPS + 1):
            s, k = math.sin(math.pi / 2 * step / ARC_STEPS), math.cos(math.pi / 2 * step / ARC_STEPS)
            along.append((x + radius * (ax * (1 - s) + bx * (1 - k)), y + radius * (ay * (1 - s) + by * (1 - k))))
    path = gf.kdb.DPath([gf.kdb.DPoint(x, y) for x, y in [*along, points[-1]]], width)
    c.add_polygon(path.polygon(), layer=LAYERS[layer])


def pin(c, name, x, y):
    c.add_label(text=name, position=(x, y), layer=LAYERS["pin"])


def coupler(c, pitch):
    """Two arms, a pitch apart at their ports, which couple in the middle; the length that couples is the foundry's to say."""
    length, half, near = COUPLER, pitch / 2, MIDDLE / 2
    for sign, end in ((1, 0), (-1, 1)):
        line(
            c,
            "waveguide",
            [
                (0, sign * half),
                (RADIUS + 1, sign * half),
                (RADIUS + 1, sign * near),
                (length - RADIUS - 1, sign * near),
                (length - RADIUS - 1, sign * half),
                (length, sign * half),
            ],
        )
        pin(c, f"w{end}", 0, sign * half)
        pin(c, f"e{end}", length, sign * half)


def draw_coupler(c, rows):
    coupler(c, rows * PITCH)


def draw_tap(c):
    coupler(c, TAP)


def draw_heater(c):
    line(c, "waveguide", [(0, 0), (HEATER, 0)])
    pin(c, "w", 0, 0)
    pin(c, "e", HEATER, 0)
    rectangle(c, "heater", 2, -1.25, HEATER - 2, 1.25)
    for name, x in (("signal", 5), ("ground", HEATER - 5)):
        rectangle(c, "heater", x - 3, -3, x + 3, 3)
        rectangle(c, "contact", x - 1.5, -1.5, x + 1.5, 1.5)
        rectangle(c, "metal1", x - 3, -3, x + 3, 3)
        pin(c, name, x, 0)


def draw_phase(c):
    """Never changed: the foundry sets it by the width of the waveguide."""
    line(c, "waveguide", [(0, 0), (HEATER, 0)])
    pin(c, "w", 0, 0)
    pin(c, "e", HEATER, 0)


def draw_crossing(c):
    """Arms that widen towards the middle, where the two lanes meet."""
    half, end, wide = CROSSING / 2, WIDTH / 2, WIDTH
    for turn in (False, True):
        shape = [(-half, -end), (0, -wide), (half, -end), (half, end), (0, wide), (-half, end)]
        c.add_polygon([(y, x) for x, y in shape] if turn else shape, layer=LAYERS["waveguide"])
    for name, x, y in (("w", -half, 0), ("e", half, 0), ("n", 0, half), ("s", 0, -half)):
        pin(c, name, x, y)


def draw_end(c):
    """Light is let out of a tip, 10 um long."""
    h = WIDTH / 2
    c.add_polygon([(0, -h), (1, -h), (10, -0.1), (10, 0.1), (1, h), (0, h)], layer=LAYERS["waveguide"])
    pin(c, "w", 0, 0)


def draw_fibre(c, layer="waveguide", width=None):
    """A black box: an edge coupler, whose tip is the foundry's."""
    rectangle(c, "box", 0, -12, FIBRE, 12)
    width = width or WIDTH
    rectangle(c, layer, FIBRE - 5, -width / 2, FIBRE, width / 2)
    pin(c, "e", FIBRE, 0)


def draw_carrier_fibre(c):
    draw_fibre(c, "carrier", CARRIER_WIDTH)


# of each kind of cell: what its pads are, and where
PADS = {
    "pad": [("", 0, 0)],
    "detector": [("anode", 40, 10), ("cathode", 80, 10), ("phase", 120, 10), ("phase ground", 160, 10)],
    "modulator": [("signal", 40, 10), ("ground", 80, 10)],
}


def box(c, length, kind):
    """A black box of one or more rows, with pads for the electronics on top. A port takes its own light."""
    half = NEURON_ROWS * PITCH / 2 - 4
    rectangle(c, "box", 0, -half, length, half)
    rectangle(c, "carrier", 0, -CARRIER_OFFSET - CARRIER_WIDTH / 2, 5, -CARRIER_OFFSET + CARRIER_WIDTH / 2)
    pin(c, "light", 0, -CARRIER_OFFSET)
    for name, x, y in PADS[kind]:
        rectangle(c, "metal2", x - 8, y - 8, x + 8, y + 8)
        rectangle(c, "opening", x - 6, y - 6, x + 6, y + 6)
        pin(c, name, x, y)


def draw_detector(c):
    box(c, DETECTOR, "detector")
    rectangle(c, "waveguide", 0, -WIDTH / 2, 5, WIDTH / 2)
    pin(c, "w", 0, 0)


def draw_modulator(c):
    box(c, MODULATOR, "modulator")
    rectangle(c, "waveguide", MODULATOR - 5, -WIDTH / 2, MODULATOR, WIDTH / 2)
    pin(c, "e", MODULATOR, 0)


def draw_splitter(c):
    """A black box: its ratio is in its label, left to right."""
    s, h = SPLITTER, CARRIER_WIDTH / 2
    rectangle(c, "box", -s, -s, s, s)
    for name, x, y in (("n", 0, s), ("w", -s, 0), ("e", s, 0)):
        w, t = h * (x == 0), h * (y == 0)
        rectangle(c, "carrier", min(x, 0) - w, min(y, 0) - t, max(x, 0) + w, max(y, 0) + t)
        pin(c, name, x, y)


def draw_pad(c):
    half = PAD / 2
    rectangle(c, "metal2", -half, -half, half, half)
    rectangle(c, "opening", -half + 3, -half + 3, half - 3, half - 3)
    pin(c, "pad", 0, 0)


def chip():
    """The chip as one component; every kind of cell once, waveguides and metal in the top cell."""
    top = gf.Component(NAME.replace(" ", "_"))
    drawn = {}
    for kind, x, y, rows, turned, name in CELLS:
        if kind == "fibre" and name == "carrier":
            kind = "carrier_fibre"
        cell = f"coupler_{rows}" if kind == "coupler" else kind
        if cell not in drawn:
            drawn[cell] = gf.Component(cell)
            globals()["draw_" + kind](drawn[cell], *([rows] if kind == "coupler" else []))
        ref = top.add_ref(drawn[cell])
        if turned:
            ref.drotate(180)
        ref.dmove((x, y))
        if name:
            top.add_label(text=name, position=(x, y), layer=LAYERS["label"])
    for layer, points in WIRES:
        line(top, layer, points)
    for layer, x0, y0, x1, y1 in RECTANGLES:
        rectangle(top, layer, x0, y0, x1, y1)
    return top


def pads():
    """Rows of the table: number, place, kind, device and its name in a bring-up, current at 2 pi."""
    rows = []
    for kind, x, y, _, turned, device in CELLS:
        for what, dx, dy in PADS.get(kind, ()):
            sign = -1 if turned else 1
            leads_to = (kind + " " + what if what else device if device.split(" ")[0] in ("ground", "test") else "heater")
            called = "" if "ground" in leads_to else NAMES.get(device, "")
            if what == "phase":
                called = called.replace("neuron ", "neuron-phase ", 1)
            current = round(HEATER_MA, 3) if leads_to in ("heater", "detector phase") else ""
            rows.append([len(rows) + 1, x + sign * dx, y + sign * dy, leads_to, device, called, current])
    return rows


if __name__ == "__main__":
    out = sys.argv[1] if len(sys.argv) > 1 else NAME + ".gds"
    chip().write_gds(out)
    table = os.path.splitext(out)[0] + ".pads.csv"
    with open(table, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\\n").writerows([["pad", "x_um", "y_um", "kind", "device", "bringup", "current_ma"], *pads()])
    print(out)
    print(table)
    print(GROUND)
`;
