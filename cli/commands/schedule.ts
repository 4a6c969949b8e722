import {
  type Algorithm,
  astraSimAlgorithms,
  astraSimFiles,
  type Collective,
  chakraTraces,
  checkWavelengths,
  collectiveOf,
  collectives,
  countTransfers,
  executeOnWords,
  faultText,
  listSchedule,
  type PhasedSchedule,
  pathLossDb,
  scatterOf,
  scheduleCsv,
  scheduleJson,
  setupsByStep,
} from "../../collectives/index.ts";
import { type Cluster, counted, defaultCluster, dtypeBits, plainDiagnostic } from "../../dsl/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { choice, flag, required, text, type Values, value } from "../arguments/parameters.ts";
import { count } from "../arguments/parsers.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { writeBuild } from "../files/build-directory.ts";
import { type Output, sayWritten } from "../files/output.ts";
import { openOutputs, writtenCode } from "../files/outputs.ts";
import { specName } from "../files/specs.ts";
import type { Artifact } from "../files/write.ts";
import { refuse, reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import {
  algorithmNamed,
  algorithmNotes,
  gradientOf,
  override,
  readClusters,
  workerCount,
} from "./collective-options.ts";

const parameters = {
  algorithm: required("<name>", "algorithm, such as ring, wrht or optinc-cascade", algorithmNamed),
  workers: required("--workers <count>", "such as 16", workerCount),
  collective: choice("--collective <name>", "of the algorithm: all of it, or a half", collectives, "all-reduce"),
  wavelengths: value("--wavelengths <count>", "of the ring of waveguides", count(1), null, { most: 1024 }),
  size: value("--size <elements>", "elements of the gradient (default: 8 for each worker)", gradientOf),
  dtype: choice("--dtype <type>", "of the elements", Object.keys(dtypeBits)),
  spec: text("--spec <file>", "spec file whose first cluster gives the other settings"),
  format: choice("--format <format>", "of the listing", ["text", "json", "csv"], "text"),
  export: choice("--export <format>", "instead of a listing", ["chakra", "astra-sim"]),
  out: text("-o, --out <path>", "file, or directory for formats of several files"),
  force: flag("--force", "replace a file or directory that the command did not write itself"),
};

type ScheduleRequest = Values<typeof parameters>;

export const definition: CommandDefinition = {
  ...command(parameters, runSchedule, (values, isTyped) =>
    values.export !== null && isTyped("format") ? "--format applies to the listing, which --export replaces" : null,
  ),
  notes: algorithmNotes,
};

/** Transfers that are listed, and that an export may hold. */
const [mostListed, mostExported] = [20_000, 1_000_000] as const;
/** Additions that the check of a listing may cost. */
const mostExecuted = 2e8;

/** `optinc schedule NAME`: prints the steps and checks them, or writes them for another tool. */
async function runSchedule(terminal: Terminal, request: ScheduleRequest): Promise<ExitCode> {
  const { algorithm: whole, workers: p, wavelengths, dtype, collective } = request;
  const reading = request.spec === null ? null : await readClusters(request.spec);
  if (reading !== null) reportDiagnostics(terminal, reading.source, reading.diagnostics);
  const refused = (code: string, message: string, help: string | null = null): ExitCode =>
    refuse(terminal, plainDiagnostic(code, message, help));
  if (reading?.value === null) return exitCode.invalidInput;
  const algorithm = collectiveOf(whole, collective);
  let cluster = reading?.value[0] ?? defaultCluster(p);
  if (dtype !== null) cluster = override(cluster, { dtype }, { dtype });
  if (wavelengths !== null) {
    const given = algorithm.wavelengths(cluster) !== null;
    if (!given) return refused("OPT0706", `${algorithm.name} uses no wavelengths`, "leave out --wavelengths");
    const changed = { ...cluster.optical, wavelengths };
    cluster = { ...cluster, optical: changed, sipRing: { ...cluster.sipRing, wavelengths } };
  }
  const reason = algorithm.refuses(cluster, p);
  if (reason !== null)
    return refused(
      "OPT0702",
      `${collective === "all-reduce" ? "" : `${collective} of `}${algorithm.name} on ${p} workers: ${reason}`,
    );
  const length = request.size?.elements ?? 8 * p;
  const bits = algorithm.bits(cluster);
  const schedule = algorithm.build(cluster, p, length, bits);
  if (request.export === null && request.format === "text") return print(terminal, whole, cluster, schedule, request);
  if (request.export !== "astra-sim" && countTransfers(schedule, mostExported) > mostExported) {
    return refused("OPT0707", `the schedule has more than ${mostExported} transfers`, "choose fewer workers");
  }
  if (request.export === null) {
    const pieces = request.format === "json" ? scheduleJson(schedule, collective) : scheduleCsv(schedule);
    return await deliver(terminal, request, null, [...pieces].join(""));
  }
  const files =
    request.export === "chakra"
      ? tracesOf(algorithm, cluster, schedule, bits)
      : astraSimFiles(algorithm.name, cluster, p, Math.ceil((length * bits) / 8), collective);
  if (files === null) {
    const help = `it implements ${astraSimAlgorithms.join(", ")}; for others use --export chakra`;
    return refused("OPT0707", `ASTRA-sim does not implement ${algorithm.name}`, help);
  }
  if (request.out === null || request.out === "-") {
    return refused("OPT0709", `${request.export} takes several files`, "name a directory: -o DIR");
  }
  const artifacts = files.map(({ name, content }) => ({ name, content: [content] }));
  return await writeFiles(terminal, request, algorithm, request.out, artifacts);
}

/** A trace a worker. */
function tracesOf(algorithm: Algorithm, cluster: Cluster, schedule: PhasedSchedule, bits: number) {
  const setupS = setupsByStep(schedule, algorithm.model(cluster, schedule.workers));
  const traces = [...chakraTraces(schedule, { bytesPerElement: bits / 8, setupS })];
  return traces.map((content, rank) => ({ name: `${algorithm.name}.${rank}.et`, content }));
}

const listingBeginning = /^[\w-]+: \d+ workers(, \d+ switches)?, \d+ elements\n/;

async function print(
  terminal: Terminal,
  algorithm: Algorithm,
  cluster: Cluster,
  schedule: PhasedSchedule,
  request: ScheduleRequest,
): Promise<ExitCode> {
  const { workers, switches, length } = schedule;
  const nodes = switches === 0 ? "" : `, ${switches} switches`;
  const { collective } = request;
  const what = collective === "all-reduce" ? "" : `${collective}, `;
  const parts = [`${schedule.name}: ${what}${workers} workers${nodes}, ${length} elements\n`];
  parts.push(...listSchedule(schedule, mostListed));
  let failed = false;
  if (workers * length <= mostExecuted / 16 && countTransfers(schedule, mostExported) <= mostExported) {
    const faults = executeOnWords(algorithm, collective, cluster, workers, length);
    failed ||= faults.length > 0;
    parts.push(`executed on integers: ${faults.length === 0 ? exactText(algorithm, collective) : faultText(faults)}\n`);
  } else parts.push("not executed: too large\n");
  const available = algorithm.wavelengths(cluster);
  if (available !== null) {
    const light = checkWavelengths(schedule, available);
    failed ||= light.faults.length > 0;
    const budgetDb = cluster.optical.lossBudget;
    const db = pathLossDb(light.longestArc, cluster.optical);
    parts.push(
      `wavelengths: ${light.wavelengths} of ${available}, ${faultText(light.faults)}\n`,
      `longest path: ${light.longestArc} segments, ${db.toFixed(2)} dB, ${db <= budgetDb ? "within" : "above"} the budget of ${budgetDb} dB\n`,
    );
  }
  const code = await deliver(terminal, request, listingBeginning, parts.join(""));
  return code !== exitCode.done ? code : failed ? exitCode.verificationFailed : exitCode.done;
}

function exactText(algorithm: Algorithm, collective: Collective): string {
  if (collective === "all-reduce" || scatterOf(algorithm) === "whole") return "every worker holds the exact sum";
  return collective === "all-gather"
    ? "behind the reduce-scatter every worker holds the exact sum"
    : "every element is summed exactly at some worker, and every worker has its share";
}

/** Text goes to standard output or to the file that was named. */
async function deliver(
  terminal: Terminal,
  request: ScheduleRequest,
  beginning: Output["beginning"],
  text: string,
): Promise<ExitCode> {
  const rules = { force: request.force, quiet: false, inputs: inputsOf(request) };
  const outputs = openOutputs(terminal, { text: [request.out ?? "-", beginning] }, rules);
  return outputs.obstructed ?? writtenCode(await outputs.write("text", () => [text]));
}

function inputsOf({ spec }: ScheduleRequest): readonly string[] {
  return spec === null || spec === "-" ? [] : [spec];
}

/** A directory with a manifest, as of every export of several files. */
async function writeFiles(
  terminal: Terminal,
  request: ScheduleRequest,
  algorithm: Algorithm,
  directory: string,
  artifacts: readonly Artifact[],
): Promise<ExitCode> {
  const result = await writeBuild({
    directory,
    inputs: inputsOf(request),
    made: { command: `schedule ${request.export}`, aggregate: algorithm.name },
    force: request.force,
    artifacts,
    manifest: (files) => ({
      spec: { name: request.spec === null ? "none" : specName(request.spec), sha256: "" },
      seed: 0,
      network: { kind: "none" },
      targets: [],
      files,
    }),
  });
  if (result.kind === "refused") return refuse(terminal, result.diagnostic);
  sayWritten(terminal, false, `${directory}: ${counted(result.files.length, "file")}`);
  return exitCode.done;
}
