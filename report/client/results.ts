import { UNREADABLE } from "../../netlist/index.ts";
import { shown } from "../page/table.ts";
import { aboveThreshold, neuronState, rangeOf } from "../player/decision.ts";
import { byId, make } from "./dom.ts";
import type { Chip, Passage, Playing } from "./model.ts";

type Value = string | number;
export type ResultRows = readonly (readonly Value[])[];

/** Rows of a table that are drawn; CSV has all of them. */
const mostRows = 200;

/** What came out, in a sentence or two, and whether any of it is wrong. */
export function resultText(
  { circuit }: Chip,
  { words, wanted, ideal, sample }: Playing,
): { readonly nodes: Node[]; readonly wrong: boolean } {
  const wrongOf = ({ reading }: Passage): number => reading.words.filter((word) => word !== wanted.word).length;
  const ringWrong = wanted.ring.some((word) => word !== wanted.word);
  const say = (name: string, passage: Passage): Node => {
    const wrong = wrongOf(passage);
    const first = passage.reading.words[0]!;
    const text =
      wrong === 0
        ? `${name}: every worker receives ${first}.`
        : `${name}: ${wrong} of ${words.length} workers receive another word${words.length <= 8 ? `: ${passage.reading.words.map(wordText).join(", ")}` : ""}.`;
    return make("p", {}, text);
  };
  const mean = wanted.sum / circuit.aggregate.workers;
  const nodes = [
    make(
      "p",
      {},
      circuit.aggregate.rounding === "none" ? "The exact sum is " : "The rounded mean is ",
      make("span", { class: "word" }, String(wanted.word)),
      ` (${wanted.sum} / ${words.length} = ${Number(mean.toFixed(3))}).`,
    ),
    say("The ideal chip", ideal),
    ...(sample === null ? [] : [say(`Chip sample ${sample.number}`, sample)]),
    make(
      "p",
      {},
      ringWrong ? "The ring all-reduce says otherwise." : `The ring all-reduce, executed: ${wanted.ring[0]!}.`,
    ),
  ];
  return { nodes, wrong: wrongOf(ideal) > 0 || (sample !== null && wrongOf(sample) > 0) };
}

export function wordRows({ circuit }: Pick<Chip, "circuit">, { words, wanted, ideal, sample }: Playing): ResultRows {
  const head = [
    "worker",
    "sent",
    "received",
    ...(sample === null ? [] : [`received, chip sample ${sample.number}`]),
    circuit.aggregate.rounding === "none" ? "exact sum" : "rounded mean",
    "ring",
  ];
  return [
    head,
    ...words.map((word, worker) => [
      worker,
      word,
      wordText(ideal.reading.words[worker]!),
      ...(sample === null ? [] : [wordText(sample.reading.words[worker]!)]),
      wanted.word,
      wanted.ring[worker]!,
    ]),
  ];
}

export function receiverRows({ ideal, sample }: Playing): ResultRows {
  const read = ["read", "value, levels", "from another level, levels"];
  const head = ["receiver", "worker", "symbol", "wanted", ...read];
  return [
    sample === null ? head : [...head, ...of("chip sample", read)],
    ...ideal.reading.receivers.map(({ name, worker, symbol, wanted }, i) => {
      const readings = sample === null ? [ideal.reading] : [ideal.reading, sample.reading];
      const found = readings.map(({ receivers }) => receivers[i]!);
      const values = found.flatMap(({ level, value, distance }) => [levelText(level), value, distance]);
      return [name, worker, symbol, wanted, ...values];
    }),
  ];
}

export function neuronRows(chip: Chip, { ideal, sample }: Playing): ResultRows {
  const columns = (passage: Passage, step: number): readonly Value[] => {
    const above = aboveThreshold(passage, step);
    const unit = chip.comparators.get(step)?.fieldPerGridStep;
    return [neuronState(above, rangeOf(passage, step)), above, unit === undefined ? "" : above / unit];
  };
  const more =
    sample === null ? [] : [`chip sample ${sample.number}`, ...of("chip sample", ["from threshold, field", "LSB"])];
  return [
    ["neuron", "comparator of", "ideal", "from threshold, field", "LSB", ...more],
    ...chip.neurons.map((step) => {
      const cell = chip.comparators.get(step)?.cell ?? "";
      const passages = sample === null ? [ideal] : [ideal, sample];
      return [chip.parts.names[step]!, cell, ...passages.flatMap((passage) => columns(passage, step))];
    }),
  ];
}

function of(what: string, names: readonly string[]): readonly string[] {
  return names.map((name) => `${what}: ${name}`);
}

/** Every device with its settings and the fields behind its ports, strength and phase in degrees; of the chip where one is drawn. */
export function deviceRows(chip: Chip, { trace }: Passage): ResultRows {
  const field = (place: number): readonly Value[] => [
    Math.hypot(trace.re[place]!, trace.im[place]!),
    (Math.atan2(trace.im[place]!, trace.re[place]!) * 180) / Math.PI,
  ];
  const rows = chip.parts.parts.flatMap((part, step): Value[][] => {
    if (part.kind !== "device") return [];
    const { device } = part;
    const theta = "thetaRad" in device ? device.thetaRad : "";
    const phi = "phiRad" in device ? device.phiRad : "";
    const lossDb = 0 - 20 * Math.log10(device.fieldFactor ?? 1);
    const second = device.kind === "mzi" ? field(2 * step + 1) : ["", ""];
    return [[chip.parts.names[step]!, device.kind, theta, phi, lossDb, ...field(2 * step), ...second]];
  });
  const fields = ["field out", "phase out, deg", "field out, lower", "phase out, lower, deg"];
  return [["device", "kind", "theta, rad", "phi, rad", "loss, dB", ...fields], ...rows];
}

/** Fills a table of the page; `link` makes a button of the first cell of a row. */
export function fillTable(
  name: string,
  [head = [], ...rows]: ResultRows,
  link: ((row: number) => () => void) | null,
  bad: (row: readonly Value[]) => boolean,
): void {
  byId(`${name}-head`, "thead").replaceChildren(
    make("tr", {}, ...head.map((text) => make("th", { scope: "col" }, String(text)))),
  );
  const drawn = rows.slice(0, mostRows).map((row, r) => {
    const cells = row.map((value, c) => {
      if (typeof value === "number") return make("td", { class: "number" }, shown(value));
      if (c > 0 || link === null) return make("td", {}, value);
      const button = make("button", { type: "button", class: "csv-none" }, value);
      button.addEventListener("click", link(r));
      return make("td", {}, button);
    });
    return make("tr", bad(row) ? { class: "bad" } : {}, ...cells);
  });
  const left = rows.length - drawn.length;
  const more =
    left > 0 ? [make("tr", {}, make("td", { colspan: String(head.length) }, `and ${left} more, in the CSV`))] : [];
  byId(`${name}-body`, "tbody").replaceChildren(...drawn, ...more);
}

function wordText(word: number): Value {
  return Number.isNaN(word) ? "unreadable" : word;
}

function levelText(level: number): Value {
  return level === UNREADABLE ? "unreadable" : level;
}
