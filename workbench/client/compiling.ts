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
import { type Circuit, findTarget, serializeCircuit, type TargetFile, targetNames } from "../../netlist/index.ts";
import { readTechnology, type Technology } from "../../physics/index.ts";
import {
  budgetFigures,
  type Comparator,
  comparatorFigures,
  type FramedCircuit,
  framedBody,
  nothing,
  nothingKnown,
  type PlayerData,
  playerSteps,
} from "../../report/index.ts";
import {
  buildFiles,
  type Compiled,
  compile,
  estimateBytes,
  exportCircuit,
  type FileEntry,
  manifestDesign,
  manifestName,
  printManifest,
  readCircuit,
  runAbortable,
  summarise,
  usualChips,
  verdictOf,
} from "../../toolchain/index.ts";
import { verifySteps } from "../../verify/index.ts";
import { buildFormat, circuitFormat, type WorkbenchAnswer, type WorkerData } from "./messages.ts";
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

/** Compiles one spec and says of it what `optinc compile` and `optinc report` do with the same seed; `tell` hears of it before. Rejects with the signal's reason. */
export async function compiled(
  text: string,
  data: WorkerData,
  tell: (answer: WorkbenchAnswer) => void,
  signal: AbortSignal,
): Promise<Made> {
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
  let known = "";
  const progress = (stage: string): void => {
    if (stage !== known) tell({ kind: "progress", text: `${spec.name}: ${stage}` });
    known = stage;
  };
  const onCircuit = (circuit: Circuit): void => {
    const body = framedBody(circuit, nothingKnown, null);
    const framed = { body, circuit, player: nothingKnown, isPending: true };
    tell({ kind: "circuit", framed, verdict: `${circuit.name}: not proved yet.`, notes: [] });
  };
  const named = technology === null ? {} : { technology };
  const made = await compile(spec, { seed, signal, onStep: progress, onCircuit, ...named });
  if (made.value === null) return refuse(made.diagnostics);
  const { circuit } = made.value;
  progress("figures");
  const player = await runAbortable(playerSteps(circuit, null, technology, seed), signal);
  const { verdict, framed } = await pageFor(made.value, technology, player, signal);
  const more = specs.value!.length > 1 ? [`The first of ${specs.value!.length} aggregates is shown.`] : [];
  const notes = [...more, ...linesOf([...specs.diagnostics, ...made.diagnostics], source)];
  const least = player.comparators.reduce<Comparator | null>(
    (a, b) => (a === null || b.margin < a.margin ? b : a),
    null,
  );
  const weakest = least === null ? null : deviceOf(circuit, `mode ${least.mode} of section ${least.section}`);
  const answer = { kind: "circuit", framed, verdict: `${circuit.name}: ${verdict}`, notes } as const;
  return { answer, shown: { circuit, text, spec, technology, weakest } };
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

function technologyOf(name: string, { technologies }: WorkerData): Technology | string {
  const found = technologies.find(([known]) => known === name);
  if (found === undefined)
    return `a page has the shipped technologies alone: ${technologies.map(([it]) => it).join(", ")}`;
  return readTechnology({ name, text: found[1] }).value ?? `the technology ${name} cannot be read`;
}

async function pageFor(
  made: Compiled,
  technology: Technology | null,
  known: PlayerData,
  signal: AbortSignal,
): Promise<{ readonly verdict: string; readonly framed: FramedCircuit }> {
  const { circuit, evidence, budget, spec } = made;
  const inputs =
    evidence.kind === "proved" ? ({ kind: "sampled", samples: sampledWords } as const) : spec.verify.inputs;
  const driven = await runAbortable(verifySteps(circuit, { inputs, seed }), signal);
  const report = { ...driven, proof: evidence.kind === "proved" ? evidence.proof : null };
  const { wrong, vectors } = driven;
  const { verdict, checks } = verdictOf(made, { wrong, vectors });
  const margin = spec.network.kind === "constructed" ? spec.network.margin : null;
  const shown = [
    comparatorFigures(circuit, known.comparators, margin),
    budget === null || technology === null ? nothing : budgetFigures(budget, technology, null),
  ];
  const player = { ...known, counterexample: driven.counterexample?.words ?? null };
  const body = framedBody(circuit, player, {
    ...{ circuit, report, checks, verdict },
    passed: checks.every(({ required, state }) => !required || state === "pass"),
    figures: shown.flatMap(({ figures }) => figures),
    tables: shown.flatMap(({ tables }) => tables),
  });
  return { verdict, framed: { body, circuit, player, isPending: false } };
}

/** The file that `optinc export` or `optinc compile` writes; several files in a zip. */
export async function exported(shown: ShownCircuit, format: string, data: WorkerData): Promise<WorkbenchAnswer> {
  const { circuit } = shown;
  if (format === circuitFormat) return fileOf(circuitFormat, serializeCircuit(circuit));
  if (format === buildFormat) return zipOf(circuit.name, await buildOf(shown, data));
  // As `optinc export` reads it.
  const read = readCircuit([...serializeCircuit(circuit)].join(""), circuitFormat);
  const { value, diagnostics } = andThen(read, (it) => exportCircuit(it, format));
  if (value === null) return { kind: "refused", problems: linesOf(diagnostics, { name: circuit.name, text: "" }) };
  if (value.length === 1) return fileOf(value[0]!.name, value[0]!.content);
  return zipOf(`${circuit.name}-${format}`, value);
}

/** The build directory of `optinc compile`, as if the spec stood in a file with the name of its aggregate. */
async function buildOf(
  { spec, text, technology }: ShownCircuit,
  { technologies, version }: WorkerData,
): Promise<readonly TargetFile[]> {
  const named = technology === null ? {} : { technology };
  const made = (await compile(spec, { seed, chips: usualChips, ...named })).value!;
  const targets = spec.emit.map((name) => findTarget(name)!);
  const files = buildFiles(made, targets, summarise(made)).map(({ name, content }) => ({
    name,
    bytes: bytesOf(content),
  }));
  const entry = async ({ name, bytes }: (typeof files)[number]): Promise<FileEntry> => {
    const digest = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))];
    return { name, sha256: digest.map((it) => it.toString(16).padStart(2, "0")).join(""), bytes: bytes.length };
  };
  const { sha256 } = await entry({ name: "", bytes: bytesOf([text]) });
  const ofTechnology = technologies.find(([name]) => name === spec.technology)?.[1] ?? "";
  const { sha256: technologySha256 } = await entry({ name: "", bytes: bytesOf([ofTechnology]) });
  const { symbolRateBd } = made.spec;
  const manifest = printManifest(version, {
    command: "compile",
    aggregate: spec.name,
    spec: { name: `${spec.name}.optinc`, sha256 },
    ...(technology === null ? {} : { technology: { name: technology.name, sha256: technologySha256, symbolRateBd } }),
    seed,
    network: { kind: "constructed" },
    ...(made.design === null ? {} : { design: manifestDesign(made.design) }),
    targets: targets.map(({ name }) => ({ name, options: {} })),
    files: await Promise.all(files.map(entry)),
  });
  return [...files.map(({ name, bytes }) => ({ name, content: [bytes] })), { name: manifestName, content: [manifest] }];
}

function zipOf(name: string, files: readonly TargetFile[]): WorkbenchAnswer {
  const entries = files.map((it) => [it.name, bytesOf(it.content)]);
  // A fixed local date, which a zip keeps: the same circuit gives the same bytes.
  const bytes = zipSync(Object.fromEntries(entries), { mtime: new Date(1980, 0, 1) });
  return { kind: "file", name: `${name}.zip`, bytes };
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
