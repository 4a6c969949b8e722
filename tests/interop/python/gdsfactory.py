import sys

sys.path.append(sys.path.pop(0))
import gdsfactory as gf
import klayout.db as kdb
import numpy as np
import yaml

from common import folder, run

# libyaml instead of Python: a quarter of the time of a mesh went into reading its file twice
yaml.SafeLoader, yaml.FullLoader = yaml.CSafeLoader, yaml.CFullLoader

gf.gpdk.PDK.activate()
WAVEGUIDE = (1, 0)


def matrix(path, job):
    source = yaml.safe_load(path.read_text())
    component = gf.read.from_yaml(path)
    gds = folder / (path.name + ".gds")
    component.write_gds(gds)
    gf.kcl.clear_kcells() if hasattr(gf.kcl, "clear_kcells") else gf.clear_cache()
    gf.gpdk.PDK.activate()
    layout = gf.import_gds(gds)
    # from here on the connections are those of the layout
    netlist = layout.get_netlist()
    ports = {str(name): str(end) for name, end in netlist["ports"].items() if str(name).startswith(("in", "out"))}
    assert len(ports) == job["rows"] + job["cols"], ports
    links = {}
    for net in netlist["nets"]:
        a, b = (net["p1"], net["p2"]) if isinstance(net, dict) else (net.p1, net.p2)
        assert a not in links and b not in links
        links[a], links[b] = b, a
    clean(gds)
    fields = {}

    def info(name, key):
        return source["instances"][name]["info"][key]

    def field(end):
        """Fields that leave the instance by this port, one for every input of the mesh."""
        if end in fields:
            return fields[end]
        name, port = end.split(",")
        kind = source["instances"][name]["component"]
        if kind in ("straight", "bend_s"):
            found = arriving(f"{name},o1")
        elif kind == "straight_heater_metal":
            found = np.exp(1j * info(name, "phi")) * arriving(f"{name},o1")
        elif kind == "mzi2x2_2x2_phase_shifter":
            half = info(name, "theta") / 2
            top, bottom = arriving(f"{name},o2"), arriving(f"{name},o1")
            s, c = np.sin(half), np.cos(half)
            row = (s, c) if port == "o3" else (c, -s)
            found = 1j * np.exp(1j * half) * (row[0] * top + row[1] * bottom)
        else:
            raise ValueError(kind)
        fields[end] = found
        return found

    entrance = {ports[f"in{mode}"]: i for i, mode in enumerate(job["modes"])}

    def arriving(end):
        if end in entrance:
            return np.eye(job["cols"], dtype=complex)[entrance[end]]
        return field(links[end]) if end in links else np.zeros(job["cols"], complex)

    sys.setrecursionlimit(100_000)
    found = np.array([field(ports[f"out{mode}"]) for mode in job["outputs"]]).reshape(job["rows"], job["cols"])
    return found


def clean(gds):
    """Waveguides: no gap below 0.2 um, no width below 0.15 um."""
    layout = kdb.Layout()
    layout.read(str(gds))
    top = layout.top_cell()
    region = kdb.Region(top.begin_shapes_rec(layout.layer(*WAVEGUIDE))).merged()
    near = region.space_check(round(0.2 / layout.dbu), False, kdb.Metrics.Euclidian, 80)
    assert near.is_empty(), (near.count(), [str(it) for it in near.each()][:3])
    # edges at nearly a right angle meet where a bend ends a nanometre off the grid
    thin = region.width_check(round(0.15 / layout.dbu), False, kdb.Metrics.Euclidian, 80)
    assert thin.is_empty(), (thin.count(), [str(it) for it in thin.each()][:3])


run(f"gdsfactory {gf.__version__}", matrix)
