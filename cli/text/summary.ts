import { counted, figure, grouped, measured, percent } from "../../dsl/index.ts";
import { textTable } from "../../formats/index.ts";
import { accuracyText, errorsText, type Robustness } from "../../toolchain/index.ts";
import { budgetLines, hardwareText } from "./budget-report.ts";
import type { Summary } from "./figures.ts";
import { requirementRows } from "./requirement-rows.ts";
import { shellWord } from "./shell-word.ts";
import type { Terminal } from "./terminal.ts";

/** The summary of a compile for people. `directory` as the user would type it; `cached`: the network was trained before. */
export function summaryText(
  summary: Summary,
  directory: string,
  files: readonly { readonly name: string; readonly bytes: number }[],
  cached: boolean,
  paint: Terminal["paintOut"],
): string {
  const rows: [string, string][] = [
    ["workers", workersText(summary)],
    ["word", wordText(summary)],
    ["levels", `${summary.levels} (${Math.log2(summary.levels)} bits a symbol)`],
    ["rounding", summary.rounding],
    ["network", `${networkText(summary)}${cached ? "; taken from the cache" : ""}`],
    ...trainingRows(summary),
    ["exact", exactText(summary)],
    ...errorRows(summary),
    ["MZIs", mzisText(summary)],
    ...measuredRows(summary),
    ...layerRows(summary),
    ["depth", `${counted(summary.devices.depthMzis, "MZI column")}, ${counted(summary.network.layers, "layer")}`],
    [
      "nonlinear",
      `${counted(summary.devices.neurons, summary.network.neuron === "saturating" ? "saturating neuron" : "rectifier")}, largest gain ${figure(summary.devices.largestGain)}`,
    ],
    ...referenceRows(summary),
    ["receivers", `scale ${figure(summary.light.receiverLevelsPerField)} levels per unit of field`],
    ["margin", marginText(summary)],
    ["robustness", robustnessText(summary.robustness)],
    ...(summary.budget === undefined ? hardwareRows(summary) : budgetLines(summary.budget)),
    ...requirementRows(summary.requirements ?? []),
    ["defaults", summary.defaults.length === 0 ? "none taken" : summary.defaults.join("; ")],
    ["files", files.map((file) => `${file.name} ${measured(file.bytes, "B")}`).join(", ")],
    ["next", `optinc verify ${shellWord(directory)}`],
  ];
  const body = textTable(rows, "all", paint.dim).join("\n");
  return `${paint.bold(summary.name)} -> ${directory}\n${body}\n`;
}

function workersText({ workers, topology }: Summary): string {
  if (topology.kind === "single") return `${workers}`;
  const inputs = topology.fanIn.reduce((product, factor) => product * factor, 1);
  const dark = inputs === workers ? "" : `, ${grouped(inputs - workers)} of ${grouped(inputs)} inputs dark`;
  return `${workers} on a cascade of ${topology.fanIn.join(" x ")}${dark}`;
}

function wordText({ precisionBits, signed, symbols }: Summary): string {
  const form = signed ? "signed (offset-binary on the fibre)" : "unsigned";
  return `${counted(precisionBits, "bit")}, ${form}, ${counted(symbols, "symbol")}`;
}

function networkText({ network }: Summary): string {
  const { trained, imported, perceptron } = network;
  if (trained !== null) return `trained: ${trained.description}`;
  if (imported !== null) {
    const replaced = imported.approximations.map(
      ({ layer, relativeError }) => `\`${layer}\` off by ${figure(100 * relativeError)} %`,
    );
    const changes = replaced.length === 0 ? "" : `; replaced by diag(d) U: ${replaced.join(", ")}`;
    return `imported from ${imported.weights} (SHA-256 ${imported.sha256.slice(0, 12)}), ${perceptron?.widths.join("-")}${changes}`;
  }
  const { residual, outputs } = network;
  const both = [...(residual === "regenerated" ? ["residual"] : []), ...(outputs === "regenerated" ? ["outputs"] : [])];
  const regenerated = both.length === 0 ? "" : `, regenerated ${both.join(" and ")}`;
  const decisions = `${network.neuron} neurons, ${network.threshold} thresholds${regenerated}, decision margin ${network.margin}`;
  return `constructed, ${decisions}: weights follow from the arithmetic of the mean, nothing is trained`;
}

/** Electronic thresholds need no light. */
function referenceRows({ light: { referencePower } }: Summary): [string, string][] {
  if (referencePower === 0) return [];
  return [["reference", `${figure(referencePower)} x the highest launch power of one symbol of one worker`]];
}

function trainingRows({ network }: Summary): [string, string][] {
  const { trained } = network;
  if (trained === null) return [];
  const { seed, target, steps, loss, vectors, wrong, worst, endedBy, notes } = trained;
  const ends = { target: "target reached", cycles: "all cycles used", budget: "the budget ended it" }[endedBy];
  const found =
    vectors === 0 ? "" : `, ${percent(1 - wrong / vectors)} of ${counted(vectors, "word")} before it became a circuit`;
  return [
    [
      "training",
      `${counted(steps, "step")}, seed ${seed}, target ${percent(target)}, ${ends}: loss ${figure(loss)}, outputs within ${figure(worst)}${found}`,
    ],
    ...notes.map((note): [string, string] => ["", note]),
  ];
}

function exactText({ proof, accuracy, rounding }: Summary): string {
  if (accuracy !== null) return accuracyText(accuracy);
  if (proof === null) return "not checked";
  const { states, cells } = proof;
  return `proved on the devices: ${counted(states, "reachable state")} of ${counted(cells, "cell")}, which compose to the ${rounding === "none" ? "exact sum" : "rounded mean"}`;
}

function errorRows({ accuracy }: Summary): [string, string][] {
  return accuracy === null || accuracy.wrong === 0
    ? []
    : [["errors", `${errorsText(accuracy.errors)} of the wrong words`]];
}

function hardwareRows({ hardware }: Summary): [string, string][] {
  return [["hardware", hardwareText(hardware)]];
}

function mzisText({ devices, hardware }: Summary): string {
  const parts = `ONN ${grouped(devices.mzisOnn)}, bias ${grouped(devices.mzisBias)}, P ${grouped(devices.mzisCombine)}, T ${grouped(devices.mzisBroadcast)}`;
  const { mzis, fixedCouplers } = hardware;
  return `${grouped(devices.mzis)} (${parts}): ${grouped(mzis - fixedCouplers)} tunable, ${counted(fixedCouplers, "fixed coupler")}`;
}

function measuredRows({ measuredMzis, devices }: Summary): [string, string][] {
  if (measuredMzis === undefined) return [];
  return [["measured", `${grouped(measuredMzis)} of ${counted(devices.mzis, "MZI")}, whose couplers the phases fit`]];
}

function layerRows({ network }: Summary): [string, string][] {
  if (network.perceptron === null) return [];
  const { layers, scaleProduct } = network.perceptron;
  const total = (pick: (layer: (typeof layers)[number]) => number): string =>
    grouped(layers.reduce((sum, layer) => sum + pick(layer), 0));
  const parts = [
    `diag(d) U blocks ${total((layer) => layer.mzisBlocks)}`,
    `SVD ${total((layer) => layer.mzisSvd)}`,
    `splitters ${total((layer) => layer.mzisSplitters)}`,
  ];
  return [["layers", `${parts.join(", ")} MZIs; the layers' scales multiply to 1 / ${figure(scaleProduct)}`]];
}

function marginText({ proof, accuracy }: Summary): string {
  if (accuracy !== null)
    return `${figure(0.5 - accuracy.worstReceiverError)} levels at the receivers, on the words checked`;
  if (proof === null) return "not checked";
  const comparators = Number.isFinite(proof.comparatorMargin)
    ? `${figure(proof.comparatorMargin)} LSB at the comparators, `
    : "";
  return `${comparators}${figure(proof.receiverMargin)} levels at the receivers`;
}

const shareTexts = { "above half": "> 50 %", "below nine tenths": "< 90 %", undecided: "undecided" } as const;

export function robustnessText(robustness: Robustness): string {
  if (robustness.kind === "skipped") return `not simulated: ${robustness.reason}`;
  const shares = robustness.reports.map(
    ({ sigmaRad, share, good, chips }) => `${shareTexts[share]} at ${sigmaRad} rad (${good} of ${chips})`,
  );
  return `chips without a wrong word at random phase errors: ${shares.join(", ")}; 95 % confidence, seed ${robustness.seed}`;
}
