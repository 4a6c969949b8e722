import {
  algorithms,
  compareAlgorithms,
  comparisonCsv,
  comparisonJson,
  comparisonSvg,
  comparisonTable,
  findAlgorithm,
} from "../../collectives/index.ts";
import { type Checked, type Cluster, type Diagnostic, defaultCluster, plainDiagnostic } from "../../dsl/index.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { checkOutputs, type Output, type OutputRules, sayWritten, writeOutput } from "../files/output.ts";
import { reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import { override, parseAlgorithms, parseDtype, parseSize, parseWorkers, readClusters } from "./collective-options.ts";

export const compareFormats = ["table", "csv", "json", "svg"] as const;
export type CompareFormat = (typeof compareFormats)[number];

export interface CompareRequest {
  /** Null for a cluster of defaults. */
  readonly spec: string | null;
  readonly workers: string | null;
  readonly size: string | null;
  readonly dtype: string | null;
  readonly algorithms: string | null;
  readonly format: CompareFormat;
  readonly out: string | null;
  readonly force: boolean;
  readonly executeUpTo: number;
}

const defaultWorkers = 16;

/** `optinc compare`: times every algorithm on every cluster of the spec; exit 3 if a schedule turns out to be none. */
export async function runCompare(terminal: Terminal, request: CompareRequest): Promise<ExitCode> {
  const workers = optional(request.workers, parseWorkers);
  const size = optional(request.size, parseSize);
  const dtype = optional(request.dtype, parseDtype);
  const chosen = optional(request.algorithms, parseAlgorithms);
  const wrong = [workers, size, dtype, chosen].flatMap((checked) => checked?.diagnostics ?? []);
  const reading = request.spec === null ? null : await readClusters(request.spec);
  if (reading !== null) reportDiagnostics(terminal, reading.source, reading.diagnostics);
  reportDiagnostics(terminal, null, wrong);
  if (wrong.length > 0 || reading?.value === null) return exitCode.invalidInput;

  const output: Output = { path: request.out ?? "-", kind: `comparison as ${request.format}` };
  const rules = { force: request.force, inputs: request.spec === null ? [] : [request.spec] };
  const obstacles = checkOutputs([output], rules);
  reportDiagnostics(terminal, null, obstacles);
  if (obstacles.length > 0) return exitCode.invalidInput;

  const changes: Partial<Cluster>[] = [];
  const inputs: Record<string, string> = {};
  if (typeof size?.value === "number") {
    changes.push({ gradients: [{ name: request.size!, elements: size.value }] });
    inputs["parameters"] = request.size!;
  }
  if (typeof dtype?.value === "string") {
    changes.push({ dtype: dtype.value });
    inputs["dtype"] = dtype.value;
  }
  const clusters = reading?.value ?? [defaultCluster(defaultWorkers)];
  const faults: Diagnostic[] = [];
  const texts = clusters.map((declared) => {
    const cluster = override(declared, Object.assign({}, ...changes), inputs);
    const comparison = compareAlgorithms(cluster, {
      workers: workers?.value ?? [cluster.workers],
      algorithms: chosen?.value ?? algorithms,
      executeUpTo: request.executeUpTo,
    });
    for (const { algorithm, workers: p, outcome } of comparison.rows) {
      if (outcome.kind === "refused" || outcome.faults.length === 0) continue;
      faults.push(plainDiagnostic("OPT0708", `${algorithm} on ${p} workers: ${outcome.faults[0]!.message}`));
    }
    const inputsOf = (name: string): readonly string[] => findAlgorithm(name)?.inputs ?? [];
    switch (request.format) {
      case "table":
        return comparisonTable(comparison);
      case "csv":
        return comparisonCsv(comparison, inputsOf);
      case "json":
        return comparisonJson(comparison, inputsOf);
      case "svg":
        return comparisonSvg(comparison);
      default:
        return request.format satisfies never;
    }
  });
  if (request.format !== "table" && texts.length > 1) {
    const message = `${request.format} holds one cluster, the file has ${texts.length}`;
    reportDiagnostics(terminal, null, [plainDiagnostic("OPT0709", message, "split the file")]);
    return exitCode.invalidInput;
  }
  const failure = await deliver(terminal, output, rules, texts.join("\n"));
  reportDiagnostics(terminal, null, [...faults, ...(failure === null ? [] : [failure])]);
  return failure !== null ? exitCode.invalidInput : faults.length > 0 ? exitCode.verificationFailed : exitCode.done;
}

function optional<T>(text: string | null, parse: (text: string) => Checked<T>): Checked<T> | null {
  return text === null ? null : parse(text);
}

async function deliver(
  terminal: Terminal,
  output: Output,
  rules: OutputRules,
  text: string,
): Promise<Diagnostic | null> {
  if (output.path === "-") {
    terminal.data(text);
    return null;
  }
  const failure = await writeOutput(output, [text], rules);
  if (failure === null) sayWritten(terminal, false, output.path);
  return failure;
}
