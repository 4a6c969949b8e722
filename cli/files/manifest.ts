import { join } from "node:path";
import { fits, isFields, listOf, oneOf, type Shape } from "../../formats/index.ts";
import { type Manifest, manifestName } from "../../toolchain/index.ts";
import { unlessFailed } from "../text/findings.ts";
import { readAtMost } from "./bounded.ts";
import { isFileName } from "./names.ts";

/** A manifest lists a handful of files, or one a mesh. */
const mostBytes = 16 * 2 ** 20;

/** The manifest of a directory; null where it holds none that optinc wrote and can read. */
export function readManifest(directory: string): Manifest | null {
  const text = unlessFailed(() => readAtMost(join(directory, manifestName), mostBytes).toString("utf8"), null);
  return text === null ? null : parseManifest(text);
}

const namedFile = { name: "string", sha256: "string" } as const;

const networks: readonly Shape[] = [
  { kind: oneOf("constructed", "none") },
  { kind: oneOf("trained"), seed: "number", sha256: "string" },
  { kind: oneOf("imported"), weights: "string", sha256: "string" },
];

const numberOrNull = (value: unknown): boolean => value === null || typeof value === "number";
const cost: Shape = { mzis: "number", neurons: "number", launchPowerW: numberOrNull, preferred: numberOrNull };

/** Files of a build lie in it: a name is never a path. A name of a technology is as its own file must have it, a rate what `--symbol-rate` takes. */
const shape: Shape = {
  format: oneOf("optinc.build"),
  version: oneOf(1),
  tool: { version: "string" },
  command: "string",
  aggregate: "string",
  spec: namedFile,
  "technology?": {
    name: (name) => typeof name === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name),
    sha256: "string",
    "symbolRateBd?": (rate) => typeof rate === "number" && rate > 0 && Number.isFinite(rate),
  },
  "measured?": namedFile,
  seed: "number",
  network: (network) => networks.some((each) => fits(network, each)),
  "design?": {
    prefer: "string",
    chosen: listOf("string"),
    keepsAll: "boolean",
    tried: "number",
    designs: "number",
    "chosenCost?": cost,
    "runnerUp?": listOf("string"),
    "runnerUpCost?": cost,
  },
  targets: listOf({ name: "string", options: (all) => isFields(all) && fits(Object.values(all), listOf("string")) }),
  files: listOf({
    name: (name) => typeof name === "string" && isFileName(name),
    sha256: "string",
    bytes: "number",
  }),
};

/** The manifest in a text, or null; the text is untrusted and checked whole. */
export function parseManifest(text: string): Manifest | null {
  try {
    const value: unknown = JSON.parse(text);
    // Throws where it is nested too deep to be written again.
    JSON.stringify(value);
    return fits<Manifest>(value, shape) ? value : null;
  } catch {
    return null;
  }
}
