import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import {
  arrivalTimes,
  type Circuit,
  delaysOption,
  randomVectors,
  seededRandom,
  simulateWords,
  spiceTarget,
} from "../../netlist/index.ts";
import { opticsOf, readTechnology } from "../../physics/index.ts";
import { specOf } from "../compiler/specs.ts";
import { emitText } from "../netlist/emit-text.ts";
import { wordsInTime } from "../physics/words-in-time.ts";
import { runCommand, runNative } from "./ngspice.ts";

const rate = 25e9;
const text = readFileSync(new URL("../../technologies/foundry-si.yaml", import.meta.url), "utf8");
const optics = opticsOf(readTechnology({ name: "foundry-si.yaml", text }).value!, rate).optics!;

function circuitOf(matchDelays: boolean): Circuit {
  return synthesise(specOf(2, 2, 4), { network: null }, { ...optics, matchDelays }).circuit;
}

/** The circuit with random words of seed 1, as `optinc export --to spice --option delays=on` prints it. */
function printed(circuit: Circuit, words: number, options: Readonly<Record<string, string>> = {}): string {
  const delays = delaysOption({ ...optics, periodS: 1 / rate });
  return emitText(spiceTarget, circuit, {
    ...{ analysis: "tran", testbench: "inside", words: `${words}`, delays },
    ...options,
  });
}

/** 64 words of mean-2x2: what ngspice reads of each, worker by worker, and what the simulation in time does. */
function read(matchDelays: boolean): { ngspice: number[]; ours: number[]; right: number } {
  const circuit = circuitOf(matchDelays);
  const { receptionsS } = arrivalTimes(circuit, optics);
  const { values } = runNative(printed(circuit, 64));
  const time = values.get("time")!;
  const ngspice = Array.from({ length: 64 }, (_, w) =>
    circuit.outputs.map(({ worker }, o) => {
      const at = time.findIndex((t) => t >= receptionsS[o]! + (w + 0.5) / rate);
      return values.get(`level_w${worker}_s0`)![at]!;
    }),
  ).flat();
  const { symbols } = randomVectors(circuit.aggregate, 64, seededRandom(1));
  const ours = [...wordsInTime(circuit, optics, rate, symbols)(0.5)];
  const steady = [...simulateWords(circuit, symbols)];
  const width = ours.length / 64;
  const words = Array.from({ length: 64 }, (_, w) => w * width);
  const right = words.filter((at) => steady.slice(at, at + width).join() === ours.slice(at, at + width).join());
  return { ngspice, ours, right: right.length };
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

  it.each(["nested", "flat"])(
    "as the header tells (%s): a batch run prints what the slots have to read",
    (hierarchy) => {
      const netlist = printed(circuitOf(true), 8, { hierarchy });
      const wanted = [...netlist.matchAll(/^\* {3}slot (\d+): .*; reads (\d+)$/gm)].map(([, slot, level]) => [
        slot,
        level,
      ]);
      expect(wanted).toHaveLength(8);
      const { printed: said } = runCommand(netlist, "ngspice -b FILE");
      const found = [...said.matchAll(/^slot(\d+)_level_w0_s0 *= *(\S+)/gm)].map(([, slot, level]) => [
        slot,
        `${Math.round(Number(level))}`,
      ]);
      expect(found).toEqual(wanted);
    },
  );
});
