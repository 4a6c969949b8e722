import { describe, expect, it } from "vitest";
import {
  type Circuit,
  findTarget,
  type NetlistReading,
  readIndex,
  readSpice,
  seededRandom,
  simulate,
  subjectOf,
} from "../../netlist/index.ts";
import { tinyCircuit } from "./build.ts";
import { withRandomLosses } from "./lossy.ts";
import { withRandomSaturation } from "./saturated.ts";
import { compiledMean, randomVectors } from "./spice/compiled.ts";
import { spiceText } from "./spice-text.ts";

/** The export of a whole circuit, with one file changed, read back. */
function throughFiles(
  circuit: Circuit,
  change: (text: string) => string = (text) => text,
  options: Readonly<Record<string, string>> = {},
): NetlistReading<Circuit> {
  const files = new Map(
    findTarget("sax")!
      .emit(subjectOf(circuit, { kind: "circuit" }), options)
      .map((file, i) => [file.name, i === 1 ? change([...file.content].join("")) : [...file.content].join("")]),
  );
  const index = files.keys().next().value!;
  return readIndex(files.get(index)!, (name) => files.get(name) ?? null);
}

function largestDifference(a: Circuit, b: Circuit): number {
  const vectors = Uint8Array.from(randomVectors(a, 40, 5).flat());
  const [x, y] = [simulate(a, vectors), simulate(b, vectors)];
  const place = a.outputs.map((port) =>
    b.outputs.findIndex((it) => it.worker === port.worker && it.symbol === port.symbol),
  );
  let worst = 0;
  for (let i = 0; i < x.re.length; i += 1) {
    const at = i - (i % x.ports) + place[i % x.ports]!;
    worst = Math.max(worst, Math.abs(x.re[i]! - y.re[at]!), Math.abs(x.im[i]! - y.im[at]!));
  }
  return worst;
}

const circuits = [
  tinyCircuit(),
  compiledMean(4, 8, 4),
  compiledMean(3, 5, 8),
  ...[1, 2, 3].map((seed) => withRandomSaturation(tinyCircuit(), seededRandom(seed))),
  withRandomLosses(withRandomSaturation(tinyCircuit(), seededRandom(4)), seededRandom(4)),
];

describe("reading back", () => {
  it("sax gives the fields of the circuit that was exported", () => {
    for (const circuit of circuits) {
      const { value, findings } = throughFiles(circuit);
      expect(findings.filter((it) => it.severity === "error")).toEqual([]);
      expect(largestDifference(circuit, value!)).toBeLessThan(1e-12);
    }
  });

  it("sax without composite models gives the same fields", () => {
    for (const circuit of circuits) {
      const { value } = throughFiles(circuit, undefined, { form: "flat" });
      expect(largestDifference(circuit, value!)).toBeLessThan(1e-12);
    }
  });

  it.each(["nested", "flat"])("spice, %s, gives the same circuit", (hierarchy) => {
    for (const circuit of circuits) {
      const { value, findings } = readSpice(spiceText(circuit, { hierarchy }));
      expect(findings.filter((it) => it.severity === "error")).toEqual([]);
      expect(value!.aggregate).toEqual(circuit.aggregate);
      expect(value!.version).toBe(circuit.version);
      expect(largestDifference(circuit, value!)).toBeLessThan(1e-12);
    }
  });

  it("takes what the files say, not what was exported", () => {
    const [tiny] = circuits;
    const sax = throughFiles(tiny!, (text) => text.replace(/"voltage": 0\.5\b/, '"voltage": 0.6'));
    expect(largestDifference(tiny!, sax.value!)).toBeGreaterThan(1e-3);
    const inside = throughFiles(tiny!, (text) => text.replace('"coupling": 0.5', '"coupling": 0.4'));
    expect(largestDifference(tiny!, inside.value!)).toBeGreaterThan(1e-3);
    const spice = readSpice(spiceText(tiny!).replace("theta_d1=2.8 ", "theta_d1=2.9 "));
    expect(largestDifference(tiny!, spice.value!)).toBeGreaterThan(1e-3);
  });
});
