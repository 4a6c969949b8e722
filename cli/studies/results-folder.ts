import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, plainDiagnostic } from "../../dsl/index.ts";
import { readAtMost } from "../files/bounded.ts";
import { exists, makeDirectories } from "../files/temporary.ts";
import { type Artifact, openLines, replaceFile } from "../files/write.ts";
import { ioDiagnostic } from "../text/findings.ts";
import { version } from "../version.ts";
import type { AskedStudy } from "./asked-study.ts";
import { finishedFolder } from "./finished.ts";
import { columnsOf } from "./tables.ts";

/** Part `index` of `of`, from 1 on: every `of`-th point. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** Marks a folder as results of a study, and names the study. */
export const markerName = "study.json";

/** Of study.json; more is not read. */
const markerBytes = 2 ** 20;

/** What prevents results in a folder: foreign files, or finished rows without a choice about them. `force` keeps the files and ignores the rows. */
export function obstacleIn(
  folder: string,
  shard: Shard,
  { resume, force }: { readonly resume: boolean; readonly force: boolean },
): Diagnostic | null {
  try {
    if (!exists(folder)) return null;
    if (!statSync(folder).isDirectory()) {
      return plainDiagnostic("OPT0607", `${folder} is a file, and results take a folder`, "name a folder with -o");
    }
    const names = readdirSync(folder).filter((name) => !name.startsWith("."));
    if (names.length > 0 && !force && !isOurs(folder)) {
      const message = `${folder} is not empty, and holds no results of a study`;
      return plainDiagnostic("OPT0682", message, "name another folder with -o, or use --force to write into this one");
    }
    const own = finishedPath(folder, shard);
    const began = shard.of === 1 ? exists(join(folder, finishedFolder)) : exists(own);
    if (!began || resume || force) return null;
    const help = "--resume goes on with what is finished, --force forgets it";
    return plainDiagnostic("OPT0683", `${folder} holds finished rows`, help);
  } catch (error) {
    return ioDiagnostic(error, "look into", folder);
  }
}

function isOurs(folder: string): boolean {
  try {
    const { format } = JSON.parse(readAtMost(join(folder, markerName), markerBytes).toString("utf8")) as {
      format?: unknown;
    };
    return format === "optinc.study";
  } catch {
    return false;
  }
}

function finishedPath(folder: string, { index, of }: Shard): string {
  return join(folder, finishedFolder, `${index}-of-${of}.jsonl`);
}

/** Adds lines to the file of a shard; each is in the hands of the system when `add` returns. */
export interface FinishedLines {
  add(line: string): void;
  close(): void;
}

/** Makes the folder and says whose it is. Throws the errors of the file system. */
export async function openResults(
  folder: string,
  shard: Shard,
  asked: AskedStudy,
  keep: boolean,
): Promise<FinishedLines> {
  makeDirectories(folder);
  await replaceFile(join(folder, markerName), [markerText(asked)]);
  makeDirectories(join(folder, finishedFolder));
  const path = finishedPath(folder, shard);
  if (!keep) await replaceFile(path, []);
  return openLines(path, endsLine(path));
}

/** Whether the next line can be written behind what is there; a killed process may have left half a line. */
function endsLine(path: string): boolean {
  if (!exists(path)) return true;
  const bytes = readFileSync(path);
  return bytes.length === 0 || bytes.at(-1) === 0x0a;
}

function markerText({ study, points }: AskedStudy): string {
  const { name, aggregate, seed, measures, objectives } = study;
  const columns = columnsOf(study).map((column) => column.name);
  const head = { format: "optinc.study", version: 2, study: name, aggregate, points: points.length };
  return `${JSON.stringify({ ...head, seed, measures, objectives, columns, optinc: version }, null, 2)}\n`;
}

/** Writes the tables; returns what went wrong, or null. */
export async function writeTables(folder: string, artifacts: readonly Artifact[]): Promise<Diagnostic | null> {
  try {
    makeDirectories(folder);
    for (const { name, content } of artifacts) await replaceFile(join(folder, name), content);
    return null;
  } catch (error) {
    return ioDiagnostic(error, "write", folder);
  }
}

/** The same for a folder that merged rows go into. */
export async function writeMarker(folder: string, asked: AskedStudy): Promise<Diagnostic | null> {
  return await writeTables(folder, [{ name: markerName, content: [markerText(asked)] }]);
}
