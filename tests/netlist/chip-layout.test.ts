import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import {
  type Circuit,
  checkOptions,
  chipOption,
  findTarget,
  floorOfCircuit,
  heatersOf,
  layerNames,
  measurePlacement,
  placeFloor,
  subjectOf,
} from "../../netlist/index.ts";
import { drawChip } from "../../netlist/layout/chip.ts";
import {
  type Cell,
  cornerUm,
  type Drawing,
  extentOf,
  lengthOf,
  type Point,
  type Rectangle,
} from "../../netlist/layout/drawing.ts";
import { drawnLengths } from "../../netlist/layout/lengths.ts";
import { chipPicture } from "../../netlist/layout/picture.ts";
import { layoutOf, rulesOf, usualFigures } from "../../netlist/layout/rules.ts";
import { lossyOptics } from "../compiler/optics.ts";
import { specOf } from "../compiler/specs.ts";
import { circuitIn } from "../physics/specs.ts";
import { emitText } from "./emit-text.ts";
import { layerCircuit, pinningCircuit, unitaryCircuit } from "./subjects.ts";

const rules = rulesOf(usualFigures);
const compiled = (workers: number, portOrder: "free" | "by-worker"): Circuit =>
  synthesise({ ...specOf(workers, 4, 4), portOrder }, { network: null }, lossyOptics).circuit;
const byWorker = compiled(3, "by-worker");
const saturating = (workers: number, bits = 8): Circuit =>
  circuitIn("foundry-si", specOf(workers, bits, 4, "half-up", true, 0.4, { kind: "single" }, "saturating"));
const four = saturating(4);
const subjects: readonly Circuit[] = [pinningCircuit(), unitaryCircuit(5), layerCircuit(4), byWorker, four];

interface Piece {
  readonly a: Point;
  readonly b: Point;
  readonly wire: number;
}

/** Straight pieces of waveguides on a layer. */
function piecesOf({ wires }: Drawing, layer: string): Piece[] {
  return wires.flatMap((it, wire) =>
    it.layer === layer ? it.points.slice(1).map((b, i) => ({ a: it.points[i]!, b, wire })) : [],
  );
}

function gapOf(p: Piece, q: Piece): number {
  const apart = (axis: 0 | 1): number =>
    Math.max(
      Math.min(p.a[axis], p.b[axis]) - Math.max(q.a[axis], q.b[axis]),
      Math.min(q.a[axis], q.b[axis]) - Math.max(p.a[axis], p.b[axis]),
      0,
    );
  return Math.hypot(apart(0), apart(1));
}

const isTest = ({ name }: Cell): boolean => name.startsWith("test ");

describe.each(subjects.map((circuit) => [circuit.name, circuit] as const))("the layout of %s", (_, circuit) => {
  const drawing = drawChip(circuit, rules);

  it("crosses lanes as often as the placement says", () => {
    const { floor } = floorOfCircuit(circuit);
    const { totalCrossings } = measurePlacement(floor, circuit.placement ?? placeFloor(floor, "free"));
    expect(drawing.cells.filter((it) => it.kind === "crossing" && !isTest(it))).toHaveLength(totalCrossings);
  });

  it("keeps waveguides of different lanes 2 um apart, and room for every bend", () => {
    for (const layer of ["waveguide", "carrier"]) {
      const pieces = piecesOf(drawing, layer).sort((p, q) => Math.min(p.a[0], p.b[0]) - Math.min(q.a[0], q.b[0]));
      const near = pieces.filter((p, i) => {
        const end = Math.max(p.a[0], p.b[0]) + 2;
        for (let k = i + 1; k < pieces.length && Math.min(pieces[k]!.a[0], pieces[k]!.b[0]) < end; k++) {
          if (pieces[k]!.wire !== p.wire && gapOf(p, pieces[k]!) < 2) return true;
        }
        return false;
      });
      expect(near).toEqual([]);
    }
    const tight = drawing.wires.filter(({ layer, points }) => {
      const radius = layer === "carrier" ? 20 : rules.radiusUm;
      return points.slice(1).some(([x, y], i) => {
        const [px, py] = points[i]!;
        const corners = Number(i > 0) + Number(i < points.length - 2);
        return (px === x) === (py === y) || Math.abs(x - px) + Math.abs(y - py) < corners * radius - 1e-9;
      });
    });
    expect(tight).toEqual([]);
  });

  it("keeps pieces of one metal apart unless they are of one net, and leads each to a pad", () => {
    const own = drawing.cells.filter((it) => !isTest(it));
    const names = own.filter(({ kind }) => kind === "heater").map(({ name }) => name);
    expect(names.sort()).toEqual([...heatersOf(circuit).keys()].sort());
    const pads = own.filter(({ kind }) => kind === "pad").map(({ name }) => name);
    expect(pads.filter((name) => name !== "ground").sort()).toEqual(names);
    // but for the seal ring, whose lines meet
    const isRing = ({ layer, x0, y0, x1, y1 }: Rectangle): boolean => {
      const [short, long] = [x1 - x0, y1 - y0].sort((p, q) => p - q);
      return layer === "via" ? short === 2 && long! > 2 : short === 10;
    };
    const { rectangles } = drawChip(circuit, rules, false);
    const metal = rectangles.filter((it) => /metal|via/.test(it.layer) && !isRing(it));
    const isOne = (p: Rectangle, q: Rectangle): boolean => p.layer === q.layer || [p.layer, q.layer].includes("via");
    const gap = (p: Rectangle, q: Rectangle): number => {
      const x = Math.max(p.x0 - q.x1, q.x0 - p.x1);
      return Math.max(x, p.y0 - q.y1, q.y0 - p.y1);
    };
    const padAt = (x: number, y: number, um: number): Rectangle[] => [
      { layer: "metal2", x0: x - um, y0: y - um, x1: x + um, y1: y + um },
    ];
    // what builder.ts gives neurons
    const offsets: Partial<Record<string, readonly number[]>> = { detector: [40, 80, 120, 160], modulator: [40, 80] };
    const nets = drawing.cells.flatMap(({ kind, x, y, turned }) =>
      kind === "pad"
        ? [padAt(x, y, 30)]
        : (offsets[kind] ?? []).map((by) => padAt(turned ? x - by : x + by, turned ? y - 10 : y + 10, 8)),
    );
    const rest = new Set(metal);
    for (const net of nets) {
      for (const piece of net) {
        for (const it of rest) if (isOne(piece, it) && gap(piece, it) < 0 && rest.delete(it)) net.push(it);
      }
    }
    expect([...rest]).toEqual([]);
    const near = nets.flatMap((net, i) =>
      nets.slice(i + 1).filter((other) => net.some((p) => other.some((q) => p.layer === q.layer && gap(p, q) < 4))),
    );
    // the ground lines' net has four pads
    expect(near.filter((net) => net.length !== 1)).toEqual([]);
    expect(near.length).toBe(names.length === 0 ? 0 : 3);
  });

  it("is the same every time", () => {
    expect(drawChip(circuit, rules)).toEqual(drawing);
  });
});

/** Lanes of a script by their ends: um of waveguide beyond heaters, couplers and crossings of foundry-si. Independent of the router. */
function lanesOfScript(text: string, outputs: ReadonlySet<string>): Map<string, number[]> {
  const table = (name: string): string[] =>
    new RegExp(`^${name} = \\[\n([\\s\\S]*?)^\\]`, "m").exec(text)![1]!.trim().split("\n");
  interface Step {
    readonly port: string;
    readonly um: number;
    readonly to?: string;
  }
  const [steps, inside] = [new Map<string, Step>(), new Map<string, Step>()];
  const starts: string[] = [];
  const at = (x: number, y: number): string => `${x.toFixed(3)}, ${y.toFixed(3)}`;
  const { heaterUm, couplerUm, crossingUm, modulatorUm, pitchUm, radiusUm } = rules;
  for (const line of table("WIRES")) {
    const list = /^ *\("waveguide", \[(.*)\]\),$/.exec(line)?.[1];
    if (list === undefined) continue;
    const points = [...list.matchAll(/\(([^,]*), ([^)]*)\)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
    let um = -(points.length - 2) * radiusUm * (2 - Math.PI / 2);
    for (const [i, [x, y]] of points.slice(1).entries())
      um += Math.abs(x - points[i]![0]) + Math.abs(y - points[i]![1]);
    const [first, last] = [points[0]!, points.at(-1)!];
    const [from, port] = [at(...first), at(...last)];
    if (from !== port) steps.set(from, { port, um });
    // a crossing is met from above or below
    else if (um !== 0) throw new Error(`a wire goes nowhere at ${from}`);
  }
  for (const line of table("CELLS")) {
    const [kind, x, y, rows, turned, name] = JSON.parse(
      line.trim().replace(/^\(/, "[").replace(/\),$/, "]").replace("True", "true").replace("False", "false"),
    ) as [string, number, number, number, boolean, string];
    const sign = turned ? -1 : 1;
    const port = (dx: number, dy = 0): string => at(x + sign * dx, y + sign * dy);
    if (kind === "heater" || kind === "phase") inside.set(port(0), { port: port(heaterUm), um: heaterUm });
    if (kind === "detector") inside.set(port(0), { port: "", um: 0, to: name });
    if (kind === "end") inside.set(port(0), { port: "", um: 0, to: "" });
    if (kind === "modulator") starts.push(port(modulatorUm));
    if (kind === "fibre" && outputs.has(name)) inside.set(port(160), { port: "", um: 0, to: "fibre" });
    else if (kind === "fibre" && name !== "carrier") starts.push(port(160));
    if (kind === "crossing") {
      const half = crossingUm / 2;
      for (const [dx, dy] of [
        [half, 0],
        [0, half],
        [0, -half],
      ] as const)
        inside.set(port(-dx, -dy), { port: port(dx, dy), um: crossingUm - usualFigures["crossing-length"] });
    }
    if (kind === "coupler") {
      const arms = rows * pitchUm;
      // four arcs, and what is straight between and behind them
      const um = couplerUm - 4 * radiusUm + 2 * Math.PI * radiusUm + (arms - 0.65) - 4 * radiusUm;
      const [mesh, which] = [/^s\d+\.m\d+/.exec(name)![0], name.at(-1)];
      for (const arm of [-arms / 2, arms / 2]) {
        const out = port(couplerUm, arm);
        inside.set(port(0, arm), { port: out, um, ...(which === "1" ? { to: mesh } : {}) });
        if (which === "1") starts.push(out);
      }
    }
  }
  const lanes = new Map<string, number[]>();
  const mzi = 2 * (usualFigures["coupler-length"] + usualFigures["heater-length"]) + usualFigures["heater-length"];
  for (const start of starts) {
    let [port, um, to] = [start, 0, ""];
    for (let is: Step | undefined; ; ) {
      const wire = steps.get(port);
      um += wire?.um ?? 0;
      is = inside.get(wire?.port ?? port);
      if (is === undefined) throw new Error(`light leaves at ${wire?.port ?? port}`);
      um += is.um;
      port = is.port;
      if (is.to === undefined) continue;
      to = is.to;
      break;
    }
    if (to === "") continue;
    lanes.set(to, [...(lanes.get(to) ?? []), um - (/\.m\d+$/.test(to) ? mzi : 0)]);
  }
  return lanes;
}

describe("the size of a chip", () => {
  it.each([
    [4, 5_000, 5_000, 500],
    [8, 6_000, 9_500, 500],
    // beside its array there is room for test structures
    [16, 6_500, 17_000, 500],
  ])("of %i workers and 8 bits is folded into a block: %i um by %i um at most", (workers, width, height, tests) => {
    const bare = extentOf(drawChip(saturating(workers), rules, false));
    expect(bare.widthUm).toBeLessThan(width);
    expect(bare.heightUm).toBeLessThan(height);
    const { widthUm, heightUm } = extentOf(drawChip(saturating(workers), rules));
    expect(heightUm).toBe(bare.heightUm);
    expect(widthUm - bare.widthUm).toBeLessThanOrEqual(tests);
    // the seal ring keeps its distance from the circuit
    expect(widthUm).toBeGreaterThanOrEqual(bare.widthUm);
    if (workers === 4) expect(widthUm).toBeLessThan(5_000);
  });

  it("grows by no lane that runs along all of it: storeys turn back, light of late symbols comes in and outputs leave between", () => {
    const { cells, stretchesUm } = drawChip(four, rules);
    const turned = cells.filter(({ kind, turned }) => kind === "detector" && turned);
    expect(turned.length).toBeGreaterThan(3);
    const heights = cells.flatMap(({ kind, name, y }) => (kind === "fibre" && name.startsWith("w") ? [y] : []));
    expect(Math.max(...heights) - Math.min(...heights)).toBeGreaterThan(2_500);
    // a delay line, and no lane from one end to the other
    expect(Math.max(...stretchesUm)).toBeLessThan(8_300);
  });

  it("is said where no exposure takes it, and only there", () => {
    const target = findTarget("gdsfactory")!;
    const found = (figures: Parameters<typeof chipOption>[0]) =>
      target
        .check(subjectOf(four, { kind: "circuit" }), { chip: chipOption(figures) })
        .filter(({ code }) => code !== "OPT0452");
    expect(found({})).toEqual([]);
    const large = found({ "lane-pitch": 1500 });
    expect(large).toMatchObject([{ code: "OPT0450", severity: "error", help: expect.stringContaining("cascade") }]);
    expect(large[0]!.message).toMatch(/^the chip is \d+\.\d mm by \d+\.\d mm; the reticle takes 26 mm by 33 mm$/);
    const [array] = found({ "fibre-pitch": 2000 });
    expect(array).toMatchObject({
      code: "OPT0450",
      help: "the fibre array of 33 couplers alone takes 66.0 mm; at a fibre-pitch of 1000 um it would fit",
    });
    expect(found({ "fibre-pitch": 250 })).toEqual([]);
    expect(found({ "reticle-width": 4300, "reticle-height": 4000 })).toMatchObject([{ code: "OPT0450" }]);
    expect(found({ "metal-current": 1 })).toMatchObject([{ code: "OPT0453", severity: "warning" }]);
    expect(found({ "reticle-width": 4700, "reticle-height": 3800 })).toEqual([]);
  });

  it.each([127, 250])("has an array of couplers at %i um on the left, in the order in which lanes meet it", (pitch) => {
    const { cells, wires } = drawChip(four, rulesOf({ ...usualFigures, "fibre-pitch": pitch }));
    const fibres = cells.filter((it) => it.kind === "fibre" && !isTest(it)).sort((a, b) => a.y - b.y);
    expect(fibres).toHaveLength(2 * 4 * 4 + 1);
    expect(new Set(fibres.map(({ x }) => x)).size).toBe(1);
    expect(fibres.slice(1).map(({ y }, i) => y - fibres[i]!.y)).toEqual(new Array(32).fill(pitch));
    const ends = new Set(wires.flatMap(({ points }) => [points[0]!, points.at(-1)!].map(String)));
    expect(fibres.filter(({ x, y }) => !ends.has(String([x + 160, y])))).toEqual([]);
  });

  it("is drawn with the lengths that the circuit counts", () => {
    for (const workers of [4, 8]) {
      const circuit = saturating(workers);
      const target = findTarget("gdsfactory")!;
      const drawn = lanesOfScript(
        emitText(target, circuit, { chip: "whole", "test-structures": "none" }),
        new Set(circuit.outputs.map(({ name }) => name)),
      );
      const placed = floorOfCircuit(circuit);
      const computed = new Map<string, number[]>();
      drawnLengths(circuit, layoutOf(usualFigures)).forEach((um, i) => {
        const part = placed.parts[placed.floor.stretches[i]!.to];
        const to =
          part === undefined
            ? "fibre"
            : part.kind === "mesh"
              ? `s${part.section}.m${part.meshes[0]}`
              : `s${part.section}.mode${circuit.sections[part.section]!.activations[part.activation]!.mode}`;
        computed.set(to, [...(computed.get(to) ?? []), um]);
      });
      const sorted = (lengths: readonly number[]): number[] => [...lengths].sort((a, b) => a - b);
      expect([...drawn.keys()].sort()).toEqual([...computed.keys()].sort());
      for (const [to, lengths] of drawn) {
        const told = sorted(computed.get(to)!);
        expect(lengths).toHaveLength(told.length);
        sorted(lengths).forEach((um, i) => {
          expect(Math.abs(um - told[i]!), `a lane to ${to}`).toBeLessThan(0.01);
        });
      }
      const drawnUm = [...drawn.values()].flat().reduce((sum, um) => sum + um, 0);
      let counted = 0;
      for (const [, length] of JSON.stringify(circuit).matchAll(/"lengthUm":([^,}]*)/g)) counted += Number(length);
      expect(drawnUm / counted).toBeCloseTo(1, 2);
    }
  });

  it("has neurons of the area that is asked for, and nothing in them but what is theirs", () => {
    const { neuronRows, pitchUm, detectorUm, modulatorUm } = rules;
    expect(neuronRows).toBe(5);
    expect(neuronRows * pitchUm * (detectorUm + modulatorUm)).toBeGreaterThanOrEqual(usualFigures["neuron-area"]);
    const low = rulesOf({ ...usualFigures, "neuron-area": 1 });
    expect(low).toMatchObject({ neuronRows: 1, detectorUm: 300, modulatorUm: 300 });
    for (const circuit of [byWorker, four]) {
      const drawing = drawChip(circuit, rules);
      const boxes = drawing.cells.flatMap(({ kind, x, y, turned }) => {
        const length = kind === "detector" ? detectorUm : kind === "modulator" ? modulatorUm : 0;
        const x0 = turned ? x - length : x;
        return length === 0 ? [] : [{ x0, x1: x0 + length, y, half: (neuronRows * pitchUm) / 2 }];
      });
      expect(boxes.length).toBeGreaterThan(10);
      for (const { x0, x1, y, half } of boxes) {
        const inside = (x: number, at: number): boolean => x > x0 && x < x1 && Math.abs(at - y) < half;
        const met = boxes.filter((it) => it.x0 < x1 && it.x1 > x0 && Math.abs(it.y - y) < 2 * half);
        expect(met).toHaveLength(1);
        expect(drawing.cells.filter((it) => it.kind !== "splitter" && inside(it.x, it.y))).toEqual([]);
        // a lane ends at its edge
        const box: Piece = { a: [x0 + 1e-6, y - half + 1e-6], b: [x1 - 1e-6, y + half - 1e-6], wire: -1 };
        expect(piecesOf(drawing, "waveguide").filter((it) => gapOf(it, box) === 0)).toEqual([]);
      }
    }
  });
});

it("draws delay lines as long as they are asked for, to a nanometre", () => {
  // all light of a unit of three workers waits for neurons somewhere
  const drawing = drawChip(byWorker, rules);
  const longest = drawing.wires.reduce((most, { points }) => Math.max(most, points.length), 0);
  expect(longest).toBeGreaterThan(100);
  expect(
    lengthOf(
      [
        [0, 0],
        [10, 0],
        [10, 20],
      ],
      5,
    ),
  ).toBeCloseTo(30 - cornerUm(5), 12);
});

it("is written as Python for the whole of a circuit only", () => {
  const target = findTarget("gdsfactory")!;
  const text = emitText(target, unitaryCircuit(3), { chip: "whole", "test-structures": "none" });
  expect(text).toContain("import gdsfactory as gf");
  expect(text.match(/^ {4}\("heater"/gm)).toHaveLength(
    text.match(/^ {4}\("pad".*phi|^ {4}\("pad".*theta|^ {4}\("pad".*d\d+"/gm)!.length,
  );
  const lines = new Set(text.split("\n"));
  const added = emitText(target, unitaryCircuit(3), { chip: "whole" })
    .split("\n")
    .filter((line) => !lines.has(line));
  expect(added.filter((line) => /^ {4}\("(?:fibre|heater|coupler|crossing)"/.test(line))).toHaveLength(13 + 1 + 3 + 1);
  const part = subjectOf(unitaryCircuit(3), { kind: "layer", section: 0 });
  expect(target.check(part, { chip: "whole" }).map(({ code }) => code)).toEqual(["OPT0444"]);
  expect(target.check(subjectOf(unitaryCircuit(3), { kind: "circuit" }), { chip: "whole" })).toEqual([]);
});

it("stands in a picture to scale, with every waveguide and box where they are drawn", () => {
  const chip = drawChip(four, rules);
  const { x0, y1 } = chip.rectangles.find(({ layer }) => layer === "floorplan")!;
  const picture = chipPicture(chip, rules);
  const at = ([x, y]: Point): string => `${Math.round(x - x0)} ${Math.round(y1 - y)}`;
  const lines = new Set([...picture.matchAll(/M([^"M]+)/g)].map(([, line]) => line));
  for (const { points } of chip.wires) expect(lines).toContain(points.map(at).join("L"));
  // one box a half of a neuron, and one a pad
  expect([...lines].filter((line) => line!.split("L").length === 5).length).toBeGreaterThan(2 * 8 + 42);
  expect(picture.match(/<path /g)).toHaveLength(7);
});

it("takes the layers of a technology from the option, and the usual ones for the rest", () => {
  const layers = { waveguide: [3, 0], metal1: [125, 20] } as const;
  const target = findTarget("gdsfactory")!;
  const chip = chipOption({}, layers);
  expect(checkOptions(target, { chip })).toEqual([]);
  const table = (option: string) =>
    [...emitText(target, unitaryCircuit(2), { chip: option }).matchAll(/^ {4}"(\w+)": \((\d+), (\d+)\),$/gm)].map(
      ([, name, layer, datatype]) => [name, Number(layer), Number(datatype)],
    );
  const usual = table("whole");
  expect(usual.map(([name]) => name)).toEqual([...layerNames]);
  expect(table(chip)).toEqual(
    usual.map((row) =>
      row[0] === "waveguide" ? ["waveguide", 3, 0] : row[0] === "metal1" ? ["metal1", 125, 20] : row,
    ),
  );
  for (const bad of [",silicon=1/0", ",waveguide=1", ",", ";waveguide=1/0", ",lane-pitch=x"]) {
    expect(checkOptions(target, { chip: `${chipOption({})}${bad}` }), bad).toMatchObject([{ code: "OPT0433" }]);
  }
});

it("takes its figures from the option", () => {
  const wide = emitText(findTarget("gdsfactory")!, unitaryCircuit(2), {
    chip: "whole:bend-radius=20,lane-pitch=100",
  });
  expect(wide).toContain("RADIUS = 20\n");
  expect(wide).toContain("PITCH = 170\n");
});
