import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** A step of a workflow or of a composite action. */
interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly shell?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}

/** What became of a step. */
export interface Outcome {
  readonly name: string;
  /** `foreign`: an action of others, which GitHub alone runs; `with` is what it would get. */
  readonly kind: "success" | "failure" | "skipped" | "foreign";
  readonly code: number;
  readonly output: string;
  readonly with: Readonly<Record<string, string>>;
}

export interface ActionRun {
  readonly outcomes: readonly Outcome[];
  readonly summary: string;
  /** Of the action, as a later step would read them. */
  readonly outputs: Readonly<Record<string, string>>;
}

type Names = Readonly<Record<string, string>>;

/**
 * Runs the steps of a composite action as GitHub's runner does: expressions, conditions, one bash a step, and the files by which
 * steps hand on environment, outputs and summary. It is no GitHub runner: actions of others are named and not run, and an expression
 * that it does not know is an error.
 */
export function runAction(
  folder: string,
  inputs: Names,
  { cwd, temporary, event }: { readonly cwd: string; readonly temporary: string; readonly event: Names },
): ActionRun {
  const action = parse(readFileSync(join(folder, "action.yml"), "utf8"));
  if (action.runs.using !== "composite") throw new Error("not a composite action");
  for (const name of Object.keys(inputs)) if (!(name in action.inputs)) throw new Error(`no input ${name}`);
  const given: Record<string, string> = {};
  // biome-ignore lint/suspicious/noExplicitAny: an input as YAML has it
  for (const [name, row] of Object.entries<any>(action.inputs)) given[`inputs.${name}`] = inputs[name] ?? row.default;
  const context: Record<string, string> = { ...given };
  for (const [name, value] of Object.entries(event)) context[`github.event.${name}`] = value;
  const files = ["env", "output", "summary"].map((name) => join(temporary, `step-${name}`));
  mkdirSync(temporary, { recursive: true });
  const handedOn: Record<string, string> = {};
  const outcomes: Outcome[] = [];
  let summary = "";
  let failed = false;
  const steps: readonly Step[] = action.runs.steps;
  for (const step of steps) {
    const name = step.name ?? step.uses ?? step.run ?? "";
    const wanted = step.if === undefined ? !failed : condition(step.if, context, failed);
    if (!wanted) {
      outcomes.push({ name, kind: "skipped", code: 0, output: "", with: {} });
      continue;
    }
    const filled = Object.fromEntries(
      Object.entries(step.with ?? {}).map(([key, text]) => [key, fill(String(text), context)]),
    );
    if (step.uses !== undefined) {
      outcomes.push({ name, kind: "foreign", code: 0, output: step.uses, with: filled });
      continue;
    }
    if (step.shell !== "bash") throw new Error(`${name}: a step of a composite action names its shell`);
    for (const file of files) writeFileSync(file, "");
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([key, text]) => [key, fill(text, context)]));
    const script = join(temporary, "step.sh");
    writeFileSync(script, fill(step.run!, context));
    const run = spawnSync("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", script], {
      cwd,
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: temporary,
        ...handedOn,
        ...env,
        CI: "true",
        GITHUB_ACTIONS: "true",
        GITHUB_ACTION_PATH: folder,
        RUNNER_TEMP: temporary,
        GITHUB_ENV: files[0]!,
        GITHUB_OUTPUT: files[1]!,
        GITHUB_STEP_SUMMARY: files[2]!,
      },
    });
    Object.assign(handedOn, pairsIn(files[0]!));
    for (const [key, value] of Object.entries(pairsIn(files[1]!))) context[`steps.${step.id}.outputs.${key}`] = value;
    summary += readFileSync(files[2]!, "utf8");
    const code = run.status ?? -1;
    if (step.id !== undefined) context[`steps.${step.id}.outcome`] = code === 0 ? "success" : "failure";
    failed ||= code !== 0;
    outcomes.push({ name, kind: code === 0 ? "success" : "failure", code, output: run.stdout + run.stderr, with: {} });
  }
  // biome-ignore lint/suspicious/noExplicitAny: an output as YAML has it
  const outputs = Object.entries<any>(action.outputs ?? {}).map(([name, row]) => [name, fill(row.value, context)]);
  return { outcomes, summary, outputs: Object.fromEntries(outputs) };
}

function pairsIn(file: string): Record<string, string> {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

/** Text with `${{ a || b }}` in it. */
function fill(text: string, context: Names): string {
  return text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) => {
    const values = expression.split("||").map((part) => value(part.trim(), context));
    return values.find((each) => each !== "") ?? "";
  });
}

function value(word: string, context: Names): string {
  const literal = /^'([^']*)'$/.exec(word);
  if (literal !== null) return literal[1]!;
  if (!/^(?:inputs|github|steps)\.[\w.-]+$/.test(word))
    throw new Error(`an expression that is not known here: ${word}`);
  if (word.startsWith("inputs.") && !(word in context)) throw new Error(`no such input: ${word}`);
  return context[word] ?? "";
}

/** Comparisons and always(), joined by &&; without always() a step is skipped when one failed before it. */
function condition(text: string, context: Names, failed: boolean): boolean {
  const parts = text.split("&&").map((part) => part.trim());
  if (failed && !parts.includes("always()")) return false;
  return parts.every((part) => {
    if (part === "always()") return true;
    const [, left, sign, right] = /^(\S+) (==|!=) (\S+)$/.exec(part) ?? [];
    if (left === undefined) throw new Error(`a condition that is not known here: ${part}`);
    return (value(left, context) === value(right!, context)) === (sign === "==");
  });
}
