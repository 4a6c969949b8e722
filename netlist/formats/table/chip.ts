import { caution, type Finding, failure } from "../../check/finding.ts";
import { chipCircuit, chipsOf } from "../../chips/sample.ts";
import { seededRandom } from "../../simulation/random.ts";
import { compileSimulation, type Simulator } from "../../simulation/simulator.ts";
import {
  type CircuitTable,
  mostTableRows,
  simulateCodes,
  type TableIndex,
  tableRows,
  tabulate,
} from "../../simulation/table.ts";
import { randomVectors, symbolLevels, type VectorBatch } from "../../simulation/vectors.ts";
import { partFindings, type Subject } from "../scope.ts";
import { optionValue, type Target, type TargetOption, type TargetOptions } from "../target.ts";

/** Of the formats that hold the function of a circuit: the chip whose function it is. */
export const chipOptions: readonly TargetOption[] = [
  {
    name: "chip",
    summary: "seed of a chip with phase errors, the first of `verify --seed`; none: the circuit without errors",
    values: ["none"],
    also: { what: "a seed", pattern: /^\d{1,15}$/ },
  },
  {
    name: "phase-sigma",
    summary: "standard deviation of the chip's phases, rad",
    values: ["0.005"],
    also: { what: "a number up to 3.14", pattern: /^(0|[12])?(\.\d+)?(e-?\d+)?$|^3(\.(0\d*|1[0-4]?\d?))?$/ },
  },
];

/** And of what the rows of its table are. */
export const functionOptions: readonly TargetOption[] = [
  {
    name: "index",
    summary: "rows for sums of symbols, or for the words of all workers",
    values: ["sums", "words"],
  },
  ...chipOptions,
];

/** Formats of the function of a circuit, which a chip with errors has as well; the others print what the circuit asks for. */
export function holdsFunction({ options }: Pick<Target, "options">): boolean {
  return chipOptions.every((option) => options.includes(option));
}

/** Errors that would be left out in silence. */
export function chipFindings({ chip }: Pick<Subject, "chip">, options: TargetOptions): readonly Finding[] {
  if (chip !== null) {
    const given = chipOptions.filter(({ name }) => options[name] !== undefined).map(({ name }) => name);
    if (given.length === 0) return [];
    const message = `the ${chip.about} is one chip, \`${given.join("` with `")}\` another`;
    return [failure("OPT0443", "", message, "leave one of them out")];
  }
  if (options["phase-sigma"] === undefined || optionValue(chipOptions, options, "chip") !== "none") return [];
  const message = `\`phase-sigma\` ${options["phase-sigma"]} needs the seed of a chip`;
  return [failure("OPT0443", "", message, "add `--option chip=SEED`, or leave it out")];
}

/** The chip's, or the one that the options ask for. */
export function chosenSimulator(
  { circuit, chip }: Pick<Subject, "circuit" | "chip">,
  options: TargetOptions,
): Simulator {
  if (chip !== null) return chip.simulator;
  const simulator = compileSimulation(circuit);
  const seed = optionValue(chipOptions, options, "chip");
  if (seed === "none") return simulator;
  const sigmaRad = Number(optionValue(chipOptions, options, "phase-sigma"));
  return chipsOf(chipCircuit(simulator), { kind: "phases", sigmaRad }, Number(seed))(0);
}

function chosenIndex(options: TargetOptions): TableIndex {
  return optionValue(functionOptions, options, "index") === "words" ? "words" : "sums";
}

export function chosenTable(subject: Subject, options: TargetOptions): CircuitTable {
  return tabulate(chosenSimulator(subject, options), chosenIndex(options));
}

/** What keeps the function from being a table, and where a table of sums is not all of a chip. */
export function tableFindings(target: string, subject: Subject, options: TargetOptions): readonly Finding[] {
  const { circuit, chip } = subject;
  const other = [...partFindings(subject, target, "the function"), ...chipFindings(subject, options)];
  if (other.length > 0) return other.slice(0, 1);
  const index = chosenIndex(options);
  const rows = tableRows(circuit.aggregate, index);
  if (rows > mostTableRows) {
    const what = index === "sums" ? "distinct vectors of symbol sums" : "tuples of words";
    const message = `${rows.toPrecision(4)} ${what}: a table has at most ${mostTableRows} rows`;
    const fits = index === "words" && tableRows(circuit.aggregate, "sums") <= mostTableRows;
    const help = fits
      ? "`--option index=sums` has fewer rows"
      : "use `--to onnx`, or send gradients through the circuit with `optinc aggregate`";
    return [failure("OPT0438", "", message, help)];
  }
  if (index === "words" || (chip === null && optionValue(chipOptions, options, "chip") === "none")) return [];
  const { tried, differing } = unequalTuples(chosenSimulator(subject, options));
  if (differing === 0) return [];
  const message = `the chip weighs workers differently: ${differing} of ${tried} random tuples of words depend on more than sums`;
  const fits = tableRows(circuit.aggregate, "words") <= mostTableRows;
  const help = fits
    ? "`--option index=words` has a row for every tuple"
    : "`optinc aggregate` sends words through the chip itself";
  return [caution("OPT0439", "", message, help)];
}

const TRIED = 4096;

/**
 * How many of random tuples of words a table of sums has wrong: each is driven beside the tuple that stands in the table for
 * its sums, and differs where some worker receives another word.
 */
export function unequalTuples(simulator: Simulator): { readonly tried: number; readonly differing: number } {
  const { aggregate } = simulator.circuit;
  const table = tabulate(simulator, "sums");
  const { vectors, symbols } = randomVectors(aggregate, TRIED, seededRandom(1));
  const codes = simulateCodes(simulator, { symbols });
  const rows = rowsOf(table, { vectors, symbols });
  let differing = 0;
  for (let v = 0; v < vectors; v++) {
    if (codes.some((own, worker) => own[v] !== table.received[worker]![rows[v]!])) differing++;
  }
  return { tried: vectors, differing };
}

function rowsOf({ aggregate, shares }: CircuitTable, { vectors, symbols }: VectorBatch): Int32Array {
  const { workers, symbols: width } = aggregate;
  const levels = symbolLevels(aggregate);
  const rows = new Int32Array(vectors);
  for (let v = 0; v < vectors; v++) {
    for (let worker = 0; worker < workers; worker++) {
      let code = 0;
      for (let s = 0; s < width; s++) code = code * levels[s]! + symbols[(v * workers + worker) * width + s]!;
      rows[v] = rows[v]! + shares[worker]![code]!;
    }
  }
  return rows;
}
