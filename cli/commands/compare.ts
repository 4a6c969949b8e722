import { InvalidArgumentError } from "commander";
import {
  type Algorithm,
  algorithms,
  type Comparison,
  collectives,
  compareAlgorithms,
  compareIterations,
  comparisonCsv,
  comparisonJson,
  comparisonSvg,
  comparisonTable,
  drawRounds,
  findAlgorithm,
  type Iterations,
  iterationsCsv,
  iterationsSvg,
  iterationsTable,
  jobsCsv,
  jobsTable,
  layersOf,
  leastMtbf,
  type Rounds,
  reportJson,
  roundsCsv,
  roundsTable,
  type SharedSwitch,
  shareSwitch,
  sizesTable,
  type UnitFigures,
  unitsOf,
  wordChoices,
} from "../../collectives/index.ts";
import {
  binaryBytes,
  type Cluster,
  type Diagnostic,
  defaultCluster,
  dtypeBits,
  type Gradient,
  limits,
  measured,
  plainDiagnostic,
} from "../../dsl/index.ts";
import { picturesBelowEachOther } from "../../formats/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { argument, choice, flag, text, type Values, value } from "../arguments/parameters.ts";
import { count, list, quantity, seed, share } from "../arguments/parsers.ts";
import { usual } from "../arguments/usual.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { drawingOf, jsonOf } from "../files/output.ts";
import { openOutputs, writtenCode } from "../files/outputs.ts";
import { unitFigures } from "../networks/unit-figures.ts";
import { refuse, reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import {
  algorithmNamed,
  algorithmNotes,
  bufferSizes,
  gradientOf,
  override,
  readClusters,
  workerCounts,
} from "./collective-options.ts";

type CompareFormat = CompareRequest["format"];

/** Of options that describe a circuit. */
const ofCircuit = { needs: "circuit" };
const ofRounds = { needs: "rounds" };

const parameters = {
  spec: argument("[spec]", "spec file with `cluster` blocks (default: a cluster of defaults)"),
  workers: value("--workers <counts>", "such as 16, 4,8,12, or 4..4096 for the powers of two in it", workerCounts),
  size: value("--size <elements>", "elements of the gradient, such as 25.6M", gradientOf),
  sizes: value("--sizes <bytes>", "of buffers instead, such as 1k..1G, which doubles; k is 1024 bytes", bufferSizes),
  dtype: choice("--dtype <type>", "of the elements", Object.keys(dtypeBits)),
  collective: choice("--collective <name>", "that is compared", collectives, "all-reduce"),
  algorithms: value("--algorithms <names>", "separated by commas (default: all)", list(algorithmNamed)),
  format: choice("--format <format>", "of the result", ["table", "csv", "json", "svg"], "table"),
  out: text("-o, --out <file>", "write the result to a file"),
  force: usual.force,
  executeUpTo: value(
    "--execute-up-to <workers>",
    "also execute the schedules of so many workers on integers",
    count(0),
    64,
  ),
  iterations: flag(
    "--iterations",
    "whole training iterations, with and without overlap, in place of single all-reduces",
  ),
  words: choice(
    "--words <whose>",
    "own: each algorithm sends its elements; equal: all send the words of the photonic unit, and their exponents",
    wordChoices,
    "own",
  ),
  rounds: value("--rounds <n>", "draw so many all-reduces with late workers, losses and wrong words", count(1), null, {
    most: 1_000_000,
  }),
  skews: value<readonly number[], readonly number[]>(
    "--skew <times>",
    "mean lateness of a worker in each of these cases, such as 0s,10us",
    list(skewOf),
    [],
    ofRounds,
  ),
  drops: value<readonly number[], readonly number[]>(
    "--drop <shares>",
    "of packets that are lost in each of these cases, such as 0,0.001%",
    list(dropOf),
    [],
    ofRounds,
  ),
  jobs: value("--jobs <n>", "draw so many trainings of `--workers` that share a switch", count(1), null, {
    most: 100_000,
  }),
  sharded: flag("--sharded", "with --iterations: every worker keeps a share of the parameters"),
  circuit: text(
    "--circuit <path>",
    "build directory, circuit.json or spec of the photonic unit (default: assumed figures)",
  ),
  aggregate: text("--aggregate <name>", "of a spec with several", null, ofCircuit),
  technology: text(
    "--technology <name>",
    "of the circuit: a shipped one or a .yaml file (default: that of the spec)",
    null,
    ofCircuit,
  ),
  symbolRate: value(
    "--symbol-rate <rate>",
    "of the circuit, such as 25GBd (default: that of the spec)",
    quantity("symbol rate"),
    null,
    ofCircuit,
  ),
  launchPower: value("--launch-power <power>", "of a symbol at its highest level", quantity("power"), 1e-3, ofCircuit),
  wordErrorRate: value("--word-error-rate <rate>", "that the circuit must keep", share, 1e-12, ofCircuit),
  chips: value("--chip-samples <n>", "to judge for the yield of the circuit; 0 for none", count(0), 100, {
    ...ofCircuit,
    most: limits.chips,
    old: "--dies",
  }),
  seed: value("--seed <n>", "of the chips, of rounds and of jobs", seed, 1),
};

type CompareRequest = Values<typeof parameters>;

export const definition: CommandDefinition = {
  ...command(parameters, runCompare, misuse),
  notes: algorithmNotes,
};

const defaultWorkers = 16;

function misuse(request: CompareRequest): string | null {
  const { size, sizes, iterations, sharded, collective, words, rounds, format, jobs, algorithms: chosen } = request;
  if (jobs !== null && (rounds !== null || iterations || sizes !== null || format === "svg" || chosen !== null)) {
    return "--jobs draws trainings of a gradient in its own five ways, as table, csv or json";
  }
  if (jobs !== null && (words === "equal" || collective !== "all-reduce" || request.circuit !== null)) {
    return "--jobs takes the all-reduces of the cluster as they are";
  }
  if (words === "equal" && (sharded || collective !== "all-reduce")) return "--words equal compares all-reduces";
  if (rounds !== null && (iterations || sizes !== null || collective !== "all-reduce" || format === "svg")) {
    return "--rounds draws all-reduces of a gradient, as table, csv or json";
  }
  if (size !== null && sizes !== null) return "--size and --sizes exclude each other";
  if (iterations && collective !== "all-reduce") {
    return "--iterations has the collectives of a training; --sharded gathers and scatters";
  }
  return sharded && !iterations ? "--sharded needs --iterations" : null;
}

/** `optinc compare`: times every algorithm on every cluster of the spec; exit 3 if a schedule turns out to be none. */
async function runCompare(terminal: Terminal, request: CompareRequest): Promise<ExitCode> {
  const { workers, size, sizes, dtype, circuit } = request;
  const chosen = request.algorithms ?? algorithms;
  const reading = request.spec === null ? null : await readClusters(request.spec);
  if (reading !== null) reportDiagnostics(terminal, reading.source, reading.diagnostics);
  if (reading?.value === null) return exitCode.invalidInput;

  const inputs = [request.spec, request.circuit].filter((path) => path !== null);
  const rules = { force: request.force, quiet: false, inputs };
  const outputs = openOutputs(terminal, { result: [request.out ?? "-", beginnings[request.format]] }, rules);
  if (outputs.obstructed !== null) return outputs.obstructed;
  const unit = circuit === null ? null : await unitFigures(terminal, { ...request, path: circuit });
  if (typeof unit === "number") return unit;

  const typed = dtype === null ? {} : { dtype };
  const changes: Partial<Cluster> = { ...(size === null ? {} : { gradients: [size] }), ...typed };
  const given = { ...(size === null ? {} : { parameters: size.name }), ...typed };
  const clusters = reading?.value ?? [defaultCluster(defaultWorkers)];
  const faults: Diagnostic[] = [];
  const shapeless: string[] = [];
  const wordless = clusters.filter(({ optinc }) => unit === null && optinc.precision === null);
  if (request.words === "equal" && wordless.length > 0) {
    const message = `${wordless[0]!.name} has no words that all algorithms could send`;
    const help = "write `optinc { precision 8 bits }` in the cluster, or name a circuit with --circuit";
    return refuse(terminal, plainDiagnostic("OPT0711", message, help));
  }
  for (const cluster of request.jobs === null ? [] : clusters) {
    const [{ units, mtbf }, of] = [cluster.jobs, workers ?? [cluster.workers]];
    const wide = of.find((each) => unitsOf(cluster, each) > units);
    if (wide !== undefined) {
      const message = `jobs of ${wide} workers take ${unitsOf(cluster, wide)} units; ${cluster.name} has ${units}`;
      const help = "write more `units` in its `jobs` block, larger units in `optinc`, or fewer `--workers`";
      return refuse(terminal, plainDiagnostic("OPT0713", message, help));
    }
    const least = leastMtbf(cluster, of);
    if (mtbf === 0 || mtbf >= least) continue;
    const message = `units of ${cluster.name} fail every ${measured(mtbf, "s")}, too often for its jobs`;
    const help = `write \`mtbf\` of ${measured(1.01 * least, "s")} or more`;
    return refuse(terminal, plainDiagnostic("OPT0714", message, help));
  }
  const texts = clusters.map((declared) => {
    const named = override(declared, changes, given);
    const cluster = {
      ...named,
      gradients: sizes?.map((bytes) => buffer(bytes, named.dtype)) ?? named.gradients,
    };
    reportDiagnostics(terminal, null, unusedInputs(named, request, unit, chosen));
    const asked = { workers: workers ?? [cluster.workers], algorithms: chosen, unit, words: request.words };
    if (request.jobs !== null && request.format !== "svg") {
      return jobPrinters[request.format](shareSwitch(cluster, asked.workers, request.jobs, request.seed));
    }
    if (request.rounds !== null && request.format !== "svg") {
      const { rounds, seed, skews, drops } = request;
      return roundPrinters[request.format](drawRounds(cluster, { ...asked, rounds, seed, skews, drops }));
    }
    if (request.iterations) {
      const sharding = request.sharded ? "sharded" : "data";
      const iterations = compareIterations(cluster, { ...asked, sharding });
      if (iterations.blocks.length === 0) shapeless.push(...iterations.unknown);
      return request.format === "svg" ? iterationsSvg(iterations) : iterationPrinters[request.format](iterations);
    }
    const { executeUpTo, collective } = request;
    const comparison = compareAlgorithms(cluster, { ...asked, executeUpTo, collective });
    for (const { algorithm, workers: p, outcome } of comparison.rows) {
      if (outcome.kind === "refused" || outcome.faults.length === 0) continue;
      faults.push(plainDiagnostic("OPT0708", `${algorithm} on ${p} workers: ${outcome.faults[0]!.message}`));
    }
    if (request.format === "svg") return comparisonSvg(comparison, sizes !== null);
    return request.format === "table" && sizes !== null ? sizesTable(comparison) : printers[request.format](comparison);
  });
  if (shapeless.length > 0) {
    const message = `the layers of ${shapeless.join(", ")} are unknown, and an iteration needs them`;
    const help = `models with layers: ${Object.keys(layersOf).join(", ")}`;
    return refuse(terminal, plainDiagnostic("OPT0710", message, help));
  }
  reportDiagnostics(terminal, null, faults);
  const isWritten = await outputs.write("result", () => [joined(texts, request.format)]);
  return isWritten && faults.length > 0 ? exitCode.verificationFailed : writtenCode(isWritten);
}

/** Settings of a file that the options, or the lack of them, leave nothing to do (OPT0235). */
function unusedInputs(
  { inputs, optinc }: Cluster,
  { iterations, collective }: CompareRequest,
  unit: UnitFigures | null,
  chosen: readonly Algorithm[],
): readonly Diagnostic[] {
  const unused = (paths: readonly string[], why: string, help: string | null): readonly Diagnostic[] =>
    inputs
      .filter(({ path, from }) => from === "file" && paths.includes(path))
      .map(({ path }) => ({
        ...plainDiagnostic("OPT0235", `\`${path}\` has no effect ${why}`, help),
        severity: "warning",
      }));
  const isPhotonic = chosen.some(({ name }) => name.startsWith("optinc"));
  const ofUnits = (names: readonly string[]): readonly string[] =>
    isPhotonic ? names.map((name) => `optinc ${name}`) : [];
  const ofWords = ["levels", "symbol-rate", "copies", "block", "exponent"];
  const ofCircuit = ["unit", "precision", "levels", "symbol-rate", ...(unit?.latencyS === null ? [] : ["pass"])];
  return [
    ...(unit === null
      ? optinc.precision === null
        ? unused(
            ofUnits(ofWords),
            "where elements travel as they are",
            "write a `precision` beside it, or name a circuit with --circuit",
          )
        : []
      : unused(ofUnits(ofCircuit), "with --circuit, which says it", "leave it out, or leave --circuit out")),
    ...(!iterations && collective === "all-reduce"
      ? []
      : unused(
          ["compute-share"],
          !iterations ? "on a half of an all-reduce" : "with --iterations, which works compute out of layers",
          null,
        )),
  ];
}

/** A buffer of so many bytes, in whole elements. */
function buffer(bytes: number, dtype: string): Gradient {
  return { name: binaryBytes(bytes), elements: Math.max(1, Math.floor((8 * bytes) / dtypeBits[dtype]!)) };
}

/** What is printed of several clusters as one text of its format. */
function joined(texts: readonly string[], format: CompareFormat): string {
  if (texts.length === 1) return texts[0]!;
  switch (format) {
    case "table":
      return texts.join("\n");
    case "csv":
      return texts.map((text, i) => (i === 0 ? text : text.slice(text.indexOf("\n") + 1))).join("");
    case "json": {
      const all = texts.map((text) => text.trimEnd().replaceAll("\n", "\n    "));
      return `{\n  "format": "optinc.comparisons",\n  "version": 1,\n  "comparisons": [\n    ${all.join(",\n    ")}\n  ]\n}\n`;
    }
    case "svg":
      return picturesBelowEachOther(texts);
  }
}

const beginnings: Readonly<Record<CompareFormat, RegExp>> = {
  json: jsonOf("(comparisons?|iterations|rounds|jobs)"),
  csv: /^(cluster,)?(gradient,elements|model,parameters),(dtype,workers|jobs,workers),/,
  svg: drawingOf("(All-reduce|Reduce-scatter|All-gather) time on |Iteration of "),
  table:
    /^.*, \d+ workers(, .*)?\n {2}(algorithm +(bits +(accuracy loss +)?steps +bytes\/worker|p50 +) |sharing |compute )|^# [\w-]+ of \d+ workers on /,
};

const inputsOf = (name: string): readonly string[] => findAlgorithm(name)?.inputs ?? [];

/** How each kind of result is printed; rounds and jobs have no picture. */
type Printers<T> = Readonly<Record<Exclude<CompareFormat, "svg">, (result: T) => string>>;

const printers: Printers<Comparison> = {
  table: comparisonTable,
  csv: (comparison) => comparisonCsv(comparison, inputsOf),
  json: (comparison) => comparisonJson(comparison, inputsOf),
};
const json =
  (kind: Parameters<typeof reportJson>[0]) =>
  (result: object): string =>
    reportJson(kind, result);
const iterationPrinters: Printers<Iterations> = {
  table: iterationsTable,
  csv: iterationsCsv,
  json: json("iterations"),
};
const roundPrinters: Printers<Rounds> = { table: roundsTable, csv: roundsCsv, json: json("rounds") };
const jobPrinters: Printers<SharedSwitch> = { table: jobsTable, csv: jobsCsv, json: json("jobs") };

/** `0s` or a time with its unit, of at most ten seconds. */
function skewOf(text: string): number {
  const seconds = /^0(\s*[a-z]+)?$/i.test(text) ? 0 : quantity("time")(text);
  if (seconds > 10) throw new InvalidArgumentError("It takes times up to 10 s.");
  return seconds;
}

/** A share of at most a half. */
function dropOf(text: string): number {
  const value = /^0\s*%?$/.test(text) ? 0 : share(text);
  if (value > 0.5) throw new InvalidArgumentError("It takes shares up to 50 %.");
  return value;
}
