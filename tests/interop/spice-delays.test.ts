import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import { seededRandom } from "../../netlist/index.ts";
import { opticsOf, readTechnology, streamWords } from "../../physics/index.ts";
import { followLight } from "../../physics/paths.ts";
import { randomVectors } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { runNative } from "./ngspice.ts";
import { delayedNetlist } from "./spice-delays.ts";

const rate = 25e9;
const text = readFileSync(new URL("../../technologies/foundry-si.yaml", import.meta.url), "utf8");
const optics = opticsOf(readTechnology({ name: "foundry-si.yaml", text }).value!, rate).optics!;

/** 64 words of mean-2x2: what ngspice reads of each, worker by worker, and what the simulation in time does. */
function read(matchDelays: boolean): { ngspice: number[]; ours: number[]; right: number } {
  const circuit = synthesise(specOf(2, 2, 4), { network: null }, { ...optics, matchDelays }).circuit;
  const { symbols } = randomVectors(circuit.aggregate, 64, seededRandom(7));
  const { launchesS, receptionsS, latencyS } = followLight(circuit, optics);
  const levels = circuit.inputs.map((port) =>
    port.kind === "reference" ? [] : Array.from({ length: 64 }, (_, w) => symbols[2 * w + port.worker]!),
  );
  const endS = 65 / rate + latencyS;
  const { values } = runNative(delayedNetlist(circuit, optics, launchesS, levels, 1 / rate, endS));
  const time = values.get("time")!;
  const ngspice = Array.from({ length: 64 }, (_, w) =>
    circuit.outputs.map(({ worker }, o) => {
      const at = time.findIndex((t) => t >= receptionsS[o]! + (w + 0.5) / rate);
      return Math.round(values.get(`rx_w${worker}_s0`)![at]!);
    }),
  ).flat();
  const ours = streamWords(circuit, optics, rate, symbols);
  return { ngspice, ours: [...ours.read], right: ours.right };
}

describe("64 words at 25 GBd through transmission lines in ngspice", () => {
  it("are right, as in the simulation in time", () => {
    const { ngspice, ours, right } = read(true);
    expect(right).toBe(64);
    expect(ngspice).toEqual(ours);
  });

  it("are wrong without the delay lines, and the same ones are", () => {
    const { ngspice, ours, right } = read(false);
    expect(right).toBeLessThan(32);
    expect(ngspice).toEqual(ours);
  });
});
