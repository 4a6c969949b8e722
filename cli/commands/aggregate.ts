import { availableParallelism } from "node:os";
import { counted, type Diagnostic, plainDiagnostic } from "../../dsl/index.ts";
import { npyHeader } from "../../formats/index.ts";
import { type Circuit, compileSimulation, mostTableRows, tableRows, tabulateSteps } from "../../netlist/index.ts";
import { targetOf } from "../../toolchain/index.ts";
import { addTotals, type BlockTotals, bytesOfType, gradientTable, noTotals } from "../../training-sim/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { argument, choice, required, text, type Values, value } from "../arguments/parameters.ts";
import { count, list, positive, seed } from "../arguments/parsers.ts";
import { usual } from "../arguments/usual.ts";
import { type ExitCode, exitCode, signalCode } from "../exit.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";
import { fillOutputs, jsonOf, sayWritten } from "../files/output.ts";
import { type Outputs, openOutputs } from "../files/outputs.ts";
import { displayName } from "../files/read.ts";
import { type Absence, absenceOf, inputRows, standIns } from "../gradients/absent.ts";
import { type AggregationReport, aggregationJson, aggregationText } from "../gradients/aggregation-report.ts";
import type { NumberedChip } from "../gradients/chip.ts";
import { type GradientFiles, openGradients, openResiduals } from "../gradients/gradient-files.ts";
import type { GradientAnswer, GradientOrders, GradientTask, Way } from "../gradients/gradient-worker.ts";
import { askedChip } from "../networks/asked-chip.ts";
import { askedCircuits } from "../networks/asked-circuits.ts";
import { type Stop, stopOnSignal } from "../signals.ts";
import { refuse, reportDiagnostics } from "../text/diagnostics.ts";
import { drive } from "../text/drive.ts";
import { startProgress } from "../text/progress.ts";
import type { Terminal } from "../text/terminal.ts";
import { openThreads } from "../threads.ts";

const parameters = {
  path: argument("<path>", "build directory, circuit.json, or spec file"),
  gradients: argument("<gradients...>", "a .npy file whose first axis is the worker, or one file for each worker"),
  out: required("-o, --out <file>", "the .npy file to write, of the same type"),
  block: usual.block,
  dtype: choice("--dtype <type>", "type of the numbers (default: that of the files; NumPy has no bf16)", [
    "f32",
    "f16",
    "bf16",
  ]),
  chip: value(
    "--chip <seed>",
    "simulate the chip that `verify --seed` draws first; writes a row for every worker",
    seed,
  ),
  phaseSigma: value("--phase-sigma <rad>", "standard deviation of every phase of the chip", positive),
  measured: text(
    "--measured <file>",
    "simulate the chip whose splitters and losses this file lists; writes a row for every worker",
    null,
    { old: "--die" },
  ),
  chipSample: value(
    "--chip-sample <n>",
    "simulate the chip of this number in `optinc yield`; writes a row for every worker",
    count(0),
    null,
    { old: "--yield-die" },
  ),
  technology: text("--technology <name>", "of the chip (default: what the spec names)", null, { needs: "chipSample" }),
  seed: value("--seed <n>", "of the chip", seed, 1, { needs: "chipSample" }),
  absent: value(
    "--absent <workers>",
    "that send nothing, such as 2 or 0,3; the gradients are those of the others",
    list(count(0)),
  ),
  standIn: choice("--stand-in <what>", "for absent workers (default: rescaled)", standIns),
  dither: value("--dither <seed>", "round gradients up or down at random, right on average (default: nearest)", seed),
  tensor: value("--tensor <n>", "number of this tensor among those that are rounded with the seed", count(0), 0, {
    needs: "dither",
  }),
  residuals: text("--residuals <file>", "error feedback: the .npy file of residuals that are added to the gradients"),
  writeResiduals: text("--write-residuals <file>", "error feedback: write what rounding takes from each worker"),
  aggregate: usual.aggregate,
  target: usual.target,
  threads: usual.threads,
  json: usual.writtenJson,
  force: usual.force,
  quiet: usual.silent,
};

type AggregateCommand = Values<typeof parameters>;

export const definition: CommandDefinition = command(parameters, runAggregate, misuse);

function misuse({ chip, phaseSigma, measured, chipSample, absent, standIn }: AggregateCommand): string | null {
  if ((chip === null) !== (phaseSigma === null)) return "--chip SEED and --phase-sigma RAD go together";
  const chips = [chip, measured, chipSample].filter((it) => it !== null);
  if (absent === null && standIn !== null) return "--stand-in needs --absent";
  if (standIn === "field" && chips.length > 0) return "--stand-in field is of a circuit without errors";
  return chips.length > 1 ? "--chip, --measured and --chip-sample are different chips" : null;
}

/** Work that ends on a signal; `hurry` is called at once. */
interface Hurried extends Stop {
  hurry: () => void;
}

/** Elements of one task of a thread: a second or less, so that progress is seen. */
const elementsATask = 2 ** 20;
/** A table of so many rows is filled whatever is sent through it. */
const rowsAtOnce = 100_000;

/** `optinc aggregate`: what `verify --gradients` computes, written. Exit 3 if a circuit without errors is wrong too often. */
async function runAggregate(terminal: Terminal, command: AggregateCommand): Promise<ExitCode> {
  if (command.out === "-" || command.writeResiduals === "-") {
    return refuse(terminal, plainDiagnostic("OPT0640", "gradients are binary", "name a file with -o"));
  }
  const { out, writeResiduals, json, force, quiet } = command;
  const named = { out: [out, null], residuals: [writeResiduals, null], json: [json, jsonOf("aggregation")] } as const;
  const outputs = openOutputs(terminal, named, { force, quiet, inputs: inputsOf(command) });
  if (outputs.obstructed !== null) return outputs.obstructed;
  const asked = await askedCircuits(terminal, command, true);
  if (typeof asked === "number") return asked;
  const source = asked.circuits[0]!;
  const { workers } = source.circuit.aggregate;
  const missing =
    command.absent === null
      ? null
      : absenceOf(command.absent, command.standIn ?? "rescaled", source.circuit.aggregate, command.dither !== null);
  if (missing !== null && missing.value === null) return refuse(terminal, ...missing.diagnostics);
  const absence = missing?.value ?? null;
  const opened = openGradients(command.gradients, workers - (absence?.workers.length ?? 0), command.dtype);
  if (opened.value === null) return refuse(terminal, ...opened.diagnostics);
  const residuals = command.residuals === null ? null : openResiduals(command.residuals, workers, opened.value.shape);
  if (residuals !== null && residuals.value === null) return refuse(terminal, ...residuals.diagnostics);

  const chip = await askedChip(terminal, command, asked);
  if (chip === "unknown") return exitCode.invalidInput;

  const stop: Hurried = { hurry: () => {}, ...stopOnSignal(() => stop.hurry()) };
  try {
    const way = await wayOf(terminal, command, source.circuit, chip, opened.value, stop);
    if (typeof way === "number") return way;
    const asked = { aggregate: source.circuit.aggregate, residuals: residuals?.value ?? null, way };
    const found = await aggregate(terminal, command, source.circuit, chip, absence, opened.value, asked, stop);
    if (typeof found === "number") return found;
    return await told(terminal, command, source, chip, absence, opened.value, way, found, outputs);
  } finally {
    stop.release();
  }
}

/** The table of the circuit where there is one and filling it costs no more than what goes through it. */
async function wayOf(
  terminal: Terminal,
  command: AggregateCommand,
  circuit: Circuit,
  chip: NumberedChip | null,
  { length }: GradientFiles,
  stop: Stop,
): Promise<Way | ExitCode> {
  const rows = tableRows(circuit.aggregate, "sums");
  if (chip !== null || rows > Math.min(mostTableRows, Math.max(rowsAtOnce, length))) {
    return { kind: "circuit", circuit, chip };
  }
  const steps = tabulateSteps(compileSimulation(circuit), "sums");
  const { result } = await drive(terminal, command.quiet, `table of ${circuit.name}`, steps, stop);
  if (result === null) return signalCode(stop.caught()!);
  const table = gradientTable(result);
  return table === null ? refuse(terminal, unreadable(circuit, null)) : { kind: "table", table };
}

/** `written`: why it was not. */
type Found = Pick<AggregationReport, "totals" | "unalike"> & { readonly written: Diagnostic | null };

async function aggregate(
  terminal: Terminal,
  command: AggregateCommand,
  circuit: Circuit,
  chip: NumberedChip | null,
  absence: Absence | null,
  files: GradientFiles,
  asked: Pick<GradientOrders, "aggregate" | "residuals" | "way">,
  stop: Hurried,
): Promise<Found | ExitCode> {
  const { type, length, shape } = files;
  const rows = inputRows(files.rows, absence);
  const gain = absence?.gain ?? 1;
  const width = bytesOfType[type];
  const all = [rows.length, ...shape];
  const mean =
    chip === null
      ? arrayFile(files.descr, shape, 1, length * width)
      : arrayFile(files.descr, all, rows.length, length * width);
  const after = command.writeResiduals === null ? null : arrayFile("<f4", all, rows.length, length * bytesOfType.f32);
  const tasks = tasksOf(length, command.block);
  let refusal: Diagnostic | null = null;
  let answers: readonly (GradientAnswer | null)[] = [];
  const line = startProgress(terminal, command.quiet);
  const what = `aggregate ${displayName(command.gradients[0]!)}`;
  const { block, dither: seed, tensor } = command;
  const written = await fillOutputs(
    [{ path: command.out, ...mean }, ...(after === null ? [] : [{ path: command.writeResiduals!, ...after }])],
    async ([out, kept]) => {
      const orders: GradientOrders = {
        ...{ ...asked, rows, gain, type, block, out: out!, places: mean.places },
        dither: seed === null ? null : { seed, tensor },
        kept: after === null ? null : { path: kept!, places: after.places },
      };
      const threads = openThreads<GradientTask, GradientAnswer>(
        "gradients/gradient-worker",
        orders,
        command.threads ?? availableParallelism(),
      );
      stop.hurry = threads.stop;
      let done = 0;
      try {
        answers = await threads.run(tasks, (number, answer) => {
          done += tasks[number]!.to - tasks[number]!.from;
          line.update(what, { done, total: length, unit: "elements" });
          if (answer.kind === "done" || refusal !== null) return;
          refusal = answer.kind === "failed" ? answer.diagnostic : unreadable(circuit, answer.element);
          threads.stop();
        });
      } finally {
        threads.stop();
        line.end();
      }
      return refusal === null && stop.caught() === null;
    },
    { force: command.force, inputs: inputsOf(command) },
  );
  const signal = stop.caught();
  if (refusal !== null) return refuse(terminal, refusal);
  if (signal !== null) return signalCode(signal);
  const totals = noTotals();
  let unalike = 0;
  for (const answer of answers) {
    if (answer?.kind !== "done") continue;
    addTotals(totals, answer.totals);
    unalike += answer.unalike;
  }
  return { totals, unalike, written };
}

/** A .npy file: its size, and where each of its rows stands. */
function arrayFile(descr: string, shape: readonly number[], rows: number, rowBytes: number) {
  const head = npyHeader(descr, shape);
  const places = Array.from({ length: rows }, (_, row) => head.length + row * rowBytes);
  return { head, bytes: head.length + rows * rowBytes, places };
}

/** Whole blocks, but for the last ones. */
function tasksOf(length: number, block: number): readonly GradientTask[] {
  const size = Math.max(block, Math.floor(elementsATask / block) * block);
  return Array.from({ length: Math.ceil(length / size) }, (_, i) => ({
    from: i * size,
    to: Math.min((i + 1) * size, length),
  }));
}

/** The whole block is lost, as the sum of an all-reduce would be. */
function lostDiagnostic(
  { worker, element }: NonNullable<BlockTotals["lost"]>,
  blocks: number,
  { rows, length }: GradientFiles,
  absence: Absence | null,
): Diagnostic {
  const { path } = inputRows(rows, absence)[worker]!;
  const place = rows.filter((it) => it.path === path).length === 1 ? `${element}` : `${worker}, ${element}`;
  const message = `${displayName(path)}[${place}]: the gradient of worker ${worker} is not finite at element ${element} of ${length}`;
  const help = `${counted(blocks, "block")} with such gradients became NaN; leave out steps whose gradients overflowed`;
  return { ...plainDiagnostic("OPT0508", message, help), severity: "warning" };
}

function unreadable({ name }: Circuit, element: number | null): Diagnostic {
  const where = element === null ? "on some vector of sums" : `at element ${element}`;
  return plainDiagnostic("OPT0619", `${name} gives a field between two symbols ${where}`);
}

async function told(
  terminal: Terminal,
  command: AggregateCommand,
  { circuit, spec }: CircuitSource,
  chip: NumberedChip | null,
  absence: Absence | null,
  files: GradientFiles,
  way: Way,
  { totals, unalike, written }: Found,
  outputs: Outputs,
): Promise<ExitCode> {
  if (written !== null) return refuse(terminal, written);
  const { block, json, dither: seed, tensor, residuals, writeResiduals } = command;
  sayWritten(terminal, command.quiet, command.out, ...(writeResiduals === null ? [] : [writeResiduals]));
  if (totals.lost !== null)
    reportDiagnostics(terminal, null, [lostDiagnostic(totals.lost, totals.lostBlocks, files, absence)]);
  const { type, length } = files;
  const rows = way.kind === "table" ? way.table.received[0]!.length : null;
  const dither = seed === null ? null : { seed, tensor };
  const hasFeedback = residuals !== null || writeResiduals !== null;
  const report: AggregationReport = {
    ...{ circuit, type, length, block, dither, hasFeedback, chip, absence, rows, totals, unalike },
  };
  if (json !== "-" && !command.quiet) terminal.out(aggregationText(report, terminal.paintOut));
  if (!(await outputs.write("json", () => [aggregationJson(report)]))) return exitCode.invalidInput;
  const target = command.target ?? (spec === null ? 1 : targetOf(spec.spec));
  if (chip !== null || totals.wrong <= (1 - target) * length) return exitCode.done;
  const message = `${circuit.name}: ${totals.wrong} of ${length} words differ from the mean`;
  const help = "the received words were written; `--target` sets how many must be right";
  reportDiagnostics(terminal, null, [plainDiagnostic("OPT0619", message, help)]);
  return exitCode.verificationFailed;
}

function inputsOf({ path, gradients, measured, residuals }: AggregateCommand): readonly string[] {
  return [path, ...gradients, ...[measured, residuals].filter((it) => it !== null)];
}
