import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Checked, type Diagnostic, plainDiagnostic } from "../../dsl/index.ts";
import { fits, isFields, listOf, oneOf, type Shape } from "../../formats/index.ts";
import { targets as formats, type Target } from "../../netlist/index.ts";
import { bringupPythonTarget } from "../../physics/index.ts";
import { proofCheckerTarget } from "../../verify/index.ts";
import { shipped } from "../shipped.ts";

/** Formats that `export` knows by name. */
export const targets: readonly Target[] = [
  ...formats,
  bringupPythonTarget,
  proofCheckerTarget(() => readFileSync(shipped("proof/check_proof.py"), "utf8")),
];

/** A format by its name, or by the path of a module whose only `Target` export is meant. */
export async function readTarget(name: string): Promise<Checked<Target>> {
  if (/[/\\]|\.[cm]?js$/.test(name)) return await readModule(name);
  const target = targets.find((each) => each.name === name);
  if (target !== undefined) return { value: target, diagnostics: [] };
  const known = targets.map((it) => it.name).join(", ");
  return refused(`there is no format \`${name}\``, `formats: ${known}; or ./my-target.js`);
}

async function readModule(path: string): Promise<Checked<Target>> {
  if (path.includes("\0") || !existsSync(path))
    return refused(`${path} does not exist`, "a module that exports a target");
  let module: Readonly<Record<string, unknown>>;
  try {
    module = await settled(import(pathToFileURL(resolve(path)).href));
  } catch (error) {
    return refused(`${path} does not load: ${reasonOf(error)}`, "it must be an ECMAScript module");
  }
  const found = [...new Set(Object.values(module))].filter((each) => fits<Target>(each, targetShape));
  const [target, ...more] = found;
  if (target === undefined || more.length > 0) {
    const help = "export one object with name, summary, carries, limits, options, check and emit";
    return refused(`${path} exports ${found.length} targets`, help);
  }
  return { value: guarded(path, target), diagnostics: [] };
}

/** A module that waits for what never comes would end the process in the middle of a sentence. */
async function settled<T>(work: Promise<T>): Promise<T> {
  return await new Promise((settle, reject) => {
    const idle = (): void => reject(new Error("it never finishes loading"));
    process.once("beforeExit", idle);
    work.then(settle, reject).finally(() => process.removeListener("beforeExit", idle));
  });
}

function refused(message: string, help: string): Checked<never> {
  return { value: null, diagnostics: [plainDiagnostic("OPT0641", message, help)] };
}

const option: Shape = {
  name: "string",
  summary: "string",
  values: (values) => fits<readonly string[]>(values, listOf("string")) && values.length > 0,
  also: (also) => also === null || fits(also, { what: "string", pattern: (it) => it instanceof RegExp }),
};

const targetShape: Shape = {
  ...({ name: "string", summary: "string", carries: "string", limits: "string" } as const),
  options: listOf(option),
  check: "function",
  emit: "function",
};

/** The same target, whose faults are the module's and said to be. */
function guarded(path: string, target: Target): Target {
  return {
    ...target,
    check: (subject, options) => {
      const findings: unknown = attempt(path, "check", () => target.check(subject, options));
      if (fits<readonly Finding[]>(findings, listOf(finding))) return findings;
      throw fault(path, `check returned ${described(findings)} instead of an array of findings`);
    },
    emit: (subject, options) => {
      const files: unknown = attempt(path, "emit", () => target.emit(subject, options));
      if (!Array.isArray(files) || files.length === 0 || !files.every(isFile)) {
        throw fault(path, `emit returned ${described(files)} instead of an array of files with name and content`);
      }
      return files.map(({ name, content }) => ({ name, content: pieces(path, name, content) }));
    },
  };
}

type Finding = ReturnType<Target["check"]>[number];

const finding: Shape = {
  ...({ code: "string", message: "string", where: "string" } as const),
  severity: oneOf("error", "warning", "note"),
  help: (help) => help === null || typeof help === "string",
};

function isFile(value: unknown): value is { readonly name: string; readonly content: Iterable<unknown> } {
  if (!isFields(value) || typeof value["name"] !== "string") return false;
  const { content } = value;
  return typeof content === "object" && content !== null && Symbol.iterator in content;
}

function* pieces(path: string, name: string, content: Iterable<unknown>): Generator<string | Uint8Array> {
  const iterator = attempt(path, "emit", () => content[Symbol.iterator]());
  for (;;) {
    const { done, value } = attempt(path, "emit", () => iterator.next());
    if (done === true) return;
    if (typeof value !== "string" && !(value instanceof Uint8Array)) {
      throw fault(path, `the content of ${name} holds ${described(value)} instead of texts or bytes`);
    }
    yield value;
  }
}

function attempt<T>(path: string, what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fault(path, `${what} failed: ${reasonOf(error)}`);
  }
}

const faultCode = "OPTINC_TARGET_MODULE";

function fault(path: string, message: string): Error {
  return Object.assign(new Error(`${path}: ${message}`), { code: faultCode });
}

/** The diagnostic for what a module of a third party did wrong; errors of any other kind are thrown on. */
export function moduleDiagnostic(error: unknown): Diagnostic {
  if (!(error instanceof Error) || !("code" in error) || error.code !== faultCode) throw error;
  return plainDiagnostic("OPT0642", error.message, "this is a fault of the module, not of optinc");
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.split("\n")[0]! : described(error);
}

function described(value: unknown): string {
  if (value instanceof Promise) return "a promise";
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : "an array of something else";
  return value === null || value === undefined ? `${value}` : `a ${typeof value}`;
}
