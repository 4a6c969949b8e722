import { describe, expect, it } from "vitest";
import { type Circuit, readSpice, seededRandom, simulate } from "../../netlist/index.ts";
import { tinyCircuit } from "./build.ts";
import { withRandomLosses } from "./lossy.ts";
import { withRandomSaturation } from "./saturated.ts";
import { compiledMean, randomVectors } from "./spice/compiled.ts";
import { spiceText } from "./spice-text.ts";

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
    const spice = readSpice(spiceText(tiny!).replace("theta_d1=2.8 ", "theta_d1=2.9 "));
    expect(largestDifference(tiny!, spice.value!)).toBeGreaterThan(1e-3);
  });
});
