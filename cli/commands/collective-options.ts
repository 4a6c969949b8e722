import { InvalidArgumentError } from "commander";
import { type Algorithm, algorithms, findAlgorithm } from "../../collectives/index.ts";
import { type Checked, type Cluster, type Gradient, nearest, parseClusters, type SourceFile } from "../../dsl/index.ts";
import { count, list } from "../arguments/parsers.ts";
import { displayName, readText, specBytes } from "../files/read.ts";

/** Behind the help of the commands that take algorithms. */
export const algorithmNotes: string = `Algorithms: ${algorithms.map((each) => each.name).join(", ")}.`;

/** Of an all-reduce. */
export function workerCount(text: string): number {
  const workers = count(2)(text);
  if (workers > 4096) throw new InvalidArgumentError("It takes 2 to 4096 workers.");
  return workers;
}

/** `16`, `4,8,12` or `4..4096`, which means the powers of two in it. */
export function workerCounts(text: string): readonly number[] {
  const range = /^(\d+)\.\.(\d+)$/.exec(text.trim());
  if (range === null) return list(workerCount)(text);
  const [from, to] = [workerCount(range[1]!), workerCount(range[2]!)];
  const counts = Array.from({ length: 13 }, (_, power) => 2 ** power).filter((n) => n >= from && n <= to);
  if (counts.length === 0) throw new InvalidArgumentError("No power of two lies in it.");
  return counts;
}

const prefixes: Readonly<Record<string, number>> = { "": 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** A gradient of `25.6M` elements, a whole number of at least one. */
export function gradientOf(text: string): Gradient {
  const match = /^(\d+(?:\.\d+)?(?:e\+?\d+)?)([kKMGT]?)$/i.exec(text.trim());
  const scale = prefixes[match?.[2] ?? ""];
  // 25.6 * 1e6 in floating point may miss the integer by its last bit.
  const size = match === null || scale === undefined ? Number.NaN : Number((Number(match[1]) * scale).toPrecision(15));
  if (Number.isSafeInteger(size) && size >= 1 && size <= 1e12) return { name: text, elements: size };
  throw new InvalidArgumentError("It takes a whole number of 1 to 1e12 elements, such as 25.6M.");
}

const binary: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Bytes as nccl-tests write them: 1k, 1K and 1KiB are 1024; `1k..1G` doubles from the first to the last. */
export function bufferSizes(text: string): readonly number[] {
  const bytesOf = (part: string): number => {
    const [, digits = "", prefix = ""] = /^\s*(\d+)\s*(?:([kmgt])(?:iB?)?)?B?\s*$/i.exec(part) ?? [];
    const bytes = digits === "" ? Number.NaN : Number(digits) * binary[prefix.toLowerCase()]!;
    return bytes >= 1 && bytes <= 2 ** 42 ? bytes : Number.NaN;
  };
  const ends = text.split("..").map(bytesOf);
  const [from, to] = ends;
  let sizes = text.split(",").map(bytesOf);
  if (ends.length === 2 && from !== undefined && to !== undefined) {
    const most = from <= to ? Math.floor(Math.log2(to / from)) : Number.NaN;
    sizes = Number.isNaN(most) ? [Number.NaN] : Array.from({ length: most + 1 }, (_, i) => from * 2 ** i);
  }
  if (sizes.every(Number.isSafeInteger)) return [...new Set(sizes)].sort((a, b) => a - b);
  throw new InvalidArgumentError("It takes sizes from 1 B to 4 TiB, such as 1k..1G or 64KiB,1MiB.");
}

export function algorithmNamed(name: string): Algorithm {
  const algorithm = findAlgorithm(name);
  if (algorithm !== null) return algorithm;
  const names = algorithms.map((each) => each.name);
  const near = nearest(name, names);
  throw new InvalidArgumentError(near === null ? `It takes ${names.join(", ")}.` : `Did you mean \`${near}\`?`);
}

/** The clusters of a spec file; `source` is there for the places of the diagnostics. */
export async function readClusters(
  path: string,
): Promise<Checked<readonly Cluster[]> & { readonly source: SourceFile | null }> {
  const { value, diagnostics } = await readText(path, specBytes);
  if (value === null) return { value: null, diagnostics, source: null };
  const source = { name: displayName(path), text: value.text };
  return { ...parseClusters(source), source };
}

/** The cluster with settings of the command line in place of its own, recorded among its inputs. */
export function override(
  cluster: Cluster,
  changes: Partial<Cluster>,
  inputs: Readonly<Record<string, string>>,
): Cluster {
  const changed = cluster.inputs.map((input) => {
    const value = inputs[input.path];
    return value === undefined ? input : { path: input.path, value, from: "command line" as const };
  });
  return { ...cluster, ...changes, inputs: changed };
}
