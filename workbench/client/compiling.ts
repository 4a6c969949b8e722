import { zipSync } from "fflate";
import {
  andThen,
  type Diagnostic,
  parseSpecs,
  plainDiagnostic,
  renderDiagnostics,
  type SourceFile,
  type Spec,
} from "../../dsl/index.ts";
import { type Circuit, serializeCircuit, targetNames } from "../../netlist/index.ts";
import { buildableText, builtChecks, readTechnology, type Technology } from "../../physics/index.ts";
import {
  budgetFigures,
  type Comparator,
  comparatorFigures,
  nothing,
  type PlayerData,
  playerSteps,
  reportPage,
} from "../../report/index.ts";
import {
  type Compiled,
  compile,
  estimateBytes,
  exactCheck,
  exactnessOf,
  exactText,
  exportCircuit,
  readCircuit,
  runSteps,
} from "../../toolchain/index.ts";
import { verifySteps } from "../../verify/index.ts";
import type { WorkbenchData } from "../index.ts";
import { circuitFormat, type WorkbenchAnswer } from "./messages.ts";
import { deviceOf, type ShownCircuit } from "./physics.ts";

/** Of circuit.json, as estimated: a page draws it and a browser holds it several times. */
const mostBytes = 2 ** 20;
/** Words through the devices beside a proof, which covers all. */
const sampledWords = 1000;
const seed = 1;

interface Made {
  readonly answer: WorkbenchAnswer;
  readonly shown: ShownCircuit | null;
}

/** Compiles one spec and makes its page, as `optinc compile` and `optinc report` do with the same seed. */
export async function compiled(text: string, data: WorkbenchData, progress: (text: string) => void): Promise<Made> {
  const source = { name: "spec", text };
  const refuse = (diagnostics: readonly Diagnostic[]): Made => ({
    answer: { kind: "refused", problems: linesOf(diagnostics, source) },
    shown: null,
  });
  const specs = parseSpecs(source, { emitTargets: targetNames });
  const spec = specs.value?.[0];
  if (spec === undefined) return refuse(specs.diagnostics);
  const obstacle = obstacleTo(spec);
  if (obstacle !== null) return refuse([obstacle]);
  const technology = spec.technology === null ? null : technologyOf(spec.technology, data);
  if (typeof technology === "string") return refuse([plainDiagnostic("OPT0637", technology, null)]);
  const onStep = (stage: string): void => progress(`${spec.name}: ${stage}`);
  const made = await compile(spec, { seed, onStep, ...(technology === null ? {} : { technology }) });
  if (made.value === null) return refuse(made.diagnostics);
  const { circuit } = made.value;
  progress(`${spec.name}: page`);
  const player = (await runSteps(playerSteps(circuit, null, technology, seed)))!;
  const { verdict, page } = await pageFor(made.value, technology, player, data);
  const more = specs.value!.length > 1 ? [`The first of ${specs.value!.length} aggregates is shown.`] : [];
  const notes = [...more, ...linesOf([...specs.diagnostics, ...made.diagnostics], source)];
  const least = player.comparators.reduce<Comparator | null>(
    (a, b) => (a === null || b.margin < a.margin ? b : a),
    null,
  );
  const weakest = least === null ? null : deviceOf(circuit, `mode ${least.mode} of section ${least.section}`);
  const answer = { kind: "circuit", verdict: `${circuit.name}: ${verdict}`, page, notes } as const;
  return { answer, shown: { circuit, technology, weakest } };
}

function linesOf(diagnostics: readonly Diagnostic[], source: SourceFile): readonly string[] {
  return diagnostics.map((each) => renderDiagnostics(source, [each]).trim());
}

/** What a page leaves to the command line. */
function obstacleTo(spec: Spec): Diagnostic | null {
  const help = "save the spec as spec.optinc and run `optinc compile spec.optinc`";
  if (spec.network.kind !== "constructed")
    return plainDiagnostic("OPT0655", `${spec.name}: a page trains and imports no networks`, help);
  if (estimateBytes(spec, null) <= mostBytes) return null;
  return plainDiagnostic("OPT0655", `the circuit of ${spec.name} is too large for a page`, help);
}

function technologyOf(name: string, { technologies }: WorkbenchData): Technology | string {
  const found = technologies.find(([known]) => known === name);
  if (found === undefined)
    return `a page has the shipped technologies alone: ${technologies.map(([it]) => it).join(", ")}`;
  return readTechnology({ name, text: found[1] }).value ?? `the technology ${name} cannot be read`;
}

async function pageFor(
  { circuit, evidence, requirements, budget, spec, design }: Compiled,
  technology: Technology | null,
  player: PlayerData,
  { report: assets, version }: WorkbenchData,
): Promise<{ readonly verdict: string; readonly page: string }> {
  const inputs =
    evidence.kind === "proved" ? ({ kind: "sampled", samples: sampledWords } as const) : spec.verify.inputs;
  const driven = (await runSteps(verifySteps(circuit, { inputs, seed })))!;
  const report = { ...driven, proof: evidence.kind === "proved" ? evidence.proof : null };
  const exactness = { ...exactnessOf(evidence), wrong: driven.wrong, vectors: driven.vectors };
  const others = builtChecks(design === null ? spec : null, budget, requirements);
  const checks = [exactCheck(exactness), ...others];
  const margin = spec.network.kind === "constructed" ? spec.network.margin : null;
  const shown = [
    comparatorFigures(circuit, player.comparators, margin),
    budget === null || technology === null ? nothing : budgetFigures(budget, technology, null),
  ];
  const input = {
    ...{ circuit, report, player, checks, version, isFramed: true, source: "the workbench", verification: "" },
    player: { ...player, counterexample: driven.counterexample?.words ?? null },
    passed: checks.every(({ required, state }) => !required || state === "pass"),
    verdict: `${exactText(exactness)} ${buildableText(others, budget)}`,
    figures: shown.flatMap(({ figures }) => figures),
    tables: shown.flatMap(({ tables }) => tables),
  };
  return { verdict: input.verdict, page: reportPage(input, assets) };
}

/** The file that `optinc export` writes, or circuit.json of `optinc compile`; several files in a zip. */
export function exported(circuit: Circuit, format: string): WorkbenchAnswer {
  if (format === circuitFormat) return fileOf(circuitFormat, serializeCircuit(circuit));
  // As `optinc export` reads it.
  const read = readCircuit([...serializeCircuit(circuit)].join(""), circuitFormat);
  const { value, diagnostics } = andThen(read, (it) => exportCircuit(it, format));
  if (value === null) return { kind: "refused", problems: linesOf(diagnostics, { name: circuit.name, text: "" }) };
  const files = value.map(({ name, content }) => ({ name, bytes: bytesOf(content) }));
  if (files.length === 1) return { kind: "file", ...files[0]! };
  // A fixed local date, which a zip keeps: the same circuit gives the same bytes.
  const packed = zipSync(Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])), {
    mtime: new Date(1980, 0, 1),
  });
  return { kind: "file", name: `${circuit.name}-${format}.zip`, bytes: packed };
}

function fileOf(name: string, content: Iterable<string | Uint8Array>): WorkbenchAnswer {
  return { kind: "file", name, bytes: bytesOf(content) };
}

function bytesOf(content: Iterable<string | Uint8Array>): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const pieces = [...content].map((piece) => (typeof piece === "string" ? encoder.encode(piece) : piece));
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
