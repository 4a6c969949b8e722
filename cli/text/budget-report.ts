import { counted, figure, grouped, measured, percent } from "../../dsl/index.ts";
import { textTable } from "../../formats/index.ts";
import {
  type Answer,
  type Budget,
  type Coherence,
  type CrossingCrosstalk,
  type Drift,
  dbm,
  type ElectricalPower,
  type Extinction,
  type Figure,
  type FigurePart,
  type Hardware,
  type MatchedLight,
  type NoiseFigures,
  type NoiseSample,
  type RateFigures,
  type Sensitivity,
  sizeText,
  type Waterfall,
} from "../../physics/index.ts";
import type { Terminal } from "./terminal.ts";

/** What `optinc budget` found of one circuit. */
export interface BudgetResult {
  readonly budget: Budget;
  readonly sensitivities: readonly Sensitivity[];
  readonly monteCarlo: NoiseSample | null;
  /** Null where nothing crosses. */
  readonly crosstalk: Answer<CrossingCrosstalk> | null;
  /** Null where the circuit has no lengths. */
  readonly drift: Answer<Drift> | null;
  readonly matched: Answer<MatchedLight> | null;
  /** Null where there is no drift. */
  readonly coherence: Answer<Coherence> | null;
  readonly extinction: Extinction;
  /** Why it could not be computed; null where it was, or was not wanted. */
  readonly withoutMonteCarlo: string | null;
}

type Row = [label: string, text: string];

/** Everything on one screen. */
export function budgetText(result: BudgetResult, paint: Terminal["paintOut"]): string {
  const { budget } = result;
  const rows: Row[] = [
    ...errorRows(result),
    ...lossRows(budget),
    ...crosstalkRows(result),
    ...driftRows(result),
    ...matchedRows(result),
    ...coherenceRows(result),
    ["extinction", extinctionText(result.extinction)],
    ...timeRows(budget),
    ...powerRows(budget),
    [
      "area",
      answered(budget.figures.area, (value) => `${figure(value * 1e6)} mm2 covered by MZIs, neurons and waveguides`),
    ],
    ["hardware", hardwareText(budget.hardware)],
    ...placementRows(budget),
    ...sensitivityRows(result.sensitivities),
  ];
  const body = textTable(rows, "all", paint.dim).join("\n");
  const { circuit, technology, symbolRateBd, launchPowerW } = budget;
  const at = `${measured(symbolRateBd, "Bd")}, ${figure(dbm(launchPowerW))} dBm a symbol at its highest level`;
  return `${paint.bold(`${circuit} in ${technology}`)}, ${at}\n${body}\n`;
}

/** The lines of it that stand in the summary of a compile. */
export function budgetLines(budget: Budget): Row[] {
  const { figures, noise, waterfalls, time, rate, power } = budget;
  return [
    [
      "errors",
      `${answered(noise, wordErrorText)}; ${answered(figures["launch-power"], (value) => `${powerText(value)} a symbol for ${budget.wantedWordErrorRate}`)}`,
    ],
    ["loss", answered(waterfalls, ([worst]) => (worst === undefined ? "no path" : lossText(worst)))],
    ["time", answered(time, ({ latencyS, skewS }) => `latency ${seconds(latencyS)}, skew ${seconds(skewS)}`)],
    ["symbol rate", answered(rate, (figures) => rateText(figures, budget.symbolRateBd))],
    ["power", answered(power, ({ electrical }) => electricalText(electrical))],
    ["hardware", hardwareText(budget.hardware)],
    ...placementRows(budget),
  ];
}

function errorRows({ budget, monteCarlo, withoutMonteCarlo }: BudgetResult): Row[] {
  const { noise, figures, oscillatorPower, wantedWordErrorRate } = budget;
  const rows: Row[] = [
    ["word errors", answered(noise, wordErrorText)],
    [
      "needed",
      `for ${wantedWordErrorRate}: ${answered(figures["launch-power"], (value) => `launch ${powerText(value)} a symbol`)}; or ${answered(oscillatorPower, (value) => `oscillators of ${powerText(value)} at this launch`)}`,
    ],
    ["noise", answered(noise, noiseText)],
  ];
  if (noise.kind === "value") {
    noise.value.decisions.slice(0, 4).forEach(({ kind, cell, name, state, distance, sigma, q }, i) => {
      const where = `${kind} ${cell}, ${name}, at ${state}`;
      rows.push([i === 0 ? "bottleneck" : "", `${figure(q)} sigma: ${where} (${figure(distance)} / ${figure(sigma)})`]);
    });
  }
  if (withoutMonteCarlo !== null) rows.push(["Monte Carlo", `none: ${withoutMonteCarlo}`]);
  if (monteCarlo !== null) {
    const { words, wanted, wrong, seed, computed, launchPowerW } = monteCarlo;
    const sent =
      words < wanted
        ? `${grouped(words)} random words (of ${grouped(wanted)} wanted)`
        : `${grouped(words)} random words`;
    const ratio = wrong === 0 ? "" : `, ${figure((computed * words) / wrong)} times as many`;
    rows.push([
      "Monte Carlo",
      `${grouped(wrong)} of ${sent} wrong through noisy devices at ${powerText(launchPowerW)} (seed ${seed}): ${(wrong / words).toExponential(2)}; computed ${computed.toExponential(2)}${ratio}`,
    ]);
  }
  return rows;
}

function wordErrorText({ wordErrorRate, method, decisions }: NoiseFigures): string {
  const rate = wordErrorRate > 1 ? "1 (nothing is promised)" : wordErrorRate.toExponential(2);
  if (method === "sampled")
    return `${rate}, the mean of sampled words with noise propagated linearly: an estimate, no bound`;
  const worst = decisions[0];
  return `at most ${rate} for any word${worst === undefined ? "" : `, worst ${worst.kind} ${worst.cell} at ${worst.state}`}`;
}

function noiseText({ neuron, receiver, bandwidthHz }: NoiseFigures): string {
  const amps = (value: number): string => `${figure(value * 1e6)} uA`;
  const parts = `shot ${amps(neuron.shotA)}, TIA ${amps(neuron.thermalA)}, RIN ${amps(neuron.rinA)}, dark ${amps(neuron.darkA)}`;
  const unit = `a unit of field is ${amps(neuron.currentPerUnitA)} at a neuron, ${amps(receiver.currentPerUnitA)} at a receiver`;
  return `${parts} in ${figure(bandwidthHz / 1e9)} GHz; ${unit}`;
}

function crosstalkRows({ crosstalk }: BudgetResult): Row[] {
  if (crosstalk === null) return [];
  const text = answered(
    crosstalk,
    ({ crossings, ratioDb, chips, rightChips, vectors, all, wrongShare, worstReceiverError, seed }) => {
      const words = wordsText(vectors, all);
      const wrong = wrongShare === 0 ? "" : `, ${percent(wrongShare)} of the words of all wrong`;
      const receivers =
        rightChips === 0 ? "" : `, receivers of those off by at most ${figure(worstReceiverError)} levels`;
      return `${counted(crossings, "crossing")} at ${figure(ratioDb)} dB, phases unknown: ${rightChips} of ${chips} chips right on ${words}${wrong}${receivers} (seed ${seed})`;
    },
  );
  return [["crosstalk", text]];
}

function driftRows({ drift }: BudgetResult): Row[] {
  if (drift === null) return [];
  const apart = answered(
    drift,
    ({ fibres: { phaseRad, mismatchM, temperatureKPerM } }) =>
      `right within ${figure(phaseRad)} rad: a worker's fibre ${figure(mismatchM * 1e3)} mm longer (laser linewidth); 1 m of it ${figure(temperatureKPerM * 1e3)} mK warmer`,
  );
  const text = answered(drift, ({ longestUm, phaseRad, temperatureK, frequencyHz, vectors, all }) => {
    const words = wordsText(vectors, all);
    const as = `${figure(temperatureK * 1e3)} mK of the chip or ${figure(frequencyHz / 1e6)} MHz of the laser`;
    return `${words} right within ${as}: ${figure(phaseRad)} rad in the longest waveguide, ${figure(longestUm / 1000)} mm`;
  });
  return [
    ["drift", text],
    ["fibres", apart],
  ];
}

/** Above this no lengths match light: it is rounding otherwise. */
const UNMATCHED_UM = 1;

function coherenceRows({ coherence, budget: { power } }: BudgetResult): Row[] {
  if (coherence === null) return [];
  const row = (label: string, text: (found: Coherence) => string): Row => [label, answered(coherence, text)];
  return [
    row("coherence", ({ points: [worst], matchingPerKelvinUm, matchingPerGigahertzUm }) =>
      worst === undefined
        ? "no light meets other light"
        : `${figure(Number((1e3 * worst.linewidthRad).toPrecision(3)))} mrad by linewidth where light differs most, by ${measured(worst.delayS, "s")} at ${worst.name}; ` +
          `${measured(matchingPerKelvinUm * 1e-6, "m")} of difference bear 1 K, ${measured(matchingPerGigahertzUm * 1e-6, "m")} 1 GHz`,
    ),
    row("locks", ({ lockBandwidthHz, polarisationDb }) => {
      const taken = power.kind === "value" ? `, ${milliwatts(power.value.electrical.locksW)} for all` : "";
      return `bandwidth of at least ${measured(lockBandwidthHz, "Hz")} a fibre${taken}; wrong polarisation costs ${figure(Number(polarisationDb.toPrecision(3)))} dB`;
    }),
    row("breaks first", ({ breaks }) =>
      breaks.map(({ what, afterS }) => `${what} after ${measured(afterS, "s")}`).join(", "),
    ),
  ];
}

function matchedRows({ matched, budget: { power } }: BudgetResult): Row[] {
  if (matched === null) return [];
  const mm = (um: number): string => `${figure(um / 1000)} mm`;
  const text = answered(matched, ({ workersUm, carriersUm, oscillatorsUm, mismatchUm, light }) => {
    if (mismatchUm > UNMATCHED_UM)
      return `not possible: light that is split and meets again differs by ${mm(mismatchUm)}`;
    const now = power.kind === "value" ? `, now ${milliwatts(power.value.light.totalW)}` : "";
    const first = `workers up to ${mm(workersUm)}, carriers ${mm(carriersUm)}, oscillators ${mm(oscillatorsUm)}`;
    return `no common drift counts if light first passes waveguide (${first}): ${milliwatts(light.totalW)} of light${now}`;
  });
  return [["matched", text]];
}

function extinctionText({ transmittersDb, neuronsDb, bothDb, quadratureDb, vectors, all }: Extinction): string {
  const ratio = (db: number | null): string => (db === null ? "above 70 dB" : `${figure(db)} dB`);
  const each = `transmitters of ${ratio(transmittersDb)} or neurons of ${ratio(neuronsDb)}`;
  return `${wordsText(vectors, all)} right with ${each}, both of ${ratio(bothDb)}; both of ${ratio(quadratureDb)} if they leak in quadrature`;
}

function wordsText(vectors: number, all: boolean): string {
  return all ? `all ${grouped(vectors)} vectors` : `${grouped(vectors)} random vectors`;
}

function lossRows({ waterfalls, compensated }: Budget): Row[] {
  if (waterfalls.kind === "not-computed") return [["loss", notComputed(waterfalls)]];
  const kinds = ["worker", "reference", "neuron"] as const;
  const ends = ["neuron", "receiver"] as const;
  const found = kinds.flatMap((from) =>
    ends.flatMap((to): Row[] => {
      const worst = waterfalls.value.find(({ path }) => path.fromKind === from && path.toKind === to);
      return worst === undefined ? [] : [[`${from} to ${to}`, lossText(worst)]];
    }),
  );
  const note: Row[] = compensated ? [] : [["", "compiled without a technology: its devices are lossless here"]];
  return found.map(([label, text], i): Row => [i === 0 ? "loss" : "", `${label}: ${text}`]).concat(note);
}

function lossText({ path, fibreInDb, fibreOutDb, couplerDb, lossDb }: Waterfall): string {
  const parts = [
    `${path.mzis} MZIs ${figure(path.mziLossDb)}`,
    `shifters ${figure(path.phaseLossDb)}`,
    `${path.crossings} crossings and ${figure(path.waveguideUm / 1000)} mm ${figure(path.waveguideLossDb)}`,
    `fibre ${figure(fibreInDb + fibreOutDb)}`,
    `coupler ${figure(couplerDb)}`,
  ];
  return `${figure(lossDb)} dB (${parts.join(", ")}), ${figure(path.splitDb)} dB shared out`;
}

function timeRows({ time, rate, symbolRateBd }: Budget): Row[] {
  if (time.kind === "not-computed") return [["time", notComputed(time)]];
  const { latencyS, neuronsInSeries, skewS, skewAt } = time.value;
  const skew = skewAt === null ? "no skew" : `skew ${seconds(skewS)} at ${skewAt}`;
  return [
    ["time", `latency ${seconds(latencyS)} through ${counted(neuronsInSeries, "neuron")}, ${skew}`],
    ["symbol rate", answered(rate, (figures) => rateText(figures, symbolRateBd))],
  ];
}

function rateText({ stream, largestSymbolRateBd, limitedBy, provedSymbolRateBd }: RateFigures, at: number): string {
  const { words, wrong, eye } = stream;
  const found =
    wrong > 0
      ? `${grouped(wrong)} of ${grouped(words)} random words wrong at ${measured(at, "Bd")}`
      : `eye ${percent(eye)} open at ${measured(at, "Bd")} (${grouped(words)} random words)`;
  const proved =
    provedSymbolRateBd === null
      ? "no rate is proved"
      : `every sequence is proved up to ${measured(provedSymbolRateBd, "Bd")}`;
  return `${found}, half open up to ${measured(largestSymbolRateBd, "Bd")} (${limitedBy}); ${proved}`;
}

function powerRows({ power, energy, figures }: Budget): Row[] {
  if (power.kind === "not-computed") return [["power", notComputed(power)]];
  const { electrical, light } = power.value;
  const designed = answered(figures["heater-power"], (watts) => `; heaters as designed ${figure(watts)} W`);
  const amplified = light.amplifiers > 0 ? ` and ${counted(light.amplifiers, "optical amplifier")}` : "";
  const lit = `workers ${milliwatts(light.workersW)}, reference ${milliwatts(light.referenceW)}, oscillators ${milliwatts(light.oscillatorsW)}, carriers ${milliwatts(light.carriersW)}`;
  return [
    ["light", `${milliwatts(light.totalW)} of ${counted(light.lasers, "laser")}${amplified}: ${lit}`],
    ["power", `${electricalText(electrical)}${designed}`],
    ...energyRows(energy),
  ];
}

/** Of a word by its parts, and those of an electronic switch. */
function energyRows(energy: Budget["energy"]): Row[] {
  if (energy.kind === "not-computed") return [["energy", notComputed(energy)]];
  const { launchPowerW, joulesPerWord, joulesPerBit, parts, switch: electronic } = energy.value;
  const at = `${measured(joulesPerWord, "J")} a word, ${measured(joulesPerBit, "J")} a bit, at ${powerText(launchPowerW)}`;
  const rows: Row[] = [["energy", `${at}: ${partsText(parts)}`]];
  if (electronic === null) return rows;
  const beside = `an electronic switch ${measured(electronic.joulesPerWord, "J")} a word: ${partsText(electronic.parts)}`;
  return [...rows, ["", beside]];
}

/** In pJ, the largest first. */
function partsText(parts: readonly FigurePart[]): string {
  const sorted = [...parts].sort((a, b) => b.value - a.value);
  return sorted.map(({ name, value }) => `${name} ${figure(value * 1e12)}`).join(", ");
}

function electricalText(power: ElectricalPower): string {
  const parts = [
    `heaters ${figure(power.heatersW)}`,
    `drivers ${figure(power.driversW)}`,
    `TIAs ${figure(power.amplifiersW)} and ${figure(power.receiversW)}`,
    `modulators ${figure(power.modulatorsW)}`,
    `transmitters ${figure(power.transmittersW)}`,
    `locks ${figure(power.locksW)}`,
    `lasers ${figure(power.lasersW)}`,
  ];
  return `${figure(power.totalW)} W (${parts.join(", ")})`;
}

function placementRows(budget: Budget): Row[] {
  const { hardware, size } = budget;
  const { placement, longestUm } = hardware;
  if (placement === null) return [];
  const { crossings, mostCrossed, wires, lanesUnderWires, rows, columns } = placement;
  const parts = [
    `${counted(crossings, "crossing")}${crossings === 0 ? "" : `, at most ${grouped(mostCrossed)} on a lane`}`,
    `${counted(wires, "neuron")} wired to another lane${wires === 0 ? "" : ` over ${grouped(lanesUnderWires)} lanes`}`,
    `longest waveguide ${figure(longestUm / 1000)} mm`,
    `${grouped(rows)} rows of lanes x ${counted(columns, "column")}`,
    ...(size === null ? [] : [`drawn on ${sizeText(size, budget)}`]),
  ];
  return [["placement", parts.join("; ")]];
}

export function hardwareText(hardware: Hardware): string {
  const parts = [
    `${counted(hardware.mzis, "MZI")} (${grouped(hardware.fixedCouplers)} of them fixed couplers)`,
    `${counted(hardware.heaters, "heater")} for ${counted(hardware.phasesDrawn, "phase")}`,
    counted(hardware.oscillators, "oscillator"),
    counted(hardware.carriers, "carrier"),
    counted(hardware.photodiodes, "photodiode"),
    `${grouped(hardware.amplifiers)} TIAs`,
    counted(hardware.modulators, "modulator"),
    counted(hardware.transmitters, "transmitter"),
    counted(hardware.dacChannels, "DAC channel"),
  ];
  return parts.join(", ");
}

function sensitivityRows(rows: readonly Sensitivity[]): Row[] {
  const worth = rows.filter(({ largest, kind }) => kind === "assumed" && largest >= 0.001).slice(0, 8);
  return worth.map(({ key, launchPower, electricalPower, latency, area }, i): Row => {
    const changes = { launch: launchPower, power: electricalPower, latency, area };
    const effects = Object.entries(changes).flatMap(([name, change]) =>
      Math.abs(change) < 0.0005 ? [] : [`${name} ${change > 0 ? "+" : ""}${percent(change)}`],
    );
    return [i === 0 ? "assumed" : "", `${key} + 10 %: ${effects.join(", ")}`];
  });
}

function answered<T>(answer: Answer<T> | (Figure & Answer<T>), text: (value: T) => string): string {
  return answer.kind === "value" ? text(answer.value) : notComputed(answer);
}

function notComputed({ reason }: { readonly reason: string }): string {
  return `not computed: ${reason}`;
}

/** Below a femtosecond there is rounding only. */
function seconds(value: number): string {
  return measured(value < 1e-15 ? 0 : value, "s");
}

function milliwatts(value: number): string {
  return `${figure(value * 1e3)} mW`;
}

function powerText(value: number): string {
  return `${figure(dbm(value))} dBm (${milliwatts(value)})`;
}
