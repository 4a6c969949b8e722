import { type BlockRow, derived, type Rows, type SettingRow } from "./row.ts";
import type { Bound, Metric } from "./spec.ts";
import type { Dimension } from "./units.ts";

/** What is written behind a metric's name, or null where nothing is asked of it. */
type Requirements = Readonly<Record<Metric, Bound | null>>;

/** The metrics, in the order in which they are checked and printed. */
export const requirementRows: Rows<Requirements> = {
  "word-error-rate": keep("word-error-rate <= 1e-12", 1, null, "Wrong words among all, from noise."),
  "launch-power": keep(
    "launch-power <= 3 dBm",
    1000,
    "power",
    "Light that the word error rate asks for: one symbol of one worker at its highest level.",
  ),
  "path-loss": keep("path-loss <= 15 dB", 1000, "power ratio", "Of the worst path from light to a neuron or receiver."),
  latency: keep("latency <= 5 ns", 1, "time", "From the workers' light to the receivers, along the longest path."),
  "heater-power": keep("heater-power <= 3 W", 1e6, "power", "Of all heaters together."),
  "energy-per-word": keep(
    "energy-per-word <= 500 pJ",
    1,
    "energy",
    "Electrical, of one averaged word at the launch power it needs; transmitters and receivers included.",
  ),
  area: keep("area <= 25 mm2", 10, "area", "Of the chip."),
  crossings: keep("crossings <= 150", 1e9, null, "Of waveguides."),
  mzis: keep("mzis <= 90", 1e9, null, "Of the whole circuit."),
  "temperature-range": keep(
    "temperature-range >= 0.05 K",
    1e3,
    "temperature",
    "Of the chip, from the lowest to the highest, with phases as they were set.",
  ),
  "laser-drift": keep("laser-drift >= 0.2 GHz", 1e14, "frequency", "To either side, with phases as they were set."),
  "fibre-mismatch": keep(
    "fibre-mismatch >= 0.1 m",
    1e6,
    "length",
    "Difference of the workers' fibre lengths that the laser's linewidth allows (word error rate kept).",
  ),
  extinction: keep(
    "extinction <= 25 dB",
    200,
    "power ratio",
    "Of transmitters and neurons, highest over lowest level, that every word is right with; each may leak at any phase.",
  ),
  availability: keep(
    "availability >= 99.9 %",
    1,
    "ratio",
    "Share of time that single faults leave, by rates of failure and times of repair; `optinc faults` lists them.",
  ),
  yield: keep(
    "yield >= 99 % at phase 0.005 rad, splitter 1 %",
    1,
    "ratio",
    "Share of simulated chips that read every word right. `at` names the only errors left after the bring-up: standard deviations of " +
      "every phase and of every 50:50 coupler's share of power (1 %: 51:49). Without `at`, the technology gives all errors.",
  ),
};

export const metrics: readonly Metric[] = Object.keys(requirementRows).filter(isMetric);

function isMetric(name: string): name is Metric {
  return Object.hasOwn(requirementRows, name);
}

/** The example says the name, and which side is asked for. */
function keep(example: string, maximum: number, dimension: Dimension | null, doc: string): SettingRow<Bound | null> {
  const name = example.split(" ")[0]!;
  const relation = example.includes(">=") ? ">=" : "<=";
  const whole = dimension === null && maximum > 1;
  return {
    name,
    shape: { kind: "bound", relation, whole, minimum: 0, maximum, dimension, errors: example.includes(" at ") },
    fallback: derived("no requirement"),
    example,
    doc,
  };
}

export const requireBlock: BlockRow = {
  name: "require",
  variant: null,
  settings: Object.values(requirementRows),
  blocks: [],
  fallback: "nothing is required",
  example: "require { word-error-rate <= 1e-12; latency <= 5 ns }",
  doc:
    "What the circuit has to keep, under its technology and at its symbol rate. `compile` and `verify --spec` check each; one " +
    "that is missed, or whose figure cannot be computed, fails.",
};
