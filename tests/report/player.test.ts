import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/index.ts";
import { chipsOf, compileSimulation, neuronSteps, seededRandom, simulate } from "../../netlist/index.ts";
import { chipSteps, planMonteCarlo } from "../../physics/index.ts";
import { comparatorSteps, weakestInputSteps } from "../../report/index.ts";
import type { PlayerData } from "../../report/player/player-data.ts";
import { parseWords, readThrough, symbolsOf, wantedWords } from "../../report/player/reading.ts";
import { traceLight } from "../../report/player/trace.ts";
import { simulate as simulateWords } from "../../toolchain/index.ts";
import { finish, prove, randomVectors, verifyCircuit } from "../../verify/index.ts";
import { root } from "../cli/run.ts";
import { specOf } from "../compiler/specs.ts";
import { inputFields, propagateFields } from "../netlist/light.ts";
import { withTurned } from "../netlist/lossy.ts";
import { perturbSimulator } from "../netlist/perturbed.ts";

const { circuit } = synthesise(specOf(4, 8, 4, "half-up", true, 0.25));
const simulator = compileSimulation(circuit);

/** What the bundle of the page offers without a page. */
interface BundledPlayer {
  chipOf(circuit: unknown, player: PlayerData): never;
  playWords(
    chip: never,
    words: readonly number[],
    sample: unknown,
  ): {
    readonly wanted: { readonly word: number; readonly ring: readonly number[] };
    readonly ideal: BundledPassage;
    readonly sample: BundledPassage | null;
  };
}

interface BundledPassage {
  readonly reading: { readonly words: readonly number[]; readonly receivers: readonly { readonly value: number }[] };
}

/** The script of the page as it is shipped, run without a page. */
async function bundledPlayer(): Promise<BundledPlayer> {
  const script = readFileSync(join(root, "dist/report/page.js"), "utf8");
  await import(`data:text/javascript;base64,${Buffer.from(script).toString("base64")}`);
  return Reflect.get(globalThis, "optincPlayer");
}

const playerData: PlayerData = {
  ...{ comparators: [], weakest: null, counterexample: null, inputScales: null, technology: null },
  ...{ seed: 1, unitPowerW: null },
};

/** Everything that a double has. */
function bits(values: Iterable<number>): string {
  return Buffer.from(Float64Array.from(values).buffer).toString("hex");
}

describe("the player", () => {
  it("in the bundle of the page reads the bits that the library and the command line read", async () => {
    const player = await bundledPlayer();
    const chip = player.chipOf(JSON.parse(JSON.stringify(circuit)), playerData);
    const random = seededRandom(7);
    for (let i = 0; i < 50; i++) {
      const words = Array.from({ length: 4 }, () => Math.floor(256 * random()) - 128);
      const played = player.playWords(chip, words, null);
      const { words: received, fields } = simulateWords(
        circuit,
        words.map((word) => [word]),
      );
      expect(played.ideal.reading.words).toEqual(received.map(([word]) => word));
      expect(bits(played.ideal.reading.receivers.map(({ value }) => value))).toBe(
        bits(circuit.outputs.map(({ levelsPerField }, o) => fields.re[o]! * levelsPerField)),
      );
      expect(played.wanted.ring).toEqual(received.map(() => played.wanted.word));
    }
  });

  it("builds the chips of `optinc yield`: the same words are wrong, to the bit of every field", async () => {
    const player = await bundledPlayer();
    const chip = player.chipOf(circuit, playerData);
    const plan = finish(planMonteCarlo(circuit, 1));
    const errors = { kind: "phases", sigmaRad: 0.03 } as const;
    const results = finish(chipSteps(plan, { errors, seed: 1 }, 0, 8));
    expect(results.some(({ good }) => !good)).toBe(true);
    for (const { chip: number } of results) {
      const built = chipsOf(plan, errors, 1)(number);
      const words = [-128, 3, 77, 12];
      const wish = { number, asTechnology: false, phaseRad: 0.03, couplerRad: 0 };
      const played = player.playWords(chip, words, wish);
      const fields = simulate(built, symbolsOf(words, circuit.aggregate));
      expect(bits(played.sample!.reading.receivers.map(({ value }) => value))).toBe(
        bits(circuit.outputs.map(({ levelsPerField }, o) => fields.re[o]! * levelsPerField)),
      );
    }
  });

  it("traces every field: behind the last part of each mode is what simulate has there", () => {
    const chips = [simulator, perturbSimulator(simulator, 0.1, seededRandom(3))];
    for (const chip of chips) {
      for (const seed of [1, 2, 3]) {
        const { symbols } = randomVectors(circuit.aggregate, 1, seededRandom(seed));
        const trace = traceLight(chip, symbols);
        const fields = simulate(chip, symbols);
        const { re, im } = propagateFields(chip, inputFields(chip, symbols));
        const { program } = chip;
        circuit.outputs.forEach(({ mode }, o) => {
          let place = 2 * program.op.length + mode;
          program.op.forEach((op, step) => {
            if (program.first[step] === mode) place = 2 * step;
            else if (op === 0 && program.second[step] === mode) place = 2 * step + 1;
          });
          expect(bits([trace.re[place]!, trace.im[place]!])).toBe(bits([re[mode]!, im[mode]!]));
          expect(Math.abs(trace.re[place]! - fields.re[o]!)).toBeLessThan(1e-12);
          expect(Math.abs(trace.im[place]! - fields.im[o]!)).toBeLessThan(1e-12);
        });
        for (const step of neuronSteps(program)) expect(trace.im[2 * step]).toBe(0);
      }
    }
  });

  it("reads a word as verify does, and says how far every receiver is from another level", () => {
    const { counterexample, wrong } = verifyCircuit(broken(), { inputs: { kind: "exhaustive" }, seed: 1 });
    expect(wrong).toBeGreaterThan(0);
    const { words, expected, worker, got, symbol, receiverValue } = counterexample!;
    const wanted = wantedWords(words, circuit.aggregate);
    expect(wanted.word).toBe(expected);
    const reading = readThrough(compileSimulation(broken()), words, wanted.word);
    expect(reading.words[worker]).toBe(got);
    const receiver = reading.receivers.find((it) => it.worker === worker && it.symbol === symbol)!;
    expect(receiver.value).toBe(receiverValue);
    expect(receiver.distance).toBeLessThan(0);
    const right = readThrough(simulator, words, wanted.word);
    expect(right.words).toEqual(words.map(() => expected));
    for (const { distance } of right.receivers) expect(distance).toBeGreaterThan(0.49);
  });
});

describe("comparators and the input that is worst for them", () => {
  it("have the margin that the proof finds, and one input reaches it", () => {
    const comparators = finish(comparatorSteps(circuit));
    const { comparatorMargin } = prove(circuit);
    expect(comparators.length).toBeGreaterThan(8);
    expect(Math.min(...comparators.map(({ margin }) => margin))).toBeCloseTo(comparatorMargin, 9);
    const weakest = finish(weakestInputSteps(circuit, comparators, 1));
    expect(weakest).toMatchObject({ kind: "comparator", vectors: 28_561, all: true });
    expect(weakest.distance).toBeCloseTo(comparatorMargin, 9);
    // No word comes closer than the proof's states say, whatever it is.
    const slopes = new Map(comparators.map((it) => [it.step, it]));
    const trace = traceLight(simulator, symbolsOf(weakest.words, circuit.aggregate));
    const distances = neuronSteps(simulator.program).flatMap((step) => {
      const found = slopes.get(step);
      if (found === undefined) return [];
      return [Math.abs(trace.beforeRe[2 * step]!) / found.fieldPerGridStep];
    });
    expect(distances.length).toBe(comparators.length);
    expect(Math.min(...distances)).toBe(weakest.distance);
  });

  it("are none where no cells are claimed; then it is the receivers that count", () => {
    const bare = { ...circuit, certificate: null };
    expect(finish(comparatorSteps(bare))).toEqual([]);
    const weakest = finish(weakestInputSteps(bare, [], 1));
    expect(weakest.kind).toBe("receiver");
    expect(weakest.distance).toBeGreaterThan(0.49);
  });
});

describe("typed words", () => {
  it.each([
    ["1, -2 3;4", [1, -2, 3, 4]],
    ["  127 127\n127,+127 ", [127, 127, 127, 127]],
  ])("%j are %j", (text, words) => {
    expect(parseWords(text, circuit.aggregate)).toEqual({ words });
  });

  it.each([
    ["1, 2, 3", "3 words; there are 4 workers"],
    ["", "0 words; there are 4 workers"],
    ["1, 2, 3, 128", "128 is outside of -128 to 127"],
    ["1, 2, 3.5, 4", "“3.5” is no whole number"],
    ["1, 2, <b>, 4", "“<b>” is no whole number"],
    ["1, 2, 99999999999999, 4", "“99999999999999” is no whole number"],
  ])("%j: %s", (text, problem) => {
    expect(parseWords(text, circuit.aggregate)).toEqual({ problem });
  });
});

/** The first MZI of the first layer is far off. */
function broken(): typeof circuit {
  return withTurned(circuit, circuit.sections[2]!.meshes[0]!, "thetaRad", 0.5);
}
