import type { Robustness, Summary } from "./figures.ts";
import type { FileEntry } from "./manifest.ts";
import { grouped } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/** The summary of a compile for people. `directory` as the user would type it. */
export function summaryText(
  summary: Summary,
  directory: string,
  files: readonly FileEntry[],
  paint: Terminal["paintOut"],
): string {
  const rows: [string, string][] = [
    ["workers", `${summary.workers}`],
    ["word", wordText(summary)],
    ["levels", `${summary.levels} (${Math.log2(summary.levels)} bits a symbol)`],
    ["rounding", summary.rounding],
    ["network", networkText(summary)],
    ["exact", exactText(summary)],
    ["MZIs", mzisText(summary.devices)],
    ["depth", `${grouped(summary.devices.depthMzis)} MZI columns, ${summary.network.layers} layers`],
    ["nonlinear", `${grouped(summary.devices.neurons)} elements, largest gain ${figure(summary.devices.largestGain)}`],
    ["reference", `${figure(summary.light.referencePower)} x the highest launch power of one symbol of one worker`],
    ["receivers", `scale ${figure(summary.light.receiverLevelsPerField)} levels per unit of field`],
    ["margin", marginText(summary)],
    ["robustness", robustnessText(summary.robustness)],
    ["defaults", summary.defaults.length === 0 ? "none taken" : summary.defaults.join("; ")],
    ["files", files.map((file) => `${file.name} ${sizeText(file.bytes)}`).join(", ")],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  const body = rows.map(([label, text]) => `  ${paint.dim(label.padEnd(width))}  ${text}\n`).join("");
  return `${paint.bold(summary.name)} -> ${directory}\n${body}`;
}

function wordText({ precisionBits, signed, symbols }: Summary): string {
  const form = signed ? "signed (offset-binary on the fibre)" : "unsigned";
  return `${precisionBits} ${precisionBits === 1 ? "bit" : "bits"}, ${form}, ${symbols} ${symbols === 1 ? "symbol" : "symbols"}`;
}

function networkText({ network }: Summary): string {
  if (network.kind !== "constructed") return (network as Summary["network"]).kind;
  return `constructed, margin ${network.margin}: weights follow from the arithmetic of the mean, nothing is trained`;
}

function exactText({ proof }: Summary): string {
  const { states, cells } = proof;
  return `proved on the devices: ${grouped(states)} reachable states of ${cells} cells, which compose to the rounded mean`;
}

function mzisText(devices: Summary["devices"]): string {
  const parts = `ONN ${grouped(devices.mzisOnn)}, rails ${grouped(devices.mzisRails)}, P ${grouped(devices.mzisCombine)}, T ${grouped(devices.mzisBroadcast)}`;
  const paper = devices.mzisPaper === null ? "" : `; the paper's approximated design has ${grouped(devices.mzisPaper)}`;
  return `${grouped(devices.mzis)} (${parts})${paper}`;
}

function marginText({ proof }: Summary): string {
  const comparators = Number.isFinite(proof.comparatorMargin)
    ? `${figure(proof.comparatorMargin)} grid steps at the comparators, `
    : "";
  return `${comparators}${figure(proof.receiverMargin)} levels at the receivers`;
}

export function robustnessText(robustness: Robustness): string {
  if (robustness.kind === "skipped") return `not simulated: ${robustness.reason}`;
  const [first] = robustness.reports;
  if (first === undefined) return "not simulated";
  const shares = robustness.reports.map((report) => `${report.perfectChips} at ${report.sigmaRad} rad`).join(", ");
  const fewer = first.chips < robustness.chipsWanted ? ` (fewer than ${robustness.chipsWanted}: a large circuit)` : "";
  return `of ${first.chips} chips${fewer} with random phase errors, without a wrong word: ${shares} (seed ${first.seed})`;
}

/** Four significant digits, without trailing zeros. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
