import { describe, expect, it } from "vitest";
import { type Circuit, findTarget, type Mesh, subjectOf } from "../../netlist/index.ts";
import { emitText } from "./emit-text.ts";
import { compiledMean } from "./spice/compiled.ts";
import { layerCircuit, passiveCircuit, unitaryCircuit } from "./subjects.ts";

const target = findTarget("gdsfactory")!;
const kits = ["ubcpdk", "cspdk"] as const;

/** Codes of what is refused. */
function refused(circuit: Circuit, options: Record<string, string>): readonly string[] {
  const found = target.check(subjectOf(circuit, { kind: "circuit" }), options);
  return found.filter(({ severity }) => severity === "error").map(({ code }) => code);
}

interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly net: string;
}

/** Wires and pads of the script as boxes; what touches is one net. */
function metalOf(script: string): Box[] {
  const found: Box[] = [];
  for (const [, cell, settings, x, y, angle] of script.matchAll(
    /\("(straight_metal|pad)", (\{.*?\}), "\w+", (\S+), (\S+), (\d+)\)/g,
  )) {
    const [px, py] = [Number(x), Number(y)];
    const { length = 0, width = 10 } = JSON.parse(settings!) as { length?: number; width?: number };
    const [dx, dy] = [Math.cos((Number(angle) * Math.PI) / 180), Math.sin((Number(angle) * Math.PI) / 180)];
    const half = cell === "pad" ? 45 : width / 2;
    const [ex, ey] = [px + dx * length, py + dy * length];
    const [wide, high] = cell === "pad" ? [half, half] : [Math.abs(dy) * half, Math.abs(dx) * half];
    found.push({
      x0: Math.min(px, ex) - wide,
      x1: Math.max(px, ex) + wide,
      y0: Math.min(py, ey) - high,
      y1: Math.max(py, ey) + high,
      net: cell!,
    });
  }
  return found;
}

describe("sections drawn with a foundry's kit", () => {
  it("are a script a section, and have a heater, a signal pad and its wires for each phase that is lit", () => {
    const mean = compiledMean(4, 8, 4);
    const files = target.emit(subjectOf(mean, { kind: "circuit" }), { kit: "ubcpdk" });
    expect(files.map(({ name }) => name)).toContain(`${mean.name}.s2-layer1.ubcpdk.py`);
    const combine = [...files[1]!.content].join("");
    expect(combine).toContain("from ubcpdk import PDK");
    // twelve MZIs and twelve phases behind them
    expect(combine.match(/"straight_heater_metal"/g)).toHaveLength(36);
    expect(combine.match(/^ {4}\("m\d+_d\d+ (?:phi|theta)",/gm)).toHaveLength(36);
    expect(combine.match(/^ {4}\("pad",/gm)).toHaveLength(38);
    expect(combine.match(/"ebeam_swg_edgecoupler"/g)).toHaveLength(16 + 4);
    expect(combine.match(/"ebeam_terminator_te1550"/g)).toHaveLength(12);
  });

  it.each(kits)("%s: wires of different nets keep their distance, and each net has one signal or ground", (kit) => {
    for (const circuit of [unitaryCircuit(3), unitaryCircuit(5), layerCircuit(3)]) {
      const script = emitText(target, circuit, { kit });
      const boxes = metalOf(script);
      const parent = boxes.map((_, i) => i);
      const root = (i: number): number => (parent[i] === i ? i : root(parent[i]!));
      const gap = (a: Box, b: Box): number =>
        Math.hypot(Math.max(0, a.x0 - b.x1, b.x0 - a.x1), Math.max(0, a.y0 - b.y1, b.y0 - a.y1));
      for (const [i, a] of boxes.entries())
        for (const [j, b] of boxes.slice(0, i).entries()) if (gap(a, b) < 1e-6) parent[root(i)] = root(j);
      for (const [i, a] of boxes.entries())
        for (const [j, b] of boxes.slice(0, i).entries())
          if (root(i) !== root(j)) expect(gap(a, b)).toBeGreaterThanOrEqual(10);
      const pads = new Map<number, number>();
      for (const [i, { net }] of boxes.entries()) if (net === "pad") pads.set(root(i), (pads.get(root(i)) ?? 0) + 1);
      const heaters = script.match(/"straight_heater_metal"/g)!.length;
      expect([...pads.values()].sort((a, b) => a - b)).toEqual([...new Array<number>(heaters).fill(1), 2]);
    }
  });

  it("are refused where lanes would cross, where they fit no chip, and where the whole chip is asked for", () => {
    const mesh = (modes: readonly number[]): Mesh => ({
      kind: "left",
      name: `mesh${modes.join("-")}`,
      modes,
      devices: [{ kind: "mzi", column: 0, mode: 0, thetaRad: 1, phiRad: 1 }],
      terminated: [],
    });
    const all = [0, 1, 2, 3].flatMap((a) => [1, 2, 3].flatMap((b) => (a < b ? [mesh([a, b])] : [])));
    const crossing = passiveCircuit("crossing", 4, 4, [
      { kind: "layer", name: "layer1", meshes: all, activations: [] },
    ]);
    for (const kit of kits) {
      expect(refused(crossing, { kit })).toEqual(["OPT0444"]);
      expect(refused(layerCircuit(64), { kit })).toEqual(["OPT0450"]);
      expect(refused(unitaryCircuit(3), { kit, chip: "whole" })).toEqual(["OPT0444"]);
      expect(refused(unitaryCircuit(3), { kit })).toEqual([]);
      expect(target.check(subjectOf(crossing, { kind: "mesh", section: 0, mesh: 1 }), { kit })).toEqual([]);
    }
    // 48 heaters and 16 lanes fit a cell of CORNERSTONE; those of eight workers do not
    expect(refused(compiledMean(4, 8, 4), { kit: "cspdk" })).toEqual([]);
    const large = target.check(subjectOf(compiledMean(8, 8, 4), { kind: "circuit" }), { kit: "cspdk" });
    expect(large.find(({ severity }) => severity === "error")).toMatchObject({
      code: "OPT0450",
      where: expect.stringMatching(/^sections\[/),
      message: expect.stringMatching(/ in cspdk; a cell of CORNERSTONE is 11\.47 mm by 4\.90 mm$/),
    });
  });
});
