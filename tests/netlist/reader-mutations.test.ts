import { describe, expect, it } from "vitest";
import { meshesOf, type PlacedDevice, type Reading } from "../../netlist/formats/reading.ts";
import {
  type BlockFormat,
  blockMatrix,
  type Circuit,
  findTarget,
  type LinearBlock,
  linearBlocks,
  readBlackbird,
  readIndex,
  readSax,
  seededRandom,
  simulate,
  subjectOf,
} from "../../netlist/index.ts";
import { randomVectors } from "../differential/compiled.ts";
import { blackbirdMatrix } from "./blackbird-model.ts";
import { tinyCircuit } from "./build.ts";
import { jsonMutant, type Mutant, textMutant } from "./netlist-mutants.ts";
import { type Complex, saxMatrix } from "./sax-model.ts";
import { haarCircuit, pinningCircuit } from "./subjects.ts";

/** Fields at the outputs for unit fields at the inputs, of devices that were read for the block. */
function matrixOf(devices: readonly PlacedDevice[], { modes, outputs }: LinearBlock): Complex[][] {
  const ports = devices.reduce((most, it) => Math.max(most, ...it.ports.map((port) => port + 1)), modes.length);
  const all = Array.from({ length: ports }, (_, i) => i);
  const meshes = meshesOf(devices, all, "m");
  const { re, im } = blockMatrix({ name: "", stem: "", section: null, modes: all, outputs, meshes });
  return outputs.map((_, row) =>
    modes.map((_, column): Complex => [re[row * ports + column]!, im[row * ports + column]!]),
  );
}

function difference(a: readonly (readonly Complex[])[], b: readonly (readonly Complex[])[]): number {
  let worst = 0;
  a.forEach((row, i) => {
    row.forEach(([re, im], j) => {
      const [x, y] = b[i]![j]!;
      const off = Math.hypot(re - x, im - y);
      if (!(off <= worst)) worst = off;
    });
  });
  return worst;
}

interface Subject {
  readonly name: string;
  readonly text: string;
  readonly read: (text: string) => Reading<readonly PlacedDevice[]>;
  /** What the tool of the format computes; throws where it refuses. */
  readonly judge: (text: string) => Complex[][];
  readonly block: LinearBlock;
}

function subjectsOf(format: BlockFormat, options: Readonly<Record<string, string>>): Subject[] {
  return [haarCircuit(3), pinningCircuit()].map((circuit): Subject => {
    const subject = subjectOf(circuit, { kind: "layer", section: 0 });
    const [block] = linearBlocks(subject);
    const [file] = findTarget(format)!.emit(subject, options);
    const { modes, outputs } = block!;
    const [ins, outs] = [modes.map((mode) => `in${mode}`), outputs.map((port) => `out${modes[port]!}`)];
    return {
      name: `${circuit.name} ${JSON.stringify(options)}`,
      text: [...file!.content].join(""),
      read: (text) => (format === "sax" ? readSax(text, block!) : readBlackbird(text, block!)),
      judge: (text) => {
        if (format === "sax") return saxMatrix(text, ins, outs);
        const whole = blackbirdMatrix(text, modes.length);
        return outputs.map((port) => whole[port]!);
      },
      block: block!,
    };
  });
}

interface Outcome {
  refused: number;
  /** Read, and another matrix than the original's. */
  wrong: number;
  /** Read, and the original's matrix: the same netlist in another spelling. */
  spelling: number;
  /** Read, and the original's matrix, by a change of what does not matter there; with an example of each kind. */
  readonly idle: Map<string, string>;
}

/** Every mutant is refused, or read as the tool of the format reads it. */
function mutate(
  subject: Subject,
  count: number,
  mutant: (text: string, random: () => number) => Mutant,
  spelling: (text: string) => string,
): Outcome {
  const original = subject.judge(subject.text);
  expect(difference(matrixOf(subject.read(subject.text).value!, subject.block), original)).toBeLessThan(1e-12);
  const outcome: Outcome = { refused: 0, wrong: 0, spelling: 0, idle: new Map() };
  const random = seededRandom(8);
  for (let i = 0; i < count; i += 1) {
    const { change, text } = mutant(subject.text, random);
    if (text === subject.text) continue;
    const { value, findings } = subject.read(text);
    if (value === null) {
      expect(findings).toMatchObject([{ code: "OPT0440", severity: "error" }]);
      outcome.refused += 1;
      continue;
    }
    const tool = subject.judge(text);
    const off = difference(matrixOf(value, subject.block), tool);
    if (!(off < 1e-9)) expect.fail(`${subject.name}, ${change}: read otherwise than by the tool, by ${off}\n${text}`);
    if (difference(tool, original) > 1e-9) outcome.wrong += 1;
    else if (spelling(text) === spelling(subject.text)) outcome.spelling += 1;
    else outcome.idle.set(change, text);
  }
  return outcome;
}

/**
 * What two SAX files share that differ in white space, order, the direction of connections, defaults written or left out, whole
 * turns and the seventeenth digit.
 */
function saxSpelling(text: string): string {
  const models = Object.entries(JSON.parse(text) as Record<string, Record<string, Record<string, unknown>>>);
  const sorted = (all: readonly unknown[]): unknown[] => all.map((it) => JSON.stringify(it)).sort();
  const settings = (value: unknown): unknown =>
    sorted(
      Object.entries((value ?? {}) as Record<string, unknown>).flatMap(([key, it]): unknown[] => {
        if (typeof it !== "number") return [[key, settings(it)]];
        const number = key === "voltage" ? rounded(it, 2) : it;
        return number === { voltage: 0, coupling: 0.5 }[key] ? [] : [[key, number]];
      }),
    );
  return JSON.stringify(
    models.map(([name, { instances, connections, ports }]) => [
      name,
      sorted(
        Object.entries(instances as Record<string, { component: string; settings?: unknown }>).map(([key, it]) => [
          key,
          it.component,
          settings(it.settings),
        ]),
      ),
      sorted(Object.entries(connections!).map((pair) => [...pair].sort())),
      sorted(Object.entries(ports!)),
    ]),
  );
}

/** In steps that the matrix does not show, 0 where it is a whole number of periods. */
function rounded(value: number, period: number): number {
  const turns = value / period;
  const step = Math.round((turns - Math.floor(turns)) * 1e7) / 1e7;
  return step === 1 ? 0 : step;
}

/** What two programs share that differ in comments, white space, whole turns, digits, and in the order of gates on different modes. */
function blackbirdSpelling(text: string): string {
  const byMode = new Map<string, string[]>();
  for (const line of text.split("\n").map((it) => it.replace(/#.*/, "").trim())) {
    const [, gate, values, modes] = /^(\w+)\((.*)\) \| (.*)$/.exec(line) ?? [];
    const period = gate === "LossChannel" ? 4 : 2 * Math.PI;
    const numbers = (values ?? "").split(", ").map((it) => rounded(Number(it), period));
    for (const mode of (modes ?? "head").replace(/[[\]]/g, "").split(", ")) {
      byMode.set(mode, [...(byMode.get(mode) ?? []), line === "" ? "" : `${gate ?? line} ${numbers.join()} ${modes}`]);
    }
  }
  return JSON.stringify([...byMode].map(([mode, gates]) => [mode, gates.filter((it) => it !== "")]).sort());
}

/**
 * Changes that are read and mean the same although they are more than spelling, with the reason. That they mean the same is what the
 * model of the tool says of every single one; a kind that is not listed fails.
 */
const IDLE = {
  overridden: "a default of the composite that every instance of it overrides",
  dark: "a phase, a loss or a crossing that acts on no light: behind an absorber, in front of one, or between equal parts",
} as const;

const everything: readonly string[] = [
  ..."line dropped,line doubled,line copied elsewhere,lines swapped,number changed,character dropped".split(","),
  ..."character doubled,character changed,entry dropped,value of another entry,values swapped,key changed".split(","),
];

const fieldText = ([re, im]: readonly [number, number]): string => `${re.toFixed(9)} ${im.toFixed(9)}`;

/** What the receivers get for some words, by worker and symbol, and what the circuit says it is for. */
function behaviour(circuit: Circuit): string {
  const vectors = Uint8Array.from(randomVectors(circuit, 8, 3).flat());
  const fields = simulate(circuit, vectors);
  const received = circuit.outputs.map((port, o) => {
    const levels = Array.from({ length: fields.vectors }, (_, v) =>
      fieldText([
        fields.re[v * fields.ports + o]! * port.levelsPerField,
        fields.im[v * fields.ports + o]! * port.levelsPerField,
      ]),
    );
    return `${port.worker} ${port.symbol}: ${levels.join()}`;
  });
  return JSON.stringify([circuit.aggregate, received.sort()]);
}

describe("a mutated index", () => {
  /**
   * Changes of an index that leave the circuit as it is. Files of a section, ports and neurons side by side have no order;
   * names are labels, but for those of files; a circuit may have modes to spare; kinds of sections tell a reader what they are for.
   */
  const LABELS: ReadonlySet<string> = new Set(["name", "kind", "meshes", "modes", "inputs", "outputs", "activations"]);

  it.each(["sax", "blackbird"] as const)("of %s is refused, gives another circuit, or has another label", (format) => {
    const tiny = tinyCircuit();
    const files = new Map(
      findTarget(format)!
        .emit(subjectOf(tiny, { kind: "circuit" }), {})
        .map((file) => [file.name, [...file.content].join("")]),
    );
    const index = files.values().next().value!;
    const load = (name: string): string | null => files.get(name) ?? null;
    const original = behaviour(readIndex(index, format, load).value!);
    const random = seededRandom(9);
    const outcome = { refused: 0, other: 0, same: 0 };
    for (let i = 0; i < 2500; i += 1) {
      const { change, text } = (i % 2 === 0 ? jsonMutant : textMutant)(index, random);
      const { value, findings } = readIndex(text, format, load);
      if (value === null) {
        expect(findings.some((it) => it.severity === "error")).toBe(true);
        outcome.refused += 1;
      } else if (behaviour(value) !== original) {
        outcome.other += 1;
      } else {
        outcome.same += 1;
        const places = differences(inOrder(index), inOrder(text), "");
        expect(
          places.filter((place) => !LABELS.has(place)),
          `${change}\n${text}`,
        ).toEqual([]);
      }
    }
    expect(outcome.refused).toBeGreaterThan(1000);
    expect(outcome.other).toBeGreaterThan(50);
  });

  /** Ports and neurons by their modes: they stand side by side. */
  function inOrder(text: string): unknown {
    return JSON.parse(text, (key, value) =>
      key === "inputs" || key === "outputs" || key === "activations"
        ? value.toSorted?.((a: { mode: number }, b: { mode: number }) => a.mode - b.mode)
        : value,
    );
  }

  /** The innermost keys under which two values differ. */
  function differences(a: unknown, b: unknown, key: string): string[] {
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
      return a === b || (typeof a === "number" && typeof b === "number" && Math.abs(a - b) < 1e-9) ? [] : [key];
    }
    if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return [key];
    return Object.keys({ ...a, ...b }).flatMap((it) =>
      differences((a as Record<string, unknown>)[it], (b as Record<string, unknown>)[it], Array.isArray(a) ? key : it),
    );
  }
});

describe("mutated netlists are refused or read as their tool reads them", () => {
  it.each([
    ["haar-3", "nested", "text", 1500, [IDLE.overridden]],
    ["haar-3", "nested", "json", 1500, [IDLE.overridden]],
    ["haar-3", "flat", "text", 1000, []],
    ["haar-3", "flat", "json", 1000, []],
    ["lambda", "nested", "text", 500, [IDLE.overridden, IDLE.dark]],
    ["lambda", "nested", "json", 500, [IDLE.overridden, IDLE.dark]],
  ] as const)("sax, %s, %s, by %s", (name, form, level, count, reasons: readonly string[]) => {
    const subject = subjectsOf("sax", { form }).find((it) => it.name.startsWith(name))!;
    const outcome = mutate(subject, count, level === "text" ? textMutant : jsonMutant, saxSpelling);
    for (const [change, text] of outcome.idle) {
      expect(everything).toContain(change);
      if (reasons.length === 0) expect.fail(`${change} changes nothing:\n${text}`);
      if (!reasons.includes(IDLE.dark))
        expect(saxSpelling(withoutDefaults(text))).toBe(saxSpelling(withoutDefaults(subject.text)));
    }
    expect(outcome.refused).toBeGreaterThan(count / 3);
    expect(outcome.wrong).toBeGreaterThan(count / 100);
  });

  it.each([
    ["haar-3", 3000, []],
    ["lambda", 3000, [IDLE.dark]],
  ] as const)("blackbird, %s", (name, count, reasons: readonly string[]) => {
    const subject = subjectsOf("blackbird", {}).find((it) => it.name.startsWith(name))!;
    const outcome = mutate(subject, count, textMutant, blackbirdSpelling);
    for (const [change, text] of outcome.idle) {
      expect(everything).toContain(change);
      if (reasons.length === 0) expect.fail(`${change} changes nothing:\n${text}`);
    }
    expect(outcome.refused).toBeGreaterThan(count / 3);
    expect(outcome.wrong).toBeGreaterThan(count / 100);
  });
});

/** The composite without the voltages that its instances override. */
function withoutDefaults(text: string): string {
  const models = JSON.parse(text) as { mzi: { instances: Record<string, { settings: { voltage?: number } }> } };
  for (const { settings } of Object.values(models.mzi.instances)) delete settings.voltage;
  return JSON.stringify(models);
}
