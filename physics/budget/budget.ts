import { measured, percent, type TriedMetric } from "../../dsl/index.ts";
import { type Circuit, circuitSteps, losesLight, sentBy } from "../../netlist/index.ts";
import { type Steps, within } from "../../verify/index.ts";
import { withoutNeurons } from "../light/neurons.ts";
import { arrivalLoss, partFigures } from "../light/part-figures.ts";
import { followLight, type LightPath, type LightPaths } from "../light/paths.ts";
import type { CircuitNoise } from "../noise/circuit-noise.ts";
import { detectionsOf, type LaunchedLight, launchedLight } from "../noise/detections.ts";
import { errorBoundSteps, type WeakestDecision } from "../noise/error-bound.ts";
import { type DetectionNoise, qOfError } from "../noise/noise.ts";
import { type NoiseModel, noiseModelSteps } from "../noise/noise-model.ts";
import { leastPowerSteps } from "../noise/solve.ts";
import { meanReadingError } from "../noise/word-errors.ts";
import { type RateFigures, symbolRateSteps } from "../rate/symbol-rate.ts";
import type { Reading } from "../technology/recorder.ts";
import type { Technology } from "../technology/technology.ts";
import { type Answer, answerOf, answerSteps, mapped, notReached } from "./answers.ts";
import { type EnergyFigures, energyFigures } from "./energy.ts";
import { type BudgetFigures, type Figure, type FigurePart, notComputed, plainFigure } from "./figures.ts";
import { countHardware, type Hardware } from "./hardware.ts";
import { areaParts, coveredArea, type ElectricalPower, electricalPower, type LightPower, lightPower } from "./power.ts";

export interface BudgetOptions {
  readonly technology: Technology;
  readonly symbolRateBd: number;
  /** In the fibre in front of the chip, of one symbol of one worker at its highest level; 1 mW when left out. */
  readonly launchPowerW?: number;
  /** That is wanted when the least powers are looked for; 1e-12 when left out. */
  readonly wordErrorRate?: number;
  /** False: the least oscillator power, which takes as long as the least launch power, is left out. */
  readonly withOscillator?: boolean;
}

/** A path with the losses outside of the chip; all in dB of power. */
export interface Waterfall {
  readonly path: LightPath;
  readonly fibreInDb: number;
  readonly fibreOutDb: number;
  /** Of the coupler in which the light meets the oscillator. */
  readonly couplerDb: number;
  readonly lossDb: number;
}

export interface NoiseFigures {
  readonly neuron: DetectionNoise;
  readonly receiver: DetectionNoise;
  readonly bandwidthHz: number;
  /** Bound for the worst word where the circuit carries a certificate; else the mean over sampled words, linearised. */
  readonly method: "bound" | "sampled";
  readonly wordErrorRate: number;
  /** Comparators and receivers, the weakest first; empty where words were sampled. */
  readonly decisions: readonly WeakestDecision[];
}

export interface TimeFigures {
  readonly latencyS: number;
  readonly neuronsInSeries: number;
  /** Largest difference in arrival of light of one word that meets. */
  readonly skewS: number;
  readonly skewAt: string | null;
}

export interface PowerFigures {
  readonly electrical: ElectricalPower;
  readonly light: LightPower;
}

/** What a chip takes with its pads and fibres, as the layout draws it, and what one exposure takes; m. */
export interface ChipSize {
  readonly widthM: number;
  readonly heightM: number;
  readonly reticleWidthM: number;
  readonly reticleHeightM: number;
}

/** What a circuit needs and gives in a technology; plain data. */
export interface Budget {
  readonly circuit: string;
  readonly technology: string;
  readonly symbolRateBd: number;
  readonly launchPowerW: number;
  readonly wantedWordErrorRate: number;
  /** True where the devices of the circuit carry the losses that it was compiled for. */
  readonly compensated: boolean;
  readonly hardware: Hardware;
  /** Null where nobody drew the chip (`withSize`). */
  readonly size: ChipSize | null;
  readonly figures: Omit<BudgetFigures, "yield" | TriedMetric>;
  readonly waterfalls: Answer<readonly Waterfall[]>;
  readonly noise: Answer<NoiseFigures>;
  /** Least power of an oscillator at that launch power. */
  readonly oscillatorPower: Answer<number>;
  readonly time: Answer<TimeFigures>;
  readonly rate: Answer<RateFigures>;
  /** At the launch power above. */
  readonly power: Answer<PowerFigures>;
  /** At the least launch power for the wanted word error rate. */
  readonly energy: Answer<EnergyFigures>;
}

/** Where neither the spec nor the caller names one. */
export const usualWordErrorRate = 1e-12;

const LEAST_POWER_W = 1e-12;
const LARGEST_POWER_W = 1e3;

/** Error rates above are as good as this one, so that powers can be looked for from far below. */
const HOPELESS = 0.49;

/**
 * Everything at once; the circuit must be checked. Each figure says what it used, or why it is not there;
 * only what is counted is there for a circuit whose neurons the technology has not. `known`: its model, for those
 * who have it already.
 */
export function* budgetSteps(circuit: Circuit, options: BudgetOptions, known: NoiseModel | null = null): Steps<Budget> {
  const { technology, symbolRateBd, launchPowerW = 1e-3, wordErrorRate = usualWordErrorRate } = options;
  const foreign = withoutNeurons(circuit, technology)?.message ?? null;
  const model: NoiseModel =
    foreign === null ? (known ?? (yield* noiseModelSteps(circuit))) : { kind: "none", reason: foreign };
  const work = { done: 0 };
  const hardware = countHardware(circuit);
  const drive = (reading: Reading): LaunchedLight => launchedLight(reading, launchPowerW, symbolRateBd);
  const answer = <T>(compute: (reading: Reading) => T): Answer<T> =>
    answerOf(technology, (reading) => {
      if (foreign !== null) throw notReached(foreign);
      return compute(reading);
    });
  const light = answer((reading) => followLight(circuit, partFigures(reading)));
  const waterfalls = answer((reading) => waterfallsOf(circuit, reading));
  const time = mapped(light, timeFigures);
  const rate =
    time.kind === "not-computed"
      ? time
      : yield* counted(
          work,
          answerSteps(technology, (reading) => {
            if (model.kind === "none") throw notReached(model.reason);
            return symbolRateSteps(model, reading, symbolRateBd, wordErrorRate, time.value);
          }),
        );
  const tooFast = whyTooFast(rate, symbolRateBd);
  const settled = tooFast === null ? model : ({ kind: "none", reason: tooFast } as const);
  const noise = yield* counted(
    work,
    answerSteps(technology, function* (reading): Steps<NoiseFigures> {
      const { neuron, receiver, bandwidthHz, noise } = detectionsOf(circuit, reading, drive(reading));
      return { neuron, receiver, bandwidthHz, ...(yield* wordErrorSteps(settled, noise)) };
    }),
  );
  // q grows about as the root of the power
  const q = noise.kind === "value" ? qOfError(Math.min(HOPELESS, noise.value.wordErrorRate)) : 1;
  const closer = (qOfError(wordErrorRate) / Math.max(q, 1)) ** 2;
  const least = (of: "launchPowerW" | "oscillatorPowerW", limit: string): Steps<Answer<number>> =>
    counted(
      work,
      answerSteps(technology, function* (reading) {
        function* surplus(powerW: number): Steps<number> {
          const driven = { ...drive(reading), [of]: powerW };
          const found = yield* wordErrorSteps(settled, detectionsOf(circuit, reading, driven).noise);
          return qOfError(Math.min(HOPELESS, found.wordErrorRate)) - qOfError(wordErrorRate);
        }
        const power = yield* leastPowerSteps(surplus, LEAST_POWER_W, LARGEST_POWER_W, drive(reading)[of] * closer);
        if (power === null) throw notReached(limit);
        return power;
      }),
    );
  const none = `gives a word error rate of ${wordErrorRate}`;
  const launchPower = yield* least("launchPowerW", `no launch power ${none}: the remaining noise grows with the light`);
  const oscillatorPower: Answer<number> =
    options.withOscillator === false
      ? notComputed("nobody asked for it")
      : yield* least("oscillatorPowerW", `no oscillator ${none} at that launch power`);
  const power = answer((reading) => powerFigures(circuit, hardware, model, reading, drive(reading)));
  const energy =
    launchPower.kind === "not-computed"
      ? launchPower
      : answer((reading) => {
          for (const key of launchPower.uses) reading.value(key);
          const driven = launchedLight(reading, launchPower.value, symbolRateBd);
          const { electrical } = powerFigures(circuit, hardware, model, reading, driven);
          return energyFigures(circuit, reading, electrical, driven);
        });
  return {
    circuit: circuit.name,
    technology: technology.name,
    symbolRateBd,
    launchPowerW,
    wantedWordErrorRate: wordErrorRate,
    compensated: losesLight(circuit.sections),
    hardware,
    size: null,
    figures: {
      "word-error-rate": figure(mapped(noise, (figures) => figures.wordErrorRate)),
      "launch-power": figure(launchPower),
      "path-loss": figure(
        mapped(waterfalls, (all) => all[0]?.lossDb ?? 0),
        waterfalls.kind === "value" ? lossParts(waterfalls.value[0]) : [],
      ),
      latency: figure(
        mapped(time, (figures) => figures.latencyS),
        time.kind === "value" ? partsOf(answer((reading) => latencyParts(time.value, reading))) : [],
      ),
      "heater-power": figure(answer((reading) => hardware.heatersPi * reading.value("heater-power-pi"))),
      "energy-per-word": figure(
        mapped(energy, ({ joulesPerWord }) => joulesPerWord),
        energy.kind === "value" ? energy.value.parts : [],
      ),
      area: figure(
        answer((reading) => coveredArea(hardware, reading)),
        partsOf(answer((reading) => areaParts(hardware, reading))),
      ),
      crossings: losesLight(circuit.sections)
        ? plainFigure(hardware.crossings)
        : notComputed("the circuit was compiled without losses: its lanes have no places"),
      mzis: plainFigure(hardware.mzis),
    },
    waterfalls,
    noise,
    oscillatorPower,
    time,
    rate,
    power,
    energy,
  };
}

/** Times that the noise is followed through the circuit in a budget, about: once for itself, and in two searches for a least power. */
const USUAL_ROUNDS = 25;

/** Steps of rounds through the circuit as steps of the whole, whose end is guessed: searches end when they end. */
function* counted<T>(work: { done: number }, steps: Steps<T>): Steps<T> {
  return yield* within(steps, (inner) => {
    work.done += 1;
    return { ...inner, done: work.done, total: Math.max(USUAL_ROUNDS * inner.total, work.done) };
  });
}

/** Word error rate from noise alone, whatever the bandwidths of the parts, at a launch power in W; null where a figure is missing. */
export function* noiseAloneSteps(
  circuit: Circuit,
  model: NoiseModel,
  technology: Technology,
  symbolRateBd: number,
  launchPowerW: number,
): Steps<number | null> {
  const found = yield* answerSteps(technology, (reading) => {
    const light = launchedLight(reading, launchPowerW, symbolRateBd);
    return wordErrorSteps(model, detectionsOf(circuit, reading, light).noise);
  });
  return found.kind === "value" ? found.value.wordErrorRate : null;
}

/** What that noise does; throws what `answerSteps` catches where it cannot be said. */
function* wordErrorSteps(
  model: NoiseModel,
  noise: CircuitNoise,
): Steps<Pick<NoiseFigures, "method" | "wordErrorRate" | "decisions">> {
  switch (model.kind) {
    case "states":
      return { method: "bound", ...(yield* errorBoundSteps(model.plan, noise)) };
    case "words":
      yield { done: 0, total: 1, unit: "words", wrong: null };
      return { method: "sampled", wordErrorRate: meanReadingError(model.plan, noise), decisions: [] };
    case "none":
      throw notReached(model.reason);
  }
}

function waterfallsOf(circuit: Circuit, reading: Reading): Waterfall[] {
  const fibreDb = arrivalLoss(reading);
  const { paths } = followLight(circuit, partFigures(reading), fibreDb);
  const couplerDb = reading.value("coupler-loss");
  const all = paths.map((path): Waterfall => {
    const fibreInDb = path.fromKind === "neuron" ? 0 : fibreDb;
    const fibreOutDb = path.toKind === "receiver" ? fibreDb : 0;
    return { path, fibreInDb, fibreOutDb, couplerDb, lossDb: fibreInDb + path.lossDb + fibreOutDb + couplerDb };
  });
  return all.sort((a, b) => b.lossDb - a.lossDb);
}

function timeFigures({ latencyS, neuronsInSeries, meetings }: LightPaths): TimeFigures {
  const skewS = meetings[0]?.skewS ?? 0;
  return { latencyS, neuronsInSeries, skewS, skewAt: skewS === 0 ? null : meetings[0]!.mesh };
}

export function powerFigures(
  circuit: Circuit,
  hardware: Hardware,
  model: NoiseModel,
  reading: Reading,
  drive: LaunchedLight,
): PowerFigures {
  const light = lightPower(circuit, hardware, reading, drive, sentFields(circuit, model));
  const electrical = electricalPower(circuit, hardware, reading, drive, light);
  return { electrical, light };
}

/** The largest field that each neuron sends on, in every reachable state or sampled word, in the order of the file. */
export function sentFields(circuit: Circuit, model: NoiseModel): number[] {
  if (model.kind === "none") throw notReached(model.reason);
  const sent = new Map<number, number>();
  const { plan } = model;
  const parts = "stages" in plan ? plan.stages : [{ ...plan, rows: plan.words }];
  for (const { slice, before, rows } of parts) {
    for (const [a, { step, gain, range }] of slice?.activations.entries() ?? []) {
      const most = before.subarray(a * rows, (a + 1) * rows).reduce((largest, field) => Math.max(largest, field), 0);
      sent.set(step, sentBy(gain, range, most));
    }
  }
  return circuitSteps(circuit).flatMap(({ kind }, step) => (kind === "neuron" ? [sent.get(step) ?? 0] : []));
}

/** Why noise is not followed: at this rate words are wrong without it. */
function whyTooFast(rate: Answer<RateFigures>, symbolRateBd: number): string | null {
  if (rate.kind === "not-computed" || rate.value.stream.wrong === 0) return null;
  const { stream, largestSymbolRateBd } = rate.value;
  const wrong = percent(stream.wrong / stream.words);
  return `${wrong} of random words are wrong at ${measured(symbolRateBd, "Bd")}; the parts allow ${measured(largestSymbolRateBd, "Bd")}`;
}

/** What makes a word late: the most neurons in a row, and the light between them. */
function latencyParts({ latencyS, neuronsInSeries }: TimeFigures, reading: Reading): readonly FigurePart[] {
  const neuronsS = neuronsInSeries * reading.value("neuron-delay");
  return [
    { name: `${neuronsInSeries} neurons in a row`, value: neuronsS, of: "neuron-delay" },
    { name: "devices and waveguides", value: Math.max(0, latencyS - neuronsS), of: "group-index" },
  ];
}

function partsOf(answer: Answer<readonly FigurePart[]>): readonly FigurePart[] {
  return answer.kind === "value" ? answer.value : [];
}

/** What a path loses, by where. */
function lossParts(worst: Waterfall | undefined): FigurePart[] {
  if (worst === undefined) return [];
  const { path, fibreInDb, fibreOutDb, couplerDb } = worst;
  return [
    { name: "MZIs", value: path.mziLossDb },
    { name: "phase shifters", value: path.phaseLossDb },
    { name: "waveguides and crossings", value: path.waveguideLossDb },
    { name: "fibre couplings", value: fibreInDb + fibreOutDb },
    { name: "couplers to oscillators", value: couplerDb },
  ];
}

function figure(answer: Answer<number>, parts: readonly FigurePart[] = []): Figure {
  return answer.kind === "value" ? { ...answer, parts } : answer;
}
