import type { Cell, Term } from "../../netlist/index.ts";
import type { Aggregation } from "../aggregation/aggregation.ts";
import type { Plan, PlanCombiner } from "../aggregation/plan.ts";
import { sumsOf } from "./bit-fields.ts";
import { type Comparators, compare } from "./comparator.ts";
import {
  add,
  addTree,
  append,
  copies,
  emptyGraph,
  type Graph,
  type GraphTerm,
  type GraphWire,
  neuron,
  split,
} from "./graph.ts";
import type { AlignedNodes } from "./schedule.ts";
import { type Decisions, type Tuning, tuningOf } from "./tuning.ts";

/** Where a bit is subtracted inside its own cell: from the residual on `from`, which reaches `reach`. */
export interface OwnUse {
  readonly bit: Term;
  readonly from: GraphWire;
  readonly reach: number;
}

/** A signal of the plan in the network. */
export interface SignalWire {
  readonly wire: GraphWire;
  /** The first of its copies; null where all are for later cells. */
  readonly own: OwnUse | null;
}

/** The network of a plan: adders, splitters, comparators and regenerating neurons, without fields, layers or lanes. */
export interface Topology {
  readonly plan: Plan;
  readonly decisions: Decisions;
  readonly tuning: Tuning;
  readonly graph: Graph;
  /** Symbol sums behind P, in the order of the plan. */
  readonly inputs: readonly GraphWire[];
  /** By signal of the plan. */
  readonly signals: readonly SignalWire[];
  /** What brings the units of a cascade together: P of its second level, of its third, ... */
  readonly combiners: readonly AlignedNodes[];
  /** Output symbols, symbol 0 first. */
  readonly outputs: readonly GraphWire[];
}

/** A network in the making. */
interface Draft extends Comparators {
  readonly plan: Plan;
  /** The next copy of a signal for a sum. */
  readonly term: (term: Term) => GraphTerm;
  /** Records a finished signal, and hands back the copy for use inside its own cell, if one is wanted. */
  readonly publish: (signal: number, wire: GraphWire, own?: OwnUse | null) => GraphWire | null;
}

/** The exact network of a plan, cell by cell. */
export function buildTopology(aggregation: Aggregation, plan: Plan, decisions: Decisions): Topology {
  const tuning = tuningOf(decisions);
  const graph = emptyGraph();
  const later = new Int32Array(plan.signals.length);
  for (const terms of sumsOf(plan)) for (const { signal } of terms) later[signal]!++;
  const signals = new Array<SignalWire>(plan.signals.length);
  const available: GraphWire[][] = plan.signals.map(() => []);
  const take = (signal: number): GraphWire => {
    const wire = available[signal]!.shift();
    if (wire === undefined) throw new Error(`signal ${plan.signals[signal]!.name} is used more often than planned`);
    return wire;
  };
  const publish = (signal: number, wire: GraphWire, own: OwnUse | null = null): GraphWire | null => {
    signals[signal] = { wire, own };
    const count = later[signal]! + (own === null ? 0 : 1);
    available[signal]!.push(...copies(graph, wire, count, { name: plan.signals[signal]!.name, fields: [], signal }));
    return own === null ? null : take(signal);
  };
  const term = ({ signal, weight }: Term): GraphTerm => ({
    wire: take(signal),
    weight,
    reach: Math.abs(weight) * plan.signals[signal]!.max,
  });
  const draft: Draft = { graph, decisions, tuning, plan, term, publish };

  const inputs = plan.signals.flatMap(({ kind }, signal) => {
    if (kind !== "sum") return [];
    const wire = graph.wires++;
    publish(signal, wire);
    return [wire];
  });
  const combiners: AlignedNodes[] = [];
  for (let i = 0; i < plan.cells.length; i++) {
    const run = plan.combiners[combiners.length];
    if (run === undefined || i < run.from) {
      buildCell(draft, plan.cells[i]!);
      continue;
    }
    combiners.push(buildCombiners(draft, run));
    i = run.end - 1;
  }
  const outputField = tuning.outputField * Math.sqrt(aggregation.workers);
  const outputs = plan.symbols.map((terms, i) => buildOutput(draft, i, terms, outputField));
  return { plan, decisions, tuning, graph, inputs, signals, combiners, outputs };
}

/** The sums between two levels of a cascade. */
function buildCombiners({ graph, plan, term, publish }: Draft, run: PlanCombiner): AlignedNodes {
  const from = graph.nodes.length;
  const sums = plan.cells.slice(run.from, run.end).map((cell) => {
    if (cell.kind !== "sum") throw new Error(`cell ${cell.name} stands among the combiners`);
    const lit = cell.terms.map((each) => term(each).wire);
    const inputs = Array.from(
      { length: run.inputs },
      (_, i) => lit[i] ?? append(graph, { kind: "dark", like: lit[0]! }),
    );
    const wire = addTree(
      graph,
      cell.name,
      inputs.map((input) => ({ wire: input, weight: 1, reach: 1 })),
    );
    return { total: cell.total, wire };
  });
  const end = graph.nodes.length;
  for (const { total, wire } of sums) publish(total, wire);
  return { from, end, results: sums.map(({ wire }) => wire) };
}

function buildCell(draft: Draft, cell: Cell): void {
  const { graph, decisions, term, publish } = draft;
  switch (cell.kind) {
    case "split":
      buildSplit(draft, cell);
      return;
    case "sum":
      publish(cell.total, addTree(graph, cell.name, cell.terms.map(term)));
      return;
    case "nonzero": {
      const sum = addTree(graph, cell.name, cell.terms.map(term));
      publish(cell.bit, compare(draft, cell.name, sum, 1, cell.bit));
      return;
    }
    case "only": {
      const set = term({ signal: cell.set, weight: 1 }).wire;
      const unless = term({ signal: cell.unless, weight: 1 }).wire;
      const { output } = add(graph, `${cell.name}_minus`, set, 1, unless, -1);
      const bit =
        decisions.neuron === "relu"
          ? neuron(graph, output, { kind: "rectify", signal: cell.bit })
          : compare(draft, cell.name, output, 1, cell.bit);
      publish(cell.bit, bit);
      return;
    }
    default:
      cell satisfies never;
  }
}

/** Successive approximation: compares with the largest bit, subtracts it and goes on with the residual. */
function buildSplit(draft: Draft, cell: Extract<Cell, { kind: "split" }>): void {
  const { graph, decisions, tuning, term, publish } = draft;
  const terms = cell.terms.map(term);
  const shiftThresholds = cell.residual === null;
  if (cell.offset !== 0 && !shiftThresholds) {
    const beside = terms.map(({ wire }) => wire);
    const wire = append(graph, { kind: "bias", beside, level: cell.offset, balance: 1, over: 1, meets: null });
    terms.push({ wire, weight: cell.offset, reach: cell.offset });
  }
  let residual = addTree(graph, cell.name, terms);
  let reach = terms.reduce((sum, each) => sum + each.reach, 0);
  /** What the light lacks of the number. */
  let lacking = shiftThresholds ? cell.offset : 0;
  let highest = reach + lacking;
  let small = 0;
  cell.bits.forEach((bit, i) => {
    const goesOn = i < cell.bits.length - 1 || cell.residual !== null;
    const name = `${cell.name}_${i}`;
    const threshold = bit.weight - lacking;
    const isSmall = goesOn && highest <= tuning.regeneratedReach;
    small += Number(isSmall);
    const regenerated = isSmall && (decisions.residual !== "alternating" || small % 2 === 0);
    let compared = residual;
    if (goesOn) {
      const share = regenerated ? tuning.regeneratedShare : tuning.compareShare;
      [residual, compared] = split(graph, `${name}_tap`, residual, share);
    }
    if (regenerated) {
      // Sent while the comparator decides, so that it waits on no delay line; ahead of the number by `above` from here on.
      const above = cell.residual === null ? 0.5 : 0;
      const from = -(above + lacking);
      const range = highest + above + 0.5;
      residual = neuron(graph, residual, { kind: "regenerate", field: tuning.residualField, from, range });
      lacking = -above;
    }
    const own = goesOn ? { bit, from: residual, reach } : null;
    reach = bit.weight;
    highest = bit.weight;
    const copy = publish(bit.signal, compare(draft, name, compared, threshold, bit.signal), own);
    if (copy !== null) residual = add(graph, `${name}_rest`, residual, 1, copy, -bit.weight).output;
  });
  if (cell.residual !== null) publish(cell.residual, residual);
}

function buildOutput(draft: Draft, i: number, terms: readonly Term[], field: number): GraphWire {
  const { graph, plan, decisions, term } = draft;
  const wire = addTree(graph, `out${i}`, terms.map(term));
  // A subtraction could leave less than 0 where cells are looked at one by one, which a neuron would not send.
  if (decisions.outputs !== "regenerated" || terms.some(({ weight }) => weight <= 0)) return wire;
  const highest = terms.reduce((sum, { signal, weight }) => sum + weight * plan.signals[signal]!.max, 0);
  return neuron(graph, wire, { kind: "regenerate", field, from: 0, range: highest + 0.5 });
}
