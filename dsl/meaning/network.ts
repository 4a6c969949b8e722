import { error, type Report } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import { counted } from "../report/numerals.ts";
import type { InnerBlock, Written } from "./read.ts";
import type {
  ApproximateSpec,
  ConstructedNetworkSpec,
  ImportedNetworkSpec,
  NetworkSpec,
  TrainedNetworkSpec,
} from "./spec.ts";
import type { Reading } from "./values.ts";

/** What the network block says, with defaults filled in; `symbols` of a word are null when they are not known. */
export function toNetwork(
  written: Written<InnerBlock> | undefined,
  symbols: number | null,
  defaults: string[],
  report: Report,
): NetworkSpec {
  if (written === undefined) defaults.push("network constructed");
  const look: Look = { settings: written?.value?.reading.settings ?? new Map(), defaults };
  switch (written?.value?.row.variant) {
    case "trained":
      return toTrained(look, symbols, report);
    case "imported":
      return toImported(look);
    default:
      return toConstructed(look);
  }
}

interface Look {
  readonly settings: ReadonlyMap<string, Written<Reading>>;
  readonly defaults: string[];
}

function toConstructed(look: Look): ConstructedNetworkSpec {
  return { kind: "constructed", margin: numberIn(look, "margin", 0.4, "0.4") };
}

function toTrained(look: Look, symbols: number | null, report: Report): TrainedNetworkSpec {
  const hidden = readingIn(look, "hidden", "numbers", "64 128 256 128 64")?.values ?? [64, 128, 256, 128, 64];
  const inputs = mergedCount(symbols ?? 4, Math.min(symbols ?? 4, 4));
  const approximate = layersIn(look, { kind: "all" });
  const structure = wordIn(look, "structure", "auto");
  checkLayers(look, approximate, hidden.length + 1, report);
  const threads = look.settings.has("threads") ? numberIn(look, "threads", 1, "") : null;
  return {
    kind: "trained",
    structure: structure as TrainedNetworkSpec["structure"],
    hidden,
    analogInputs: checkedInputs(look, numberIn(look, "analog-inputs", inputs, String(inputs)), symbols, report),
    approximate,
    approximation: wordIn(look, "approximation", "manifold") as TrainedNetworkSpec["approximation"],
    projectEvery: numberIn(look, "project-every", 250, "250"),
    seed: numberIn(look, "seed", 1, "1"),
    target: numberIn(look, "target", 1, "100 %"),
    budgetS: numberIn(look, "budget", 1200, "20 min"),
    loss: wordIn(look, "loss", "symbols") as TrainedNetworkSpec["loss"],
    learningRate: numberIn(look, "learning-rate", 3e-3, "3e-3"),
    batch: numberIn(look, "batch", 1024, "1024"),
    steps: numberIn(look, "steps", 16000, "16000"),
    cycles: numberIn(look, "cycles", 2, "2"),
    hardShare: numberIn(look, "hard-share", 0, "0 %"),
    threads,
  };
}

function toImported(look: Look): ImportedNetworkSpec {
  return {
    kind: "imported",
    weights: readingIn(look, "weights", "text", null)?.text ?? "",
    activation: wordIn(look, "activation", "relu") as ImportedNetworkSpec["activation"],
    approximate: layersIn(look, { kind: "none" }),
  };
}

function checkLayers(look: Look, approximate: ApproximateSpec, layers: number, report: Report): void {
  if (approximate.kind !== "layers" || approximate.last <= layers) return;
  const labels: [Span, string][] = [[look.settings.get("approximate")!.span, `layers 1 to ${layers} exist`]];
  const hidden = look.settings.get("hidden");
  if (hidden !== undefined) labels.push([hidden.span, `makes ${layers} layers`]);
  const message = `layer ${approximate.last} does not exist`;
  error(report, "OPT0222", message, labels, "layers count from 1, and there is one more than hidden widths");
}

/** Inputs that come of merging groups of ceil(symbols / wanted) symbols. */
function mergedCount(symbols: number, wanted: number): number {
  return Math.ceil(symbols / Math.ceil(symbols / wanted));
}

function checkedInputs(look: Look, inputs: number, symbols: number | null, report: Report): number {
  const written = look.settings.get("analog-inputs");
  if (written === undefined || symbols === null || mergedCount(symbols, inputs) === inputs) return inputs;
  const counts = Array.from({ length: symbols }, (_, i) => i + 1).filter((k) => mergedCount(symbols, k) === k);
  const message = `\`analog-inputs ${inputs}\` is out of range`;
  const label = `${counted(symbols, "symbol")} ${symbols === 1 ? "merges" : "merge"} into ${counts.join(", ")} ${symbols === 1 ? "input" : "inputs"}`;
  error(report, "OPT0209", message, [[written.span, label]], null);
  return inputs;
}

type ReadingOf<K extends Reading["kind"]> = Extract<Reading, { kind: K }>;

/** The reading of a setting; where it is left out, `fallback` is listed among the defaults. */
function readingIn<K extends Reading["kind"]>(
  look: Look,
  name: string,
  kind: K,
  fallback: string | null,
): ReadingOf<K> | null {
  const written = look.settings.get(name);
  if (written === undefined && fallback !== null) look.defaults.push(`network ${name} ${fallback}`);
  return written?.value?.kind === kind ? (written.value as ReadingOf<K>) : null;
}

function numberIn(look: Look, name: string, value: number, fallback: string): number {
  return readingIn(look, name, "number", fallback)?.value ?? value;
}

function wordIn(look: Look, name: string, fallback: string): string {
  return readingIn(look, name, "choice", fallback)?.word ?? fallback;
}

function layersIn(look: Look, fallback: { readonly kind: "none" | "all" }): ApproximateSpec {
  return readingIn(look, "approximate", "layers", fallback.kind)?.of ?? fallback;
}
