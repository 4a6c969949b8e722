import { describe, expect, it } from "vitest";
import { blockMatrix, type Circuit, findTarget, linearBlocks, subjectOf } from "../../netlist/index.ts";
import { compiledMean } from "./spice/compiled.ts";
import { layerCircuit, pinningCircuit, unitaryCircuit } from "./subjects.ts";

/** INTERCONNECT is not to be had here, so its script is run by a strict reader of just the statements that we print. */
interface Element {
  readonly kind: "shifter" | "splitter";
  readonly phaseRad: number;
}

interface Script {
  readonly elements: ReadonlyMap<string, Element>;
  /** "label port" of an output to "label port" of the input that it feeds. */
  readonly wires: ReadonlyMap<string, string>;
  readonly open: ReadonlyMap<string, string>;
}

const INPUTS = { shifter: ["port 1"], splitter: ["port 1", "port 2"] } as const;
const OUTPUTS = { shifter: ["port 2"], splitter: ["port 3", "port 4"] } as const;

function readScript(text: string): Script {
  const elements = new Map<string, Element>();
  const wires = new Map<string, string>();
  const fed = new Set<string>();
  const open = new Map<string, string>();
  const add = (label: string, element: Element): void => {
    if (elements.has(label)) throw new Error(`${label} is added twice`);
    elements.set(label, element);
  };
  const connect = (a: string, p: string, b: string, q: string): void => {
    const [from, to] = [elements.get(a), elements.get(b)];
    if (from === undefined || to === undefined) throw new Error(`${a} or ${b} does not exist`);
    if (!OUTPUTS[from.kind].some((port) => port === p)) throw new Error(`${a}, ${p} is no output`);
    if (!INPUTS[to.kind].some((port) => port === q)) throw new Error(`${b}, ${q} is no input`);
    if (wires.has(`${a} ${p}`) || fed.has(`${b} ${q}`)) throw new Error(`${a}, ${p} or ${b}, ${q} is connected twice`);
    wires.set(`${a} ${p}`, `${b} ${q}`);
    fed.add(`${b} ${q}`);
  };
  // Library functions are data to this reader: it knows what they build, and that they are what was printed.
  const [, library, body] = /^(.*?^function mzi.*?^\}\n)(.*)$/ms.exec(text) ?? [];
  expect(library?.match(/^function \w+/gm)).toEqual(["function shifter", "function splitter", "function mzi"]);
  for (const line of body!.trimEnd().split("\n")) {
    const number = "(-?[\\d.]+(?:e-?\\d+)?)";
    const mzi = new RegExp(`^mzi\\("(\\w+)", ${number}, ${number}, -?\\d+, -?\\d+\\);$`).exec(line);
    const shifter = new RegExp(`^shifter\\("(\\w+)", ${number}, -?\\d+, -?\\d+\\);$`).exec(line);
    const wire = /^connect\("(\w+)", "(port \d)", "(\w+)", "(port \d)"\);$/.exec(line);
    const port = /^# ((?:in|out)\d+): (\w+), (port \d)$/.exec(line);
    if (mzi !== null) {
      const [, label, theta, phi] = mzi;
      add(`${label}_phi`, { kind: "shifter", phaseRad: Number(phi) });
      add(`${label}_theta`, { kind: "shifter", phaseRad: Number(theta) });
      add(`${label}_bs0`, { kind: "splitter", phaseRad: 0 });
      add(`${label}_bs1`, { kind: "splitter", phaseRad: 0 });
      connect(`${label}_phi`, "port 2", `${label}_bs0`, "port 1");
      connect(`${label}_bs0`, "port 3", `${label}_theta`, "port 1");
      connect(`${label}_theta`, "port 2", `${label}_bs1`, "port 1");
      connect(`${label}_bs0`, "port 4", `${label}_bs1`, "port 2");
    } else if (shifter !== null) add(shifter[1]!, { kind: "shifter", phaseRad: Number(shifter[2]) });
    else if (wire !== null) connect(wire[1]!, wire[2]!, wire[3]!, wire[4]!);
    else if (port !== null) open.set(port[1]!, `${port[2]} ${port[3]}`);
    else throw new Error(`not a statement of ours: ${line}`);
  }
  return { elements, wires, open };
}

/** Field at the end `to` for unit light at the end `from`: the sum over all paths, as the graph has no loops. */
function transfer(script: Script, from: string): Map<string, readonly [number, number]> {
  const fields = new Map<string, readonly [number, number]>([[from, [1, 0]]]);
  const order = topological(script);
  for (const label of order) {
    const { kind, phaseRad } = script.elements.get(label)!;
    const at = (port: string): readonly [number, number] => fields.get(`${label} ${port}`) ?? [0, 0];
    const put = (port: string, re: number, im: number): void => {
      fields.set(`${label} ${port}`, [re, im]);
      const to = script.wires.get(`${label} ${port}`);
      if (to !== undefined) fields.set(to, [re, im]);
    };
    const [a, b] = [at("port 1"), kind === "splitter" ? at("port 2") : ([0, 0] as const)];
    if (kind === "shifter") {
      const [c, s] = [Math.cos(phaseRad), Math.sin(phaseRad)];
      put("port 2", c * a[0] - s * a[1], s * a[0] + c * a[1]);
    } else {
      put("port 3", (a[0] - b[1]) / Math.SQRT2, (a[1] + b[0]) / Math.SQRT2);
      put("port 4", (b[0] - a[1]) / Math.SQRT2, (b[1] + a[0]) / Math.SQRT2);
    }
  }
  return fields;
}

function topological(script: Script): string[] {
  const waits = new Map([...script.elements.keys()].map((label) => [label, 0]));
  const next = [...script.wires].map(([from, to]) => [from.split(" ")[0]!, to.split(" ")[0]!] as const);
  const followers = new Map<string, string[]>();
  for (const [from, to] of next) {
    waits.set(to, waits.get(to)! + 1);
    followers.set(from, [...(followers.get(from) ?? []), to]);
  }
  const ready = [...waits].flatMap(([label, count]) => (count === 0 ? [label] : []));
  for (let i = 0; i < ready.length; i++) {
    for (const to of followers.get(ready[i]!) ?? []) {
      waits.set(to, waits.get(to)! - 1);
      if (waits.get(to) === 0) ready.push(to);
    }
  }
  expect(ready.length).toBe(script.elements.size);
  return ready;
}

function largestError(circuit: Circuit, change: (text: string) => string = (text) => text): number {
  const subject = subjectOf(circuit, { kind: "circuit" });
  const files = findTarget("lumerical")!.emit(subject, {});
  let worst = 0;
  for (const block of linearBlocks(subject)) {
    const file = files.find((it) => it.name === `${block.stem}.lsf`)!;
    const script = readScript(change([...file.content].join("")));
    const wanted = blockMatrix(block);
    block.modes.forEach((mode, column) => {
      const from = script.open.get(`in${mode}`)!;
      const fields = transfer(script, from);
      block.outputs.forEach((port, row) => {
        const [re, im] = fields.get(script.open.get(`out${block.modes[port]!}`)!) ?? [0, 0];
        const at = row * block.modes.length + column;
        worst = Math.max(worst, Math.abs(re - wanted.re[at]!), Math.abs(im - wanted.im[at]!));
      });
    });
  }
  return worst;
}

describe("the INTERCONNECT script", () => {
  it.each([
    ["the pinning circuit", () => pinningCircuit()],
    ["a unitary of 8 modes", () => unitaryCircuit(8)],
    ["a layer of 16 modes", () => layerCircuit(16)],
    ["mean-4x8", () => compiledMean(4, 8, 4)],
  ])("builds the transfer matrices of %s", (_name, circuit) => {
    expect(largestError(circuit())).toBeLessThan(1e-12);
  });

  it("is not right when a phase or a connection changes", () => {
    expect(largestError(unitaryCircuit(3), (text) => text.replace(/mzi\("(\w+)", /, 'mzi("$1", 1'))).toBeGreaterThan(
      1e-3,
    );
    const swapped = (text: string): string =>
      text.replace(/^# out0: .*$/m, text.match(/^# out1: (.*)$/m)![0]!.replace("out1", "out0"));
    expect(largestError(unitaryCircuit(3), swapped)).toBeGreaterThan(1e-3);
  });
});
