import { Chalk } from "chalk";
import { limits, plainDiagnostic } from "../../dsl/index.ts";
import { countDevices } from "../../netlist/index.ts";
import { budgetSteps, drawEye, noiseModelSteps, type Technology } from "../../physics/index.ts";
import {
  budgetFigures,
  type Comparator,
  comparatorFigures,
  eyeFigure,
  launchPowerW,
  layoutFigure,
  playerSteps,
  reportPage,
  type Shown,
  together,
} from "../../report/index.ts";
import { curvesName } from "../../toolchain/index.ts";
import { type CommandDefinition, command, longFlag } from "../arguments/definition.ts";
import { argument, choice, flag, text, type Values, value } from "../arguments/parameters.ts";
import { count, seed } from "../arguments/parsers.ts";
import { inputKinds, samplesMisuse, usual } from "../arguments/usual.ts";
import { type JudgedChips, judgeChips } from "../chips/judge-chips.ts";
import { type ExitCode, exitCode, signalCode } from "../exit.ts";
import type { BoundSpec, CircuitSource } from "../files/circuit-reading.ts";
import { type Outputs, openOutputs } from "../files/outputs.ts";
import { displayName } from "../files/read.ts";
import { symbolRateFor, type TechnologyReading } from "../files/technologies.ts";
import { askedCircuits } from "../networks/asked-circuits.ts";
import { fitting, namedAnywhere } from "../networks/asked-technology.ts";
import { readBindings } from "../networks/bound-specs.ts";
import { unitOf } from "../networks/unit-figures.ts";
import { attached } from "../report/attachments.ts";
import { collectiveFigures, trainingFigures, yieldFigures } from "../report/figures.ts";
import { pageAssets, pageBeginning } from "../report/page-assets.ts";
import { sizeObstacle } from "../report/page-size.ts";
import { isStudy } from "../report/study-figures.ts";
import { type Stop, stopOnSignal } from "../signals.ts";
import { hasErrors, refuse, reportDiagnostics } from "../text/diagnostics.ts";
import { drive } from "../text/drive.ts";
import { sayNext, type Terminal } from "../text/terminal.ts";
import { reportText, succeeded } from "../text/verify-report.ts";
import { version } from "../version.ts";
import { reportOnStudy } from "./report-study.ts";
import { planOf, type VerificationPlan } from "./verification-plan.ts";
import { type VerificationRequest, verifyOne } from "./verify-circuit.ts";

const parameters = {
  path: argument("<path>", "build directory, circuit.json, spec file, - for standard input; or the folder of a study"),
  out: text("-o, --out <file>", "the page; not in the build, which holds only its own files", "report.html"),
  spec: text("--spec <file>", "check the circuit against a spec and its requirements"),
  aggregate: text("--aggregate <name>", "this aggregate of a spec only"),
  technology: usual.technology,
  target: usual.target,
  inputs: choice("--inputs <inputs>", "input vectors to try (default: as `optinc verify` does)", inputKinds),
  samples: usual.samples,
  symbolRate: usual.symbolRate,
  chips: value(
    "--chip-samples <n>",
    "chips for each point of the yield (default: 100 for a small circuit with a proof, else 0)",
    count(0),
    null,
    { most: limits.chips, old: "--dies" },
  ),
  attachments: value<readonly string[], readonly string[]>(
    "--with <file...>",
    "drawings (.svg), tables (.csv) and studies (their folder) of other commands to put on the page",
    (file, earlier = []) => [...earlier, file],
    [],
  ),
  seed: value("--seed <n>", "seed of samples and chips", seed, 1),
  allowModified: flag("--allow-modified", "report on a build even if files differ from its manifest"),
  force: flag("--force", "replace a file that the command did not write itself"),
  quiet: usual.quiet,
};

type ReportCommand = Values<typeof parameters>;

export const definition: CommandDefinition = command(parameters, runReport, (values) =>
  values.out === "-" ? "name a file for the page with -o" : samplesMisuse(values),
);

/** `optinc report`: verifies a circuit and writes the page about it, whatever the verdict; that is the exit code. */
async function runReport(terminal: Terminal, command: ReportCommand): Promise<ExitCode> {
  const { force, quiet, spec, path } = command;
  const inputs = [path, ...(spec === null ? [] : [spec]), ...command.attachments];
  const outputs = openOutputs(terminal, { page: [command.out, pageBeginning] }, { force, quiet, inputs });
  if (outputs.obstructed !== null) return outputs.obstructed;
  if (isStudy(command.path)) {
    const unfit = aboutCircuits.filter((each) => command[each] !== null).map((each) => longFlag(parameters[each]));
    return await reportOnStudy(terminal, { ...command, unfit }, outputs);
  }
  const bindings = command.spec === null ? null : await readBindings(terminal, command.spec);
  if (bindings === "unreadable") return exitCode.invalidInput;
  const aggregate = spec === null ? command.aggregate : null;
  const modified = command.allowModified ? "allowed" : "refused";
  const asked = await askedCircuits(terminal, { path, aggregate, quiet, modified }, true);
  if (typeof asked === "number") return asked;
  const stop = stopOnSignal();
  try {
    return await reportOn(terminal, command, asked.circuits[0]!, bindings, outputs, stop);
  } finally {
    stop.release();
  }
}

const aboutCircuits = [
  ...(["spec", "aggregate", "technology", "target"] as const),
  ...(["inputs", "samples", "symbolRate", "chips"] as const),
];

async function reportOn(
  terminal: Terminal,
  command: ReportCommand,
  source: CircuitSource,
  bindings: readonly BoundSpec[] | null,
  outputs: Outputs,
  stop: Stop,
): Promise<ExitCode> {
  const { circuit } = source;
  const tooLarge = sizeObstacle(circuit);
  const plan = tooLarge === null ? planOf(command, source, bindings) : { diagnostic: tooLarge };
  if ("diagnostic" in plan) return refuse(terminal, plan.diagnostic);
  const own = command.technology === null ? (plan.bound?.technology ?? null) : null;
  const none: TechnologyReading = { technology: own, source: null, diagnostics: [] };
  const rest = { spec: null, compiledWith: source.compiledWith };
  const found = own === null ? ((await namedAnywhere(command, null, rest)) ?? none) : none;
  const technology = fitting(terminal, found, source);
  const { shown: extra, diagnostics: unfit } = await attached(command.attachments);
  reportDiagnostics(terminal, null, unfit);
  if (hasErrors([...found.diagnostics, ...unfit]) || (found.technology !== null && technology === null)) {
    return exitCode.invalidInput;
  }
  // What can be proved is proved, whatever margin was asked for.
  const proving = { ...plan, margin: plan.margin ?? 0 };
  const verified = await verifyOne(terminal, verificationOf(command), source, proving, null, stop);
  const steps = playerSteps(circuit, verified?.report.counterexample?.words ?? null, technology, command.seed);
  const what = `player of ${circuit.name}`;
  const player = verified === null ? null : (await drive(terminal, command.quiet, what, steps, stop)).result;
  const training = trainingFigures(source.curves, `${displayName(source.name)}/${curvesName}`);
  reportDiagnostics(terminal, null, training.diagnostics);
  const shown =
    player === null ? null : await figuresFor(terminal, command, source, plan, technology, player.comparators, stop);
  const signal = stop.caught();
  if (verified === null || player === null || shown === null) {
    return signal === null ? exitCode.interrupted : signalCode(signal);
  }
  const passed = succeeded(verified);
  const page = reportPage(
    {
      circuit,
      source: displayName(source.name),
      passed,
      report: verified.report,
      verification: reportText(verified, new Chalk({ level: 0 })),
      verdict: verified.verdict,
      checks: verified.checks,
      player,
      ...together(shown, training.shown, extra),
      version,
    },
    pageAssets(),
  );
  if (!(await outputs.write("page", () => [page]))) return exitCode.invalidInput;
  sayNext(terminal, command.quiet, `open ${command.out} in a browser`);
  if (passed) return exitCode.done;
  reportDiagnostics(terminal, null, [plainDiagnostic("OPT0619", `${circuit.name} failed the verification`)]);
  return exitCode.verificationFailed;
}

/** All that can be drawn of this circuit in this technology; null where a signal ended the work. */
async function figuresFor(
  terminal: Terminal,
  command: ReportCommand,
  { circuit, compiledWith }: CircuitSource,
  { bound, margin }: VerificationPlan,
  technology: Technology | null,
  comparators: readonly Comparator[],
  stop: Stop,
): Promise<Shown | null> {
  const parts: Shown[] = [comparatorFigures(circuit, comparators, margin)];
  const quick = circuit.certificate !== null && countDevices(circuit).mzis <= quickMzis;
  const chips = command.chips ?? (quick ? chipsByDefault : 0);
  /** Chips with all errors of a technology, or by the size of phase errors alone. */
  const judge = async (errors: Technology | null): Promise<JudgedChips | null> => {
    const own = errors === null ? { phase: 0, splitter: 0, svg: "" } : { phase: null, splitter: null };
    const { seed, quiet: silent } = command;
    const wish = { ...own, chips, seed, quiet: silent };
    return chips === 0 ? null : await judgeChips(terminal, wish, circuit, errors);
  };
  const curve = await judge(null);
  if (curve !== null && (curve.signal !== null || stop.caught() !== null)) return null;
  if (technology !== null) {
    const symbolRateBd = symbolRateFor(command.symbolRate, bound?.spec ?? null, compiledWith);
    const options = { technology, symbolRateBd, launchPowerW, wordErrorRate: 1e-12 };
    const shown = `budget of ${circuit.name}`;
    const model = (await drive(terminal, command.quiet, shown, noiseModelSteps(circuit), stop)).result;
    if (model === null) return null;
    const budget = (await drive(terminal, command.quiet, shown, budgetSteps(circuit, options, model), stop)).result;
    const judged = budget === null ? null : await judge(technology);
    if (budget === null || (judged !== null && judged.signal !== null) || stop.caught() !== null) return null;
    const found = judged?.report.yield ?? null;
    parts.push(budgetFigures(budget, technology, found));
    parts.push(eyeFigure(drawEye(model, technology, symbolRateBd, options.wordErrorRate)));
    parts.push(layoutFigure(circuit, technology, symbolRateBd));
    parts.push(collectiveFigures(unitOf({ circuit }, budget, found)));
  }
  if (curve !== null) parts.push(yieldFigures(curve.report));
  return together(...parts);
}

/** Of a circuit whose cells are judged by their states, and that has at most so many MZIs: a few seconds. */
const chipsByDefault = 100;
const quickMzis = 500;

/** Options of the `optinc verify` that checks the same. */
function verificationOf(command: ReportCommand): VerificationRequest {
  return {
    ...command,
    netlist: null,
    as: null,
    gradients: null,
    block: 1,
    phaseSigma: null,
    chips: 1,
    proofLog: null,
    page: null,
  };
}
