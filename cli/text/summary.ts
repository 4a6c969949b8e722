import { counted, figure, grouped, measured, percent } from "../../dsl/index.ts";
import { textTable } from "../../formats/index.ts";
import type { Summary } from "../../toolchain/index.ts";
import { errorsText, type Robustness } from "../../toolchain/index.ts";
import { budgetLines, hardwareText } from "./budget-report.ts";
import { checkLines, functionText, textRow } from "./checks.ts";
import { designRows } from "./design-report.ts";
import { shellWord } from "./shell-word.ts";
import type { Terminal } from "./terminal.ts";

/** Rows of checks that stand in a summary of one screen; of more those that pass are counted. */
const MOST_CHECKS = 11;

/** The summary of a compile, 24 lines unless `verbose`. `directory` as the user would type it; `cached`: the network was trained before. */
export function summaryText(
  summary: Summary,
  directory: string,
  files: readonly { readonly name: string; readonly bytes: number }[],
  { cached, verbose }: { readonly cached: boolean; readonly verbose: boolean },
  paint: Terminal["paintOut"],
): string {
  const { accuracy, budget, checks, devices, measuredMzis, network, topology, workers, precisionBits: bits } = summary;
  const neurons = counted(devices.neurons, network.neuron === "saturating" ? "saturating neuron" : "rectifier");
  const fanIn = topology.kind === "single" ? [workers] : topology.fanIn;
  const rows: readonly [string, string][] = [
    ["function", functionText({ ...summary, bits, fanIn })],
    ["network", `${networkText(summary)}${cached ? "; taken from the cache" : ""}`],
    ...designRows(summary.design ?? null, verbose),
    ...trainingRows(summary),
    ...textRow(
      "errors",
      accuracy !== null && accuracy.wrong > 0 && `${errorsText(accuracy.errors)} of the wrong words`,
    ),
    ["MZIs", mzisText(summary)],
    ...textRow(
      "measured",
      measuredMzis !== undefined &&
        `${grouped(measuredMzis)} of ${counted(devices.mzis, "MZI")}, whose couplers the phases fit`,
    ),
    ["neurons", `${neurons} in ${counted(network.layers, "layer")}; ${counted(devices.depthMzis, "MZI column")} deep`],
    ["robustness", robustnessText(summary.robustness)],
    ...(verbose ? detailRows(summary) : budget === undefined ? [] : budgetLines(budget).filter(isBrief)),
    ["files", files.map((file) => `${file.name} ${measured(file.bytes, "B")}`).join(", ")],
    ["next", `optinc verify ${shellWord(directory)}, then optinc report ${shellWord(directory)}`],
  ];
  const failing = checks.filter(({ state }) => state !== "pass");
  const isShort = checkLines(checks, paint).length - 1 <= MOST_CHECKS;
  const shown = verbose || isShort ? checks : failing.slice(0, MOST_CHECKS);
  const left = checks.length - shown.length;
  return [
    `${paint.bold(summary.name)} -> ${directory}`,
    `  ${summary.verdict}`,
    ...checkLines(shown, paint),
    ...(left === 0 ? [] : [`  and ${counted(left, "check")} more: --verbose lists them`]),
    ...textTable(rows, "all", paint.dim),
    "",
  ].join("\n");
}

const isBrief = ([label]: readonly [string, string]): boolean => label === "loss" || label === "power";

/** What most people do not need at once. */
function detailRows(summary: Summary): [string, string][] {
  const { budget, defaults } = summary;
  const { referencePower, receiverLevelsPerField } = summary.light;
  const plain: [string, string] = ["hardware", hardwareText(summary.hardware)];
  return [
    ...layerRows(summary),
    ["gain", `${figure(summary.devices.largestGain)} at most, of a neuron`],
    // Electronic thresholds need no light.
    ...textRow(
      "reference",
      referencePower > 0 && `${figure(referencePower)} x the highest launch power of one symbol of one worker`,
    ),
    ["receivers", `scale ${figure(receiverLevelsPerField)} levels per unit of field`],
    ...(budget === undefined ? [plain] : budgetLines(budget)),
    ["defaults", defaults.length === 0 ? "none taken" : defaults.join("; ")],
  ];
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
  const lights = Object.entries({ residual, outputs }).filter(([, way]) => way !== "direct");
  const regenerated = lights.map(([light, way]) => `, ${way} ${light}`).join("");
  const decisions = `${network.neuron} neurons, ${network.threshold} thresholds${regenerated}, decision margin ${network.margin}`;
  return `constructed, ${decisions}: weights follow from the arithmetic of the mean, nothing is trained`;
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

function mzisText({ devices, hardware }: Summary): string {
  const parts = `ONN ${grouped(devices.mzisOnn)}, bias ${grouped(devices.mzisBias)}, P ${grouped(devices.mzisCombine)}, T ${grouped(devices.mzisBroadcast)}`;
  const { mzis, fixedCouplers } = hardware;
  return `${grouped(devices.mzis)} (${parts}): ${grouped(mzis - fixedCouplers)} tunable, ${counted(fixedCouplers, "fixed coupler")}`;
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

const shareTexts = { "above half": "> 50 %", "below nine tenths": "< 90 %", undecided: "undecided" } as const;

export function robustnessText(robustness: Robustness): string {
  if (robustness.kind === "skipped") return `not simulated: ${robustness.reason}`;
  const shares = robustness.reports.map(
    ({ sigmaRad, share, good, chips }) => `${shareTexts[share]} at ${sigmaRad} rad (${good} of ${chips})`,
  );
  return `chips without a wrong word at random phase errors: ${shares.join(", ")}; 95 % confidence, seed ${robustness.seed}`;
}
