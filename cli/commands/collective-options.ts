import { type Algorithm, algorithms, findAlgorithm } from "../../collectives/index.ts";
import {
  type Checked,
  type Cluster,
  type Diagnostic,
  dtypeBits,
  nearest,
  parseClusters,
  plainDiagnostic,
  refused,
  type SourceFile,
} from "../../dsl/index.ts";
import { displayName, readText, specBytes } from "../files/read.ts";

/** Behind the help of the commands that take algorithms. */
export const algorithmNotes: string = `Algorithms: ${algorithms.map((each) => each.name).join(", ")}.`;

export { algorithms };

/** What `compare` and `schedule` take from the command line, checked. */

const [fewest, most] = [2, 4096] as const;

function refuse(code: string, message: string, help: string | null): Checked<never> {
  return refused(plainDiagnostic(code, message, help));
}

function found<T>(value: T): Checked<T> {
  return { value, diagnostics: [] };
}

/** `16`, `4,8,12` or `4..4096`, which means the powers of two in it. */
export function parseWorkers(text: string): Checked<readonly number[]> {
  const help = "write `16`, `4,8,12`, or `4..4096` for the powers of two in it";
  const range = /^(\d+)\.\.(\d+)$/.exec(text.trim());
  const bounds = range === null ? null : [Number(range[1]), Number(range[2])];
  const counts =
    bounds === null
      ? text.split(",").map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN))
      : Array.from({ length: 13 }, (_, power) => 2 ** power).filter((n) => n >= bounds[0]! && n <= bounds[1]!);
  const wrong = [...counts, ...(bounds ?? [])].find((n) => !(n >= fewest && n <= most));
  if (wrong !== undefined) {
    const what = Number.isNaN(wrong) ? `\`${text.slice(0, 40)}\`` : `${wrong} ${wrong === 1 ? "worker" : "workers"}`;
    return refuse("OPT0703", `an all-reduce takes ${fewest} to ${most} workers, not ${what}`, help);
  }
  if (counts.length === 0) return refuse("OPT0703", `no power of two lies in \`${text.slice(0, 40)}\``, help);
  return found([...new Set(counts)]);
}

const prefixes: Readonly<Record<string, number>> = { "": 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** `25.6M` elements, a whole number of at least one. */
export function parseSize(text: string): Checked<number> {
  const match = /^(\d+(?:\.\d+)?(?:e\+?\d+)?)([kKMGT]?)$/i.exec(text.trim());
  const scale = prefixes[match?.[2] ?? ""];
  // 25.6 * 1e6 in floating point may miss the integer by its last bit.
  const size = match === null || scale === undefined ? Number.NaN : Number((Number(match[1]) * scale).toPrecision(15));
  if (Number.isSafeInteger(size) && size >= 1 && size <= 1e12) return found(size);
  const help = "write a whole number of elements, such as `25.6M`";
  return refuse("OPT0704", `\`${text.slice(0, 40)}\` is not a size of 1 to 1e12 elements`, help);
}

const binary: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Bytes as nccl-tests write them: 1k, 1K and 1KiB are 1024; `1k..1G` doubles from the first to the last. */
export function parseSizes(text: string): Checked<readonly number[]> {
  const help = "write bytes such as `1k..1G`, which doubles, or `64KiB,1MiB`; k, M and G are powers of 1024";
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
  if (sizes.every(Number.isSafeInteger)) return found([...new Set(sizes)].sort((a, b) => a - b));
  return refuse("OPT0704", `\`${text.slice(0, 40)}\` is not a list of sizes from 1 B to 4 TiB`, help);
}

export function parseDtype(text: string): Checked<string> {
  if (Object.hasOwn(dtypeBits, text)) return found(text);
  const near = nearest(text, Object.keys(dtypeBits));
  const help = near === null ? `known types: ${Object.keys(dtypeBits).join(", ")}` : `did you mean \`${near}\`?`;
  return refuse("OPT0705", `unknown element type \`${text.slice(0, 40)}\``, help);
}

export function parseAlgorithms(text: string): Checked<readonly Algorithm[]> {
  const chosen: Algorithm[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const name of text.split(",").map((part) => part.trim())) {
    const algorithm = findAlgorithm(name);
    if (algorithm !== null) chosen.push(algorithm);
    else {
      const names = algorithms.map((each) => each.name);
      const near = nearest(name, names);
      const help = near === null ? `known algorithms: ${names.join(", ")}` : `did you mean \`${near}\`?`;
      diagnostics.push(plainDiagnostic("OPT0701", `unknown algorithm \`${name.slice(0, 40)}\``, help));
    }
  }
  return { value: diagnostics.length === 0 ? [...new Set(chosen)] : null, diagnostics };
}

export function parseWavelengths(text: string): Checked<number> {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (count >= 1 && count <= 1024) return found(count);
  return refuse("OPT0706", `\`${text.slice(0, 40)}\` wavelengths: a waveguide carries 1 to 1024`, null);
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
