import { createInterface } from "node:readline";
import { type Diagnostic, figure, plainDiagnostic } from "../../dsl/index.ts";
import { type Circuit, compileSimulation, seededRandom } from "../../netlist/index.ts";
import { type Comparator, comparatorSteps, decisionsIn, symbolsOf, traceLight } from "../../report/index.ts";
import { simulate } from "../../toolchain/index.ts";
import { encodeWord, finish, referenceWord, wordRange } from "../../verify/index.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { cacheDirectory } from "../files/cache-entries.ts";
import { readCircuits } from "../files/circuit-source.ts";
import { networkFor } from "../networks/network.ts";
import { hasErrors, reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";

export interface PlayCommand {
  readonly path: string;
  readonly aggregate: string | null;
  /** Of the words of `random`. */
  readonly seed: number;
}

/** `optinc play`: a line of words in, what the receivers see out; for people and for pipes. Invalid input where a line was none. */
export async function runPlay(terminal: Terminal, { path, aggregate, seed }: PlayCommand): Promise<ExitCode> {
  const network = {
    specPath: path,
    cache: cacheDirectory(),
    threads: null,
    resume: false,
    checkpointS: 20,
    quiet: false,
  };
  const reading = await readCircuits(path, aggregate, (spec) => networkFor(terminal, spec, network), "refused");
  reportDiagnostics(terminal, reading.source, reading.diagnostics);
  if (reading.failed !== null) return reading.failed;
  if (reading.circuits === null || hasErrors(reading.diagnostics)) return exitCode.invalidInput;
  const [first, second] = reading.circuits;
  if (second !== undefined) {
    const names = reading.circuits.map(({ circuit }) => circuit.name).join(", ");
    const help = `choose with --aggregate: ${names}`;
    reportDiagnostics(terminal, null, [plainDiagnostic("OPT0613", `${path} has several aggregates`, help)]);
    return exitCode.invalidInput;
  }
  return await playLines(terminal, first!.circuit, seed);
}

async function playLines(terminal: Terminal, circuit: Circuit, seed: number): Promise<ExitCode> {
  const { workers } = circuit.aggregate;
  const { min, max } = wordRange(circuit.aggregate);
  const isTyped = process.stdin.isTTY === true;
  const lines = createInterface({
    input: process.stdin,
    ...(isTyped ? { output: process.stdout, prompt: "words> " } : {}),
  });
  const random = seededRandom(seed);
  const comparators = finish(comparatorSteps(circuit));
  let wrong = 0;
  if (isTyped) {
    terminal.out(`${circuit.name}: ${workers} words of ${min} to ${max}, \`random\`, or \`quit\`\n`);
    lines.prompt();
  }
  for await (const line of lines) {
    const text = line.trim();
    if (text === "quit" || text === "exit") break;
    if (text !== "" && !text.startsWith("#")) {
      const drawn = (): bigint => BigInt(min) + BigInt(Math.floor(random() * (max - min + 1)));
      const words = text === "random" ? Array.from({ length: workers }, drawn) : wordsIn(text, circuit);
      if (Array.isArray(words)) terminal.out(roundText(circuit, comparators, words, terminal.paintOut));
      else {
        wrong += 1;
        reportDiagnostics(terminal, null, [words]);
      }
    }
    if (isTyped) lines.prompt();
  }
  lines.close();
  // Who types has seen it, and tried again.
  return wrong > 0 && !isTyped ? exitCode.invalidInput : exitCode.done;
}

function wordsIn(text: string, { aggregate }: Circuit): bigint[] | Diagnostic {
  const { min, max } = wordRange(aggregate);
  const parts = text.split(/[\s,]+/).filter((part) => part !== "");
  const help = `write ${aggregate.workers} whole numbers of ${min} to ${max}, or \`random\``;
  const bad = parts.find((part) => !/^[-+]?\d{1,12}$/.test(part) || Number(part) < min || Number(part) > max);
  if (bad !== undefined) return plainDiagnostic("OPT0673", `\`${bad.slice(0, 24)}\` is no word of this circuit`, help);
  if (parts.length !== aggregate.workers) {
    return plainDiagnostic("OPT0673", `${parts.length} words for ${aggregate.workers} workers`, help);
  }
  return parts.map((part) => BigInt(part));
}

/** Comparators of a line that says what each decides. */
const mostComparators = 32;

/** The words of the workers as levels, how far comparators are from deciding otherwise, what every receiver of the first worker measures, and the word that each gets. */
function roundText(
  circuit: Circuit,
  comparators: readonly Comparator[],
  words: readonly bigint[],
  paint: Terminal["paintOut"],
): string {
  const { aggregate, outputs } = circuit;
  const { words: received, fields } = simulate(
    circuit,
    words.map((word) => [Number(word)]),
  );
  const width = Math.max(...words.map((word) => String(word).length));
  const sent = words.map((word, worker) => {
    const levels = encodeWord(word, aggregate).join(" ");
    return `  ${paint.dim(`worker ${worker}`.padEnd(10))} ${String(word).padStart(width)}  levels ${levels}`;
  });
  const measured = outputs.flatMap((port, i) =>
    port.worker === 0 ? [{ symbol: port.symbol, level: fields.re[i]! * port.levelsPerField }] : [],
  );
  measured.sort((a, b) => a.symbol - b.symbol);
  const light = measured.map(({ level }) => figure(Math.abs(level) < 1e-9 ? 0 : level)).join(" ");
  const simulator = compileSimulation(circuit);
  const trace = traceLight(simulator, symbolsOf(words.map(Number), aggregate));
  const states = decisionsIn({ simulator, trace }, comparators).map(
    ({ cell, state, gridSteps }) => `${cell} ${state} ${figure(gridSteps)}`,
  );
  const more = states.length > mostComparators ? `, and ${states.length - mostComparators} more` : "";
  const decisions =
    states.length === 0
      ? []
      : [
          `  ${paint.dim("neurons".padEnd(10))} ${states.slice(0, mostComparators).join(", ")}${more}  (grid steps from deciding otherwise)`,
        ];
  const sum = words.reduce((all, word) => all + word, 0n);
  const exact = referenceWord(words, aggregate);
  const got = received.map(([word]) => word!);
  const isRight = got.every((word) => word === Number(exact));
  const others = got.every((word) => word === got[0]) ? "" : `, the others ${got.slice(1).join(" ")}`;
  const verdict = isRight ? paint.green("right") : paint.red(`WRONG, ${exact} is right`);
  return [
    ...sent,
    ...decisions,
    `  ${paint.dim("light".padEnd(10))} ${light}  (levels at the receivers of worker 0)`,
    `  ${paint.dim("word".padEnd(10))} ${got[0]}${others}  (${sum} / ${words.length} = ${Number((Number(sum) / words.length).toFixed(3))}, ${aggregate.rounding}: ${verdict})`,
    "",
  ].join("\n");
}
