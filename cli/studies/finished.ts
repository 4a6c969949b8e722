import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, plainDiagnostic } from "../../dsl/index.ts";
import { fits, listOf, oneOf, type Shape } from "../../formats/index.ts";
import type { Outcome } from "../../toolchain/index.ts";
import { sha256 } from "../files/pack.ts";
import { dataBytes, readText } from "../files/read.ts";
import { exists } from "../files/temporary.ts";
import { ioDiagnostic } from "../text/findings.ts";

/** Outcomes by the keys of their points. */
export type Finished = Map<string, Outcome>;

/** Of a results folder: a file for every shard, to which a line is added when a point is finished. */
export const finishedFolder = "finished";

/** Longer problems are cut: names of any length come out of files. */
const problemLength = 2000;

/** A line of such a file, with a sum by which a line that was cut or changed is known. */
export function finishedLine(key: string, { state, figures, problem }: Outcome): string {
  const plain = { key, state, figures, problem: problem === null ? null : problem.slice(0, problemLength) };
  return `${JSON.stringify({ ...plain, check: checkOf(plain) })}\n`;
}

/**
 * Finished points of a results folder, of all shards. A damaged line is counted, and its
 * point is computed again. A last line without an end is one that is being written, or that a killed process left.
 */
export async function readFinished(
  folder: string,
  measures: number,
): Promise<{ readonly finished: Finished; readonly diagnostics: readonly Diagnostic[] }> {
  const finished: Finished = new Map();
  const diagnostics: Diagnostic[] = [];
  const inner = join(folder, finishedFolder);
  let names: readonly string[] = [];
  try {
    if (exists(inner)) names = readdirSync(inner).filter((name) => /^\d+-of-\d+\.jsonl$/.test(name));
  } catch (error) {
    return { finished, diagnostics: [ioDiagnostic(error, "read", inner)] };
  }
  for (const name of [...names].sort()) {
    const path = join(inner, name);
    const { value, diagnostics: found } = await readText(path, dataBytes);
    diagnostics.push(...found);
    if (value === null) continue;
    const lines = value.text.split("\n");
    const cut = lines.pop() === "" ? 0 : 1;
    let damaged = 0;
    for (const line of lines) {
      const read = readLine(line, measures);
      if (read === "damaged") damaged += line === "" ? 0 : 1;
      else if (read !== "foreign") finished.set(read.key, read.outcome);
    }
    if (damaged > 0) {
      const message = `${path} has ${damaged} damaged ${damaged === 1 ? "line" : "lines"}${cut > 0 ? " and one without an end" : ""}`;
      diagnostics.push(plainDiagnostic("OPT0684", message, "their points are computed again", "warning"));
    }
  }
  return { finished, diagnostics };
}

interface Line extends Outcome {
  readonly key: string;
  readonly check: string;
}

const lineShape: Shape = {
  key: (key) => typeof key === "string" && /^[0-9a-f]{64}$/.test(key),
  state: oneOf("done", "missed", "failed"),
  problem: (text) => text === null || (typeof text === "string" && text.length <= problemLength),
  figures: listOf((it) => it === null || (typeof it === "number" && Number.isFinite(it))),
};

/** `foreign`: whole, but of a study with other measures. */
function readLine(line: string, measures: number): { key: string; outcome: Outcome } | "damaged" | "foreign" {
  try {
    const data: unknown = JSON.parse(line);
    if (!fits<Line>(data, lineShape) || data.check !== checkOf(data)) return "damaged";
    const { key, state, figures, problem } = data;
    return figures.length === measures ? { key, outcome: { state, figures, problem } } : "foreign";
  } catch {
    return "damaged";
  }
}

function checkOf(plain: { readonly key: string } & Outcome): string {
  const { key, state, figures, problem } = plain;
  return sha256(JSON.stringify([key, state, figures, problem])).slice(0, 16);
}
