import type { Cell, Certificate, Circuit, Term } from "../../netlist/index.ts";
import {
  BLOCK,
  boundSlice,
  compose,
  type DecidingPlan,
  type Driven,
  INFLATE,
  inputsOf,
  judge,
  type Moves,
  outputsOf,
  type ProofPlan,
  planProof,
  type ReceiversPlan,
  type SumPlan,
  type TotalPlan,
  termsOf,
  type Verdict,
  weightOf,
} from "../../proof/index.ts";
import type { CellProof, Proof } from "../results/results.ts";
import { stateText } from "./drive-states.ts";
import type { Steps } from "./steps.ts";

const PROBLEM_LIMIT = 24;

/** Half an LSB is the middle between two values: no comparator has a larger margin. */
const MOST_MARGIN = 0.5;

/** A comparator that stands exactly at its margin may fall to either side. */
const WITHIN = 1 - 1e-6;

/** The tiny step, in LSB, over which the slopes of a cell's neurons are measured. */
const LEAST_MOVE = 2 ** -60;

/**
 * Further off in a state, a signal is not what the certificate says, whatever its bounds; and further no bit may move where the sum
 * moves within the margin. In units of the signal.
 */
const CLAIM_LIMIT = 1e-9;

interface Search {
  readonly plan: ProofPlan;
  readonly verdict: Verdict;
  readonly problems: string[];
  readonly cells: CellProof[];
  readonly receivers: Proof["receivers"][number][];
  worstDeviation: number;
  receiverError: number;
}

/**
 * The theorem of docs/explanation/proof.md for one circuit, which is a chip without errors; and whether the devices do what the certificate claims
 * of them, which the theorem does not need: claims that are off say what is wrong.
 */
export function* proveCircuit(circuit: Circuit): Steps<Proof> {
  const { certificate, outputs } = circuit;
  if (certificate === null) {
    const problems = ["the circuit carries no certificate to prove"];
    const unknown = { worstDeviation: Number.NaN, receiverError: Number.NaN };
    return { holds: false, problems, states: 0, ...unknown, signals: [], cells: [], receivers: [] };
  }
  const plan = yield* planProof(circuit);
  const problems: string[] = [];
  report(problems, plan.problems);
  const sums = plan.stages.filter((stage) => stage.kind === "sum");
  const offs = sums.map((sum) => sumOff(plan, sum));
  const verdict = yield* judge(plan, plan.nominal, true);
  const receivers = outputs.map(({ name }) => ({ name, states: 0, error: Number.NaN }));
  const search: Search = { plan, verdict, problems, cells: [], receivers, worstDeviation: 0, receiverError: 0 };
  for (const [i, { made }] of sums.entries()) {
    const id = made[0]!;
    const { name } = certificate.signals[id]!;
    const bound = verdict.deviations[id]!;
    search.worstDeviation = Math.max(search.worstDeviation, offs[i]!);
    if (!(offs[i]! <= CLAIM_LIMIT)) report(problems, [`${name} is off by ${offs[i]} of its unit`]);
    else if (bound >= 0.5) report(problems, [`${name} can be off by ${bound} of its unit`]);
  }
  const states = plan.stages.reduce((sum, stage) => sum + ("table" in stage ? stage.table.rows : 0), 0);
  for (const stage of plan.stages) {
    if (stage.kind === "total") claimTotal(search, stage);
    else if (stage.kind === "cell") claimCell(search, stage);
    if (stage.kind !== "sum") yield { done: states, total: states, unit: "states", wrong: null };
  }
  for (const stage of plan.stages) if (stage.kind === "receivers") claimReceivers(search, stage);
  if (problems.length === 0 && !verdict.isRight) report(problems, ["a bound is no number"]);
  const { worstDeviation, receiverError } = search;
  return {
    ...{ holds: problems.length === 0, problems, states, worstDeviation, receiverError },
    signals: certificate.signals.map(({ name }, id) => ({ name, deviation: verdict.deviations[id]! })),
    ...{ cells: search.cells, receivers },
  };
}

/** Past the first few dozen a problem says nothing new; that there is one is never forgotten. */
function report(problems: string[], more: readonly string[]): void {
  problems.push(...more.slice(0, Math.max(0, PROBLEM_LIMIT - problems.length)));
}

/** `carry1_0 in section 4 (layer2)` */
function placeText({ certificate, circuit }: ProofPlan, signal: number): string {
  const { name, section } = certificate.signals[signal]!;
  return `${name} in section ${section} (${circuit.sections[section]!.name})`;
}

/** How far the light of a sum is from adding every symbol equally and nothing else, when all of it sends what is furthest off. */
export function sumOff({ circuit, certificate }: ProofPlan, { made, slice, source }: SumPlan): number {
  const { fieldPerUnit, max } = certificate.signals[made[0]!]!;
  const { sources, slots, constant } = slice.outputs[0]!;
  const share = (slot: number, wanted: number): number =>
    Math.hypot(slice.re[slot]! / fieldPerUnit - wanted, slice.im[slot]! / fieldPerUnit);
  const offs = sources.flatMap((port, i) => {
    if (port >= slice.ports.length) return [];
    const input = circuit.inputs[slice.ports[port]!]!;
    return [share(slots[i]!, input.kind === "worker" && input.symbol === source.symbol ? 1 : 0)];
  });
  return max * Math.max(constant < 0 ? 0 : share(constant, 0), ...offs);
}

function claimTotal(search: Search, { cell, slice }: TotalPlan): void {
  const { plan, verdict, problems } = search;
  const { signals } = plan.certificate;
  const { name, kind, total, terms } = cell;
  const { sources, slots, constant } = slice.outputs[0]!;
  const { fieldPerUnit } = signals[total]!;
  compose(slice, plan.circuit, plan.nominal);
  const share = (slot: number | undefined, wanted: number, unit: number): number =>
    slot === undefined
      ? Math.abs(wanted)
      : Math.hypot((slice.re[slot]! * unit) / fieldPerUnit - wanted, (slice.im[slot]! * unit) / fieldPerUnit);
  const offs = [...new Set(terms.map(({ signal }) => signal))].map((id) => {
    const slot = slots[sources.indexOf(slice.signals.indexOf(id))];
    return signals[id]!.max * share(slot, weightOf(cell, id), signals[id]!.fieldPerUnit);
  });
  const off = offs.reduce((sum, it) => sum + it, constant < 0 ? 0 : share(constant, 0, 1));
  search.worstDeviation = Math.max(search.worstDeviation, off);
  if (!(off <= CLAIM_LIMIT)) report(problems, [`cell ${name}: ${placeText(plan, total)} can be off by ${off}`]);
  else if (verdict.deviations[total]! >= 0.5) {
    report(problems, [`cell ${name}: ${signals[total]!.name} can be off by ${verdict.deviations[total]}`]);
  }
  search.cells.push({ name, kind, states: null, margin: null, deviation: stepsOff(cell, verdict.deviations) });
}

/** Of each output of a slice: how far its middle is from its claim at most and how far its field, in its unit; in which row, and the middle there. */
interface Found {
  readonly middles: number[];
  readonly errors: number[];
  readonly worst: number[];
  readonly rows: number[];
  readonly fields: number[];
}

/** A slice with exact inputs, which move the cell's sum by so many LSB. */
function driveExactly(
  { circuit, certificate, nominal }: ProofPlan,
  { slice, work, table }: Driven,
  steps: number,
  stepsOf: (id: number) => number,
  claimOf: (o: number, row: number) => { readonly value: number; readonly unit: number; readonly realPart: boolean },
): Found {
  const zeros = (): number[] => slice.outputs.map(() => 0);
  const found: Found = { middles: zeros(), errors: zeros(), worst: zeros(), rows: zeros(), fields: zeros() };
  const moves: Moves = { follows: true, steps, realPart: false };
  const width = table.signals.length;
  const columns = slice.signals.map((id) => table.signals.indexOf(id));
  work.margin = Number.POSITIVE_INFINITY;
  // the judge has left it in other axes
  compose(slice, circuit, nominal);
  for (const values of Object.values(work.read)) values.fill(0);
  for (let from = 0; from < table.rows; from += BLOCK) {
    const count = Math.min(BLOCK, table.rows - from);
    for (const [j, id] of slice.signals.entries()) {
      const { fieldPerUnit } = certificate.signals[id]!;
      const weight = Math.abs(stepsOf(id));
      for (let v = 0; v < count; v++) {
        work.read.re[j * BLOCK + v] = fieldPerUnit * table.values[(from + v) * width + columns[j]!]!;
        work.read.spreadRe[j * BLOCK + v] = weight === 0 ? 0 : (Math.abs(fieldPerUnit) * steps) / weight;
      }
    }
    boundSlice(work, nominal, count, moves);
    for (let o = 0; o < slice.outputs.length; o++) {
      for (let v = 0; v < count; v++) {
        const at = o * BLOCK + v;
        const { value, unit, realPart } = claimOf(o, from + v);
        const re = work.made.re[at]! / unit;
        const im = realPart ? 0 : work.made.im[at]! / unit;
        const middle = Math.hypot(re - value, im);
        const error = middle + work.made.spreadRe[at]! / Math.abs(unit);
        if (!(middle <= found.middles[o]!)) {
          found.middles[o] = middle;
          found.rows[o] = from + v;
          found.fields[o] = re;
        }
        if (!(error <= found.errors[o]!)) {
          found.errors[o] = error;
          found.worst[o] = from + v;
        }
      }
    }
  }
  return found;
}

/** What the terms may be off by as far as a certificate is concerned, in units of their sum. */
function slackOf(terms: readonly Term[]): number {
  return terms.reduce((sum, { weight }) => sum + Math.abs(weight), 0) * CLAIM_LIMIT;
}

function claimCell(search: Search, stage: DecidingPlan): void {
  const { plan, verdict, problems } = search;
  const { signals }: Certificate = plan.certificate;
  const { cell, table, outputs, slice, work } = stage;
  const { name, kind } = cell;
  const made = outputsOf(cell);
  if (slice.signals.some((id) => !table.signals.includes(id)) || slice.ports.length > 0) return;
  const at = (row: number): string => `at ${stateText(plan.certificate, table, row)}`;
  const claimOf = (o: number, row: number) => {
    return { value: outputs.values[row * made.length + o]!, unit: signals[made[o]!]!.fieldPerUnit, realPart: false };
  };
  const drive = (steps: number): Found => driveExactly(plan, stage, steps, (id) => weightOf(cell, id), claimOf);
  const exact = drive(LEAST_MOVE);
  const measured = work.margin;
  const deviation = stepsOff(cell, verdict.deviations);
  if (Number.isNaN(deviation)) report(problems, [`cell ${name} reads what is not decided`]);
  for (const [o, id] of made.entries()) {
    const [error, middle] = [verdict.deviations[id]!, exact.middles[o]!];
    search.worstDeviation = Math.max(search.worstDeviation, middle);
    const claimed = middle <= CLAIM_LIMIT;
    if (claimed && !(error >= 0.5)) continue;
    const row = claimed ? verdict.worst[id]! : exact.rows[o]!;
    const is = `is ${exact.fields[o]}, not ${outputs.values[row * made.length + o]},`;
    report(problems, [`cell ${name}: ${placeText(plan, id)} ${claimed ? `can be off by ${error}` : is} ${at(row)}`]);
  }
  const k = plan.nominal.program.coefficients;
  const rectifies =
    kind === "only" && slice.neurons.some(({ number }) => k[8 * number + 2] === Number.POSITIVE_INFINITY);
  const bits = made.filter((id) => signals[id]!.kind === "bit").length;
  const compares = slice.signals.some((id) => weightOf(cell, id) !== 0);
  const margin = rectifies || bits === 0 ? null : compares ? Math.min(MOST_MARGIN, measured) : Number.NaN;
  search.cells.push({ name, kind, states: table.rows, margin, deviation });
  if (margin === null) return;
  const decides = `cell ${name} decides with a margin of ${margin} LSB`;
  if (!(margin > slackOf(termsOf(cell)))) report(problems, [`${decides}, which is none`]);
  else if (margin <= deviation) report(problems, [`${decides}, and its sum can be off by ${deviation}`]);
  const shifted = drive(margin * WITHIN);
  const way = made.findIndex((_, o) => o < bits && !(shifted.errors[o]! <= CLAIM_LIMIT));
  if (way < 0) return;
  const gives = `${placeText(plan, made[way]!)} gives way ${at(shifted.worst[way]!)}`;
  report(problems, [`cell ${name} does not keep its margin: ${gives}`]);
}

function claimReceivers(search: Search, stage: ReceiversPlan): void {
  const { plan, verdict, problems } = search;
  const { circuit, certificate } = plan;
  const { symbol, ports, table, wanted, slice } = stage;
  if (slice.signals.some((id) => !table.signals.includes(id)) || slice.ports.length > 0) return;
  const claimOf = (o: number, row: number) => {
    return { value: wanted[row]!, unit: 1 / circuit.outputs[ports[o]!]!.levelsPerField, realPart: true };
  };
  const exact = driveExactly(plan, stage, 0, () => 0, claimOf);
  for (const [o, port] of ports.entries()) {
    const { name } = circuit.outputs[port]!;
    const [error, middle] = [verdict.errors[port]!, exact.middles[o]!];
    search.receivers[port] = { name, states: table.rows, error };
    search.receiverError = Math.max(search.receiverError, middle);
    const claimed = middle + slackOf(certificate.symbols[symbol]!) < 0.5;
    if (claimed && error < 0.5) continue;
    const at = stateText(certificate, table, claimed ? verdict.worstRead[port]! : exact.rows[o]!);
    const can = Number.isNaN(error) ? "reads what is not decided" : `can be off by ${error} levels`;
    report(problems, [`receiver ${name} ${claimed ? can : `is off by ${middle} levels`} at ${at}`]);
  }
}

/** How far the sum of a cell may be off: what its inputs may be off by. */
function stepsOff(cell: Cell, deviations: ArrayLike<number>): number {
  const off = inputsOf(cell).reduce((sum, id) => sum + Math.abs(weightOf(cell, id)) * deviations[id]!, 0);
  return off * INFLATE;
}
