import { closeSync, lstatSync, openSync, readSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Diagnostic, plainDiagnostic } from "../../dsl/index.ts";
import { errnoOf, ioDiagnostic } from "../text/findings.ts";
import type { Terminal } from "../text/terminal.ts";
import { hashFile } from "./bounded.ts";
import { readManifest } from "./manifest.ts";
import { exists, removeTemporary, temporaryBeside } from "./temporary.ts";
import { behindLinks, type Content, isReplaceable, replaceFile, replaceFilled } from "./write.ts";

/** How JSON of optinc begins whose format is called `name`. */
export function jsonOf(name: string): RegExp {
  return new RegExp(`^\\{\\s*"format":\\s*"optinc\\.${name}"`);
}

/** The title of its first panel says what a drawing is; several may stand in one. */
export function drawingOf(title: string): RegExp {
  return new RegExp(`^(<svg [^>]*>\\n<rect [^>]*>\\n)+<g [^>]*>\\n<text [^>]*>(${title})`);
}

/** A file that the user named, `-` for standard output. */
export interface Output {
  readonly path: string;
  /** How its former ones begin, so that one that is replaced is known; null: as the new one, which other tools may write too. */
  readonly beginning: RegExp | null;
}

export interface OutputRules {
  /** Replace what is there, whatever it is. */
  readonly force: boolean;
  /** Files that the command reads: not even `force` replaces them. */
  readonly inputs: readonly string[];
}

/** Checks files before the work: each must be writable, and absent or an earlier one of the same command. Returns what prevents it. */
export function checkOutputs(outputs: readonly Output[], rules: OutputRules): Diagnostic[] {
  const files = outputs.filter(({ path }) => path !== "-");
  const targets = files.map(({ path }) => behindLinks(path));
  return files.flatMap(({ path, beginning }, i) => {
    if (isReplaceableOrAbsent(path) && targets.indexOf(targets[i]!) < i) {
      return [plainDiagnostic("OPT0629", `${path} is named twice`, "each output has a file of its own")];
    }
    const obstacle = obstacleTo(path, rules) ?? (beginning === null ? null : foreign(path, beginning, rules, null));
    const found = obstacle ?? trial(path);
    return found === null ? [] : [found];
  });
}

/** Writes a file that the user named, unless something is in the way. Returns what went wrong, or null. */
export async function writeOutput(
  { path, beginning }: Output,
  content: Content,
  rules: OutputRules,
): Promise<Diagnostic | null> {
  const obstacle = obstacleTo(path, rules);
  if (obstacle !== null) return obstacle;
  try {
    return await replaceFile(path, content, (made) => foreign(path, beginning, rules, made));
  } catch (error) {
    return noFolder(path) ?? ioDiagnostic(error, "write", path);
  }
}

/** A file of a known size that is written in any order behind its head; a former one is known by its beginning. */
interface FilledOutput {
  readonly path: string;
  readonly head: Uint8Array;
  readonly bytes: number;
}

/** The same for files that `fill` writes together, under other names: all of them are replaced, or none. */
export async function fillOutputs(
  files: readonly FilledOutput[],
  fill: (temporaries: readonly string[]) => Promise<boolean>,
  rules: OutputRules,
): Promise<Diagnostic | null> {
  let found: Diagnostic | null = null;
  const from = async (temporaries: readonly string[]): Promise<boolean> => {
    const file = files[temporaries.length];
    if (file === undefined) {
      if (!(await fill(temporaries))) return false;
      for (const [i, { path }] of files.entries()) found ??= foreign(path, null, rules, temporaries[i]!);
      return found === null;
    }
    found = obstacleTo(file.path, rules);
    try {
      return (
        found === null &&
        (await replaceFilled(file.path, file.head, file.bytes, (temporary) => from([...temporaries, temporary])))
      );
    } catch (error) {
      found = ioDiagnostic(error, "write", file.path);
      return false;
    }
  };
  await from([]);
  return found;
}

/** Says on stderr what was written: `wrote report.json`. */
export function sayWritten(terminal: Terminal, quiet: boolean, ...paths: readonly string[]): void {
  if (!quiet) for (const path of paths) terminal.err(`wrote ${path}\n`);
}

/** What no command replaces: directories, its own inputs, and without `force` links that lead nowhere. */
function obstacleTo(path: string, { force, inputs }: OutputRules): Diagnostic | null {
  try {
    if (statSync(path).isDirectory()) {
      return plainDiagnostic("OPT0603", `${path} is a directory, not a file`, "name a file in it");
    }
    if (inputs.some((input) => isSameFile(input, path))) {
      return plainDiagnostic("OPT0611", `the command reads ${path} and never replaces it`, "name another file");
    }
    return intruding(path, force);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") return ioDiagnostic(error, "write", path);
  }
  try {
    if (lstatSync(path).isSymbolicLink() && !force) {
      const help = "remove the link, or use --force to replace it";
      return plainDiagnostic("OPT0628", `${path} is a link that leads nowhere`, help);
    }
    return null;
  } catch (error) {
    return errnoOf(error) === "ENOENT" ? intruding(path, force) : ioDiagnostic(error, "write", path);
  }
}

/** A build holds what its manifest lists: anything else in it would keep the next compile from replacing it. */
export function intruding(path: string, force: boolean): Diagnostic | null {
  if (force || readManifest(dirname(path)) === null) return null;
  const message = `${path} does not belong to the build in ${dirname(path)}`;
  return plainDiagnostic("OPT0605", message, "name a file outside of it, or use --force");
}

/** Whether what stands at `path` is something else than an earlier file of its kind; `made` is the file to take its place. */
function foreign(
  path: string,
  beginning: RegExp | null,
  { force }: OutputRules,
  made: string | null,
): Diagnostic | null {
  if (force || !exists(path) || !isReplaceable(path)) return null;
  try {
    if (statSync(path).size === 0) return null;
    const ours =
      beginning === null
        ? made !== null && (sameBeginning(head(path), head(made)) || sameContent(path, made))
        : beginning.test(head(path));
    if (ours) return null;
  } catch (error) {
    return ioDiagnostic(error, "look into", path);
  }
  const message = `${path} exists, and this command did not write it`;
  return plainDiagnostic("OPT0627", message, "name another file, or use --force to replace it");
}

const headBytes = 2048;

function head(path: string): string {
  const buffer = Buffer.alloc(headBytes);
  const file = openSync(path, "r");
  try {
    return buffer.toString("utf8", 0, readSync(file, buffer));
  } finally {
    closeSync(file);
  }
}

/** Of an export, the first lines name the circuit and the format; measured values in them may change. */
function sameBeginning(old: string, fresh: string): boolean {
  const [a, b] = [old, fresh].map((text) =>
    text
      .split("\n", 3)
      .map((line) => line.slice(0, 40).replace(/-?\d+\.\d+(e[-+]?\d+)?/gi, "0.0"))
      .join("\n"),
  );
  return a === b && a!.length >= 16;
}

function sameContent(a: string, b: string): boolean {
  return statSync(a).size === statSync(b).size && hashFile(a) === hashFile(b);
}

function isSameFile(a: string, b: string): boolean {
  if (a === "-" || !exists(a)) return false;
  const [one, other] = [statSync(a), statSync(b)];
  return one.isFile() && one.ino === other.ino && one.dev === other.dev;
}

function isReplaceableOrAbsent(path: string): boolean {
  try {
    return isReplaceable(path);
  } catch {
    return false;
  }
}

function noFolder(path: string): Diagnostic | null {
  const folder = dirname(path);
  if (exists(folder)) return null;
  return plainDiagnostic("OPT0601", `the directory ${folder} does not exist`, "make it, or name another file");
}

/** Writes nothing, where the file will be: the system itself says whether it could be written. */
function trial(path: string): Diagnostic | null {
  try {
    if (!isReplaceable(path)) return null;
    const target = behindLinks(path);
    const absent = noFolder(path);
    if (absent !== null) return absent;
    // The name itself may be too long, or have a character that the file system refuses.
    if (exists(target)) closeSync(openSync(target, "r+"));
    const temporary = temporaryBeside(target, "tmp");
    try {
      writeFileSync(temporary, "", { flag: "wx" });
    } finally {
      removeTemporary(temporary);
    }
    return null;
  } catch (error) {
    return ioDiagnostic(error, "write", path);
  }
}
