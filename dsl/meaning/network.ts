import { constructedRows, importedRows, networkBlocks, perceptronFields, trainedRows } from "../language/network.ts";
import { fallbackOf } from "../language/row.ts";
import type { ApproximateSpec, ConstructedNetworkSpec, NetworkSpec, TrainedNetworkSpec } from "../language/spec.ts";
import { error, type Report } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import { counted } from "../report/numerals.ts";
import { anew, leavingOut } from "./advice.ts";
import { type Noted, readSettings, type Settings, valueIn } from "./settings.ts";
import type { InnerBlock, Written } from "./written.ts";

/** Inputs of a perceptron where nothing is said, unless the word has fewer symbols. */
const usualInputs = 4;

/**
 * What the network block says, with defaults filled in; `symbols` of a word are null when they are not known. Null when
 * a setting that must be written is missing, which was reported.
 */
export function toNetwork(
  written: Written<InnerBlock> | undefined,
  symbols: number | null,
  defaults: string[],
  report: Report,
): NetworkSpec | null {
  if (written === undefined) defaults.push(`network ${networkBlocks[0]!.fallback}`);
  const settings: Settings = written?.value?.reading.settings ?? new Map();
  const noted: Noted = { prefix: "network ", defaults };
  switch (kindOf(written)) {
    case "constructed":
      return toConstructed(settings, noted, report);
    case "trained":
      return toTrained(settings, symbols, noted, report);
    case "imported": {
      const values = readSettings(importedRows, settings, {}, noted);
      return values && { kind: "imported", ...values };
    }
    default:
      throw new RangeError(`no kind of network: ${written?.value?.row.variant}`);
  }
}

/** The kind that is written; constructed where there is none, or a refused one. */
export function kindOf(written: Written<InnerBlock> | undefined): string {
  return written?.value?.row.variant ?? "constructed";
}

function toConstructed(settings: Settings, noted: Noted, report: Report): ConstructedNetworkSpec | null {
  const neuron = valueIn(constructedRows.neuron, settings) ?? fallbackOf(constructedRows.neuron);
  const threshold = neuron === "relu" ? "optical" : "electronic";
  const values = readSettings(constructedRows, settings, { threshold }, noted);
  if (values === null) return null;
  const written = settings.get(constructedRows.threshold.name);
  if (neuron === "relu" && values.threshold === "electronic" && written !== undefined) {
    const by = settings.get(constructedRows.neuron.name);
    const message = "rectifiers have no electronic threshold";
    const labels: [Span, string][] = [[written.span, "an offset in the neuron"]];
    if (by !== undefined) labels.push([by.span, "decides at no light"]);
    const help = "take `threshold optical`, or `neuron saturating`";
    error(report, "OPT0233", message, labels, {
      help,
      fixes: anew(["threshold optical", "neuron saturating"], settings, report),
    });
  }
  const rests = settings.get(constructedRows.rests.name);
  if (values.threshold === "optical" && values.rests === "amplified" && rests !== undefined) {
    const message = "rests are amplified by neurons with electronic thresholds";
    const labels: [Span, string][] = [[rests.span, "a corner below no light"]];
    const by = settings.get(constructedRows.neuron.name) ?? settings.get(constructedRows.threshold.name);
    if (by !== undefined) labels.push([by.span, "decides at no light"]);
    const help = "take `rests direct`, or `neuron saturating` with `threshold electronic`";
    error(report, "OPT0233", message, labels, { help, fixes: anew(["rests direct"], settings, report) });
  }
  return { kind: "constructed", ...values };
}

function toTrained(
  settings: Settings,
  symbols: number | null,
  noted: Noted,
  report: Report,
): TrainedNetworkSpec | null {
  const analogInputs = mergedCount(symbols ?? usualInputs, Math.min(symbols ?? usualInputs, usualInputs));
  const taken: string[] = [];
  const values = readSettings(trainedRows, settings, { analogInputs, threads: null }, { ...noted, defaults: taken });
  const isOfCells = values?.structure === "cells";
  const silent = isOfCells ? perceptronFields.map((field) => `${noted.prefix}${trainedRows[field].name} `) : [];
  noted.defaults.push(...taken.filter((line) => !silent.some((setting) => line.startsWith(setting))));
  if (values === null) return null;
  checkLayers(settings, values.approximate, values.hidden.length + 1, report);
  checkInputs(settings, symbols, report);
  if (isOfCells) checkCells(settings, values.approximate, report);
  return { kind: "trained", ...values };
}

function checkLayers(settings: Settings, approximate: ApproximateSpec, layers: number, report: Report): void {
  if (approximate.kind !== "layers" || approximate.last <= layers) return;
  const written = settings.get(trainedRows.approximate.name)!;
  const labels: [Span, string][] = [[written.span, `layers 1 to ${layers} exist`]];
  const hidden = settings.get(trainedRows.hidden.name);
  if (hidden !== undefined) labels.push([hidden.span, `makes ${layers} layers`]);
  const message = `layer ${approximate.last} does not exist`;
  error(report, "OPT0222", message, labels, "layers count from 1, and there is one more than hidden widths");
}

/** What would be written in vain; `approximate none` says what holds anyway. */
function checkCells(settings: Settings, approximate: ApproximateSpec, report: Report): void {
  const structure = settings.get(trainedRows.structure.name);
  for (const field of perceptronFields) {
    const { name } = trainedRows[field];
    const written = settings.get(name);
    if (written === undefined || (field === "approximate" && approximate.kind === "none")) continue;
    const labels: [Span, string][] = [[written.span, "of a perceptron"]];
    if (structure !== undefined) labels.push([structure.span, "no perceptron"]);
    const help = `take \`structure perceptron\`, or leave \`${name}\` out`;
    const advice = { help, fixes: leavingOut(name, written.whole, false, report) };
    error(report, "OPT0234", `\`${name}\` does nothing to a network of cells`, labels, advice);
  }
}

/** Inputs that come of merging groups of ceil(symbols / wanted) symbols. */
function mergedCount(symbols: number, wanted: number): number {
  return Math.ceil(symbols / Math.ceil(symbols / wanted));
}

function checkInputs(settings: Settings, symbols: number | null, report: Report): void {
  const inputs = valueIn(trainedRows.analogInputs, settings);
  if (inputs === null || symbols === null || mergedCount(symbols, inputs) === inputs) return;
  const counts = Array.from({ length: symbols }, (_, i) => i + 1).filter((k) => mergedCount(symbols, k) === k);
  const [merge, made] = symbols === 1 ? ["merges", "input"] : ["merge", "inputs"];
  const label = `${counted(symbols, "symbol")} ${merge} into ${counts.join(", ")} ${made}`;
  const { span } = settings.get(trainedRows.analogInputs.name)!;
  error(report, "OPT0209", `\`analog-inputs ${inputs}\` is out of range`, [[span, label]], null);
}
