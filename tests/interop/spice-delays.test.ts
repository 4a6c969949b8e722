import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import {
  arrivalTimes,
  type Circuit,
  randomVectors,
  seededRandom,
  simulateWords,
  spiceTarget,
  timingOptions,
} from "../../netlist/index.ts";
import { deckFilters, opticsOf, planNoise, receivedWords, timedStages } from "../../physics/index.ts";
import { speedsOf } from "../../physics/rate/speeds.ts";
import { readingOf } from "../../physics/technology/recorder.ts";
import { finish } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { emitText } from "../netlist/emit-text.ts";
import { technology as shipped } from "../physics/specs.ts";
import { wordsInTime } from "../physics/words-in-time.ts";
import { runCommand, runNative } from "./ngspice.ts";

const rate = 25e9;
const technology = shipped("foundry-si");
const optics = opticsOf(technology, rate).optics!;

function circuitOf(matchDelays: boolean): Circuit {
  return synthesise(specOf(2, 2, 4), { network: null }, { ...optics, matchDelays }).circuit;
}

/** The circuit with random words of seed 1, as `optinc export --to spice --option delays=on` prints it. */
function printed(circuit: Circuit, words: number, options: Readonly<Record<string, string>> = {}): string {
  const timing = timingOptions({ ...optics, periodS: 1 / rate, filters: null });
  return emitText(spiceTarget, circuit, {
    ...{ analysis: "tran", testbench: "inside", words: `${words}`, ...timing },
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

/** Words of mean-2x4 through filters at a rate, dark before and after: which of them ngspice reads wrong, and which the filter model does. */
function readThroughFilters(
  rateBd: number,
  words: number,
  equaliserHz: number,
): { ngspice: number[]; ours: number[]; offset: number } {
  const slow = opticsOf(technology, rateBd).optics!;
  const equaliser = { ...technology.entries["tia-bandwidth"]!, value: equaliserHz };
  const entries = { ...technology.entries, ...(equaliserHz > 0 && { "equaliser-bandwidth": equaliser }) };
  const equalised = { ...technology, entries };
  const filters = deckFilters(equalised, rateBd).filters!;
  const speeds = speedsOf(readingOf(equalised), rateBd, 0.5);
  const { circuit } = synthesise(specOf(2, 4, 4), { network: null }, { ...slow, matchDelays: true });
  const { values } = runNative(printed(circuit, words, timingOptions({ ...slow, periodS: 1 / rateBd, filters })));
  const sent = randomVectors(circuit.aggregate, words, seededRandom(1)).symbols;
  const symbols = new Uint8Array(sent.length * (1 + 2 / words));
  symbols.set(sent, sent.length / words);
  const time = values.get("time")!;
  const { receptionsS } = arrivalTimes(circuit, slow);
  const received = receivedWords(timedStages(finish(planNoise(circuit))), speeds, rateBd, symbols);
  let offset = 0;
  const ngspice = received.map(({ port, level, wanted, readAt }) => {
    const seen = values.get(`rx_w0_s${circuit.outputs[port]!.symbol}`)!;
    const wordsRead = Array.from({ length: words }, (_, w) => {
      // edges begin with a slot and take 1/40 of it; in the model they end with it and take 1/32
      const at = receptionsS[port]! + (w + (readAt + 0.5) / 32 + 1 / 80) / rateBd;
      const value = seen[time.findIndex((t) => t >= at)]!;
      offset = Math.max(offset, Math.abs(value - level[Math.round((w + 1) * 32 + readAt)]!));
      return Math.abs(value - wanted[w + 1]!) < 0.5 ? [] : [w + 1];
    });
    return wordsRead.flat();
  });
  return {
    ngspice: ngspice.flat(),
    ours: received.flatMap(({ wrong }) => wrong.filter((w) => w > 0 && w <= words)),
    offset,
  };
}

describe("words through modulators, photodiodes and amplifiers as RC sections in ngspice", () => {
  it.each([
    [8e9, 0, 0],
    [50e9, 0, 8],
    [40e9, 60e9, 4],
  ])(
    "are right and wrong at %d Bd, with an equaliser of %d Hz, as in the filter model",
    (rateBd, equaliserHz, wrong) => {
      const { ngspice, ours, offset } = readThroughFilters(rateBd, 16, equaliserHz);
      console.log(
        `${rateBd} Bd, ${equaliserHz} Hz: ${ngspice.length} readings wrong in ngspice, levels within ${offset}`,
      );
      expect(ngspice).toEqual(ours);
      expect(ours.length).toBeGreaterThanOrEqual(wrong);
      if (wrong === 0) expect(ours).toEqual([]);
    },
  );
});
