import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { SpiceFields } from "../netlist/spice/sweep.ts";

const TIME_LIMIT_MS = 240_000;

/** Runs a netlist in the ngspice of the machine, as a user would: batch mode, an ASCII raw file with 15 digits. */
export function runNative(netlist: string): SpiceFields {
  return readRaw(runCommand(netlist, "ngspice -b -r OUT.raw FILE").raw!);
}

/** Runs a netlist by a command as headers and documents print it: FILE is the netlist, OUT.raw what may be written. */
export function runCommand(
  netlist: string,
  command: string,
): { readonly printed: string; readonly raw: string | null } {
  return inFolder({ "circuit.sp": netlist }, (folder) => {
    const printed = run(folder, command.replace("FILE", "circuit.sp"));
    const raw = join(folder, "OUT.raw");
    return { printed, raw: existsSync(raw) ? readFileSync(raw, "utf8") : null };
  });
}

/** What a command prints in a folder with these files, whose names may have folders in them. */
export function runFiles(files: Readonly<Record<string, string>>, command: string): string {
  return inFolder(files, (folder) => run(folder, command));
}

function run(folder: string, command: string): string {
  const [program, ...words] = command.split(" ");
  const result = spawnSync(program!, words, {
    cwd: folder,
    encoding: "utf8",
    timeout: TIME_LIMIT_MS,
    env: { ...process.env, SPICE_ASCIIRAWFILE: "1" },
  });
  if (result.error !== undefined || result.status !== 0) {
    throw new Error(`ngspice: ${result.error?.message ?? `exit ${result.status}`}\n${result.stderr}`);
  }
  return result.stdout;
}

function inFolder<T>(files: Readonly<Record<string, string>>, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "optinc-ngspice-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The levels that the receivers of netlists show, `[netlist][setting][output]`, or what ngspice complained of. One process sources the
 * files as they are, one after another; a setting is the commands that choose an input. Where one shows another number of levels,
 * it is asked once more, alone. `outputs` are the stems, as w0_s0.
 */
export function levelsOfNative(
  netlists: readonly string[],
  settings: readonly (readonly string[])[],
  outputs: readonly string[],
): (number[][] | string)[] {
  const asked = settings.flatMap((commands) => [
    ...commands,
    "op",
    `print ${outputs.map((stem) => `v(level_${stem})`).join(" ")}`,
  ]);
  const files = netlists.map((_, i) => `circuit${i}.sp`);
  const each = files.flatMap((file) => [`source ${file}`, ...asked, "destroy all", "remcirc", "echo next"]);
  // A file that says what to print does so and quits where nobody asks for a raw file.
  const driver = ["* driver", ".control", "set rawfile = none", ...each, "quit", ".endc", ".end", ""].join("\n");
  const texts = Object.fromEntries(files.map((file, i) => [file, netlists[i]!]));
  return inFolder({ ...texts, "driver.sp": driver }, (folder) => {
    const result = spawnSync("ngspice", ["-b", "driver.sp"], { cwd: folder, encoding: "utf8", timeout: TIME_LIMIT_MS });
    const printed = result.stdout.split(/^next$/m);
    return netlists.map((netlist, i) => {
      const levels = [...(printed[i] ?? "").matchAll(/^v\(level_\w+\) = (\S+)$/gm)].map(([, value]) => Number(value));
      if (result.error === undefined && levels.length === settings.length * outputs.length)
        return settings.map((_, s) => levels.slice(s * outputs.length, (s + 1) * outputs.length));
      if (netlists.length > 1) return levelsOfNative([netlist], settings, outputs)[0]!;
      return result.error?.message ?? result.stderr.trim().split("\n").slice(0, 4).join("\n");
    });
  });
}

/** An ASCII raw file with one real plot: a header, the variables, then one block of values a point. */
export function readRaw(text: string): SpiceFields {
  const count = (key: string): number => Number(new RegExp(`^${key}: *(\\d+)`, "m").exec(text)?.[1]);
  const variables = count("No\\. Variables");
  const points = count("No\\. Points");
  const [head, body] = text.split(/^Values:\n/m);
  if (head === undefined || body === undefined || !/^Flags: real$/m.test(head)) {
    throw new Error("not an ASCII raw file with real values");
  }
  const names = head
    .slice(head.indexOf("Variables:\n") + "Variables:\n".length)
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/)[1]!);
  const numbers = body.trim().split(/\s+/).map(Number);
  if (names.length !== variables || numbers.length !== points * (variables + 1)) {
    throw new Error(`the raw file promises ${variables} x ${points} values and has ${numbers.length}`);
  }
  // every block starts with the number of its point
  return {
    values: new Map(
      names.map((name, i) => [
        name.toLowerCase().replace(/^v\((.*)\)$/, "$1"),
        Float64Array.from({ length: points }, (_, p) => numbers[p * (variables + 1) + 1 + i]!),
      ]),
    ),
  };
}
