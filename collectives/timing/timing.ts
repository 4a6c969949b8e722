import type { PhasedSchedule, Transfer } from "../schedule/schedule.ts";
import type { CircuitModel, LinkModel } from "./link-model.ts";
import { arcLength } from "./wavelengths.ts";

/** Seconds by cause; `totalS` is their sum. */
export interface Timing {
  readonly totalS: number;
  readonly setupS: number;
  readonly latencyS: number;
  readonly transmissionS: number;
  readonly reductionS: number;
  readonly steps: number;
  /** Set-ups of circuits that were waited for. */
  readonly setups: number;
  /** Bits sent by the busiest worker; with chunks of unequal size, the mean size counts. */
  readonly sentBits: number;
  /** Of the exponents that words of fixed point wait for, a part of `totalS`. */
  readonly exponentsS: number;
  /** Longest arc on a ring of waveguides, in segments; 0 without arcs. */
  readonly longestArc: number;
}

/** Bits of an element in a transfer. */
export type BitsOf = (transfer: Transfer) => number;
export type ElementBits = number | BitsOf;

/**
 * Walks the steps of a schedule under a link model. A streamed phase is one pipeline of packets: its latencies add up, and
 * what each port and link carries in the whole phase bounds the time, as the packets of all steps follow each other.
 * Cost: the transfers of the steps that are looked at.
 *
 * @param bits of an element that travels, for instance 32 for fp32
 */
export function timeSchedule(schedule: PhasedSchedule, bits: ElementBits, model: LinkModel): Timing {
  const bitsOf = typeof bits === "number" ? (): number => bits : bits;
  const sent = new Float64Array(schedule.workers);
  const sum = { setupS: 0, latencyS: 0, transmissionS: 0, reductionS: 0, steps: 0, setups: 0, longestArc: 0 };
  let circuits: ReadonlySet<number> = new Set();
  for (const phase of schedule.phases) {
    const looks = phase.alike && !phase.streamed ? Math.min(1, phase.steps) : phase.steps;
    const repeats = looks === 0 ? 0 : phase.steps / looks;
    let load = newLoad(schedule, model, bitsOf);
    for (let index = 0; index < looks; index++) {
      const { transfers } = phase.at(index);
      for (const transfer of transfers) load.add(transfer);
      sum.latencyS += repeats * longestLatency(schedule, transfers, model);
      sum.steps += repeats;
      countSent(schedule, transfers, repeats, bitsOf, sent);
      if (phase.streamed) continue;
      sum.transmissionS += repeats * load.seconds();
      load = newLoad(schedule, model, bitsOf);
      sum.reductionS += repeats * longestReduction(schedule, transfers, bitsOf, model);
      sum.longestArc = Math.max(sum.longestArc, longestArcOf(transfers, schedule.workers));
      if (model.circuits === null || transfers.length === 0) continue;
      const step = setupsOf(schedule, transfers, model.circuits, circuits);
      // With circuits that stay, repetitions of a step wait no more.
      const setups = step.setups * (step.each ? repeats : 1);
      sum.setups += setups;
      sum.setupS += setups * model.circuits.setupS;
      circuits = step.held;
    }
    if (phase.streamed) sum.transmissionS += load.seconds();
  }
  const totalS = sum.setupS + sum.latencyS + sum.transmissionS + sum.reductionS;
  return { totalS, ...sum, sentBits: sent.reduce((a, b) => Math.max(a, b), 0), exponentsS: 0 };
}

interface StepSetups {
  readonly setups: number;
  /** Whether another such step waits for as many. */
  readonly each: boolean;
  /** Circuits that stand for the next step. */
  readonly held: ReadonlySet<number>;
}

/** What a step with transfers waits for when the circuits of `standing` are left from the one before. */
function setupsOf(
  schedule: PhasedSchedule,
  transfers: readonly Transfer[],
  { exclusivePorts, when }: CircuitModel,
  standing: ReadonlySet<number>,
): StepSetups {
  const needed = circuitsOf(schedule, transfers);
  const slots = exclusivePorts ? mostFlowsOfAPort(schedule, transfers) : 1;
  // Flows that take turns on a port leave none of its circuits standing for the next step.
  if (slots > 1) return { setups: slots, each: true, held: new Set() };
  if (when === "step") return { setups: 1, each: true, held: needed };
  return { setups: [...needed].every((circuit) => standing.has(circuit)) ? 0 : 1, each: false, held: needed };
}

/** Seconds of set-up that each step waits for; empty where there are no circuits. Streamed phases wait for none. */
export function setupsByStep(schedule: PhasedSchedule, { circuits }: LinkModel): readonly number[] {
  if (circuits === null) return [];
  const seconds: number[] = [];
  let standing: ReadonlySet<number> = new Set();
  for (const phase of schedule.phases) {
    for (let index = 0; index < phase.steps; index++) {
      const { transfers } = phase.at(index);
      if (phase.streamed || transfers.length === 0) {
        seconds.push(0);
        continue;
      }
      const { setups, held } = setupsOf(schedule, transfers, circuits, standing);
      standing = held;
      seconds.push(setups * circuits.setupS);
    }
  }
  return seconds;
}

/**
 * Bandwidth as nccl-tests report it: bytes / time * 2 (p - 1) / p, so that a ring at line rate shows the line rate; `halves` of an
 * all-reduce, one for a reduce-scatter or an all-gather.
 */
export function busBandwidth(bytes: number, workers: number, seconds: number, halves: 1 | 2 = 2): number {
  return (bytes / seconds) * ((halves * (workers - 1)) / workers);
}

function longestArcOf(transfers: readonly Transfer[], workers: number): number {
  const lengths = transfers.map((each) => (each.route?.kind === "arc" ? arcLength(each, each.route, workers) : 0));
  return lengths.reduce((a, b) => Math.max(a, b), 0);
}

interface Load {
  add(transfer: Transfer): void;
  /** Time of the heaviest load. */
  seconds(): number;
}

function newLoad({ workers, switches }: PhasedSchedule, model: LinkModel, bitsOf: BitsOf): Load {
  const nodes = workers + switches;
  // A worker has one port; a switch has one towards each neighbour, which is what its links are.
  const out = new Float64Array(workers);
  const into = model.duplex === "half" ? out : new Float64Array(workers);
  const [groupOut, groupInto] =
    model.group === null ? [out, into] : [new Float64Array(workers), new Float64Array(workers)];
  const links = new Map<number, number>();
  let channel = 0;
  const onLink = (from: number, to: number, size: number): void => {
    if (from < workers || to < workers) return;
    const key = model.duplex === "half" && from > to ? to * nodes + from : from * nodes + to;
    links.set(key, (links.get(key) ?? 0) + size);
  };
  return {
    add(transfer) {
      const { src, dst, route } = transfer;
      const size = sizeOf(transfer, bitsOf);
      if (route?.kind === "arc") {
        channel = Math.max(channel, size / route.wavelengths);
        return;
      }
      const { group } = model;
      const near = group !== null && dst < workers && Math.floor(src / group.size) === Math.floor(dst / group.size);
      if (src < workers) (near ? groupOut : out)[src]! += size;
      if (dst < workers) (near ? groupInto : into)[dst]! += size;
      const ways = route?.ways ?? [[]];
      for (const via of ways) {
        let from = src;
        for (const next of via) {
          onLink(from, next, size / ways.length);
          from = next;
        }
        onLink(from, dst, size / ways.length);
      }
    },
    seconds() {
      const heaviest = (load: Float64Array): number => load.reduce((a, b) => Math.max(a, b), 0);
      let link = 0;
      for (const load of links.values()) link = Math.max(link, load);
      const port = Math.max(heaviest(out), heaviest(into)) / model.portBitsPerS;
      const near = model.group === null ? 0 : Math.max(heaviest(groupOut), heaviest(groupInto)) / model.group.bitsPerS;
      const inner = link === 0 ? 0 : link / model.linkBitsPerS;
      const arcs = channel === 0 ? 0 : channel / model.wavelengthBitsPerS;
      return Math.max(port, near, inner, arcs);
    },
  };
}

function longestLatency({ workers }: PhasedSchedule, transfers: readonly Transfer[], model: LinkModel): number {
  let longest = 0;
  for (const { src, route } of transfers) {
    const first = src < workers ? model.latencyS : model.hopLatencyS;
    const passed = route?.kind === "path" ? Math.max(...route.ways.map((via) => via.length)) : 0;
    longest = Math.max(longest, first + passed * model.hopLatencyS);
  }
  return longest;
}

/** Switches reduce at line rate; workers take the time of their memory. */
function longestReduction(
  { workers }: PhasedSchedule,
  transfers: readonly Transfer[],
  bitsOf: BitsOf,
  { reductionBitsPerS }: LinkModel,
): number {
  if (reductionBitsPerS === Number.POSITIVE_INFINITY) return 0;
  const reduced = new Float64Array(workers);
  let most = 0;
  for (const transfer of transfers) {
    const { op, dst } = transfer;
    if (op !== "reduce" || dst >= workers) continue;
    reduced[dst]! += sizeOf(transfer, bitsOf);
    most = Math.max(most, reduced[dst]!);
  }
  return most / reductionBitsPerS;
}

function countSent(
  { workers }: PhasedSchedule,
  transfers: readonly Transfer[],
  times: number,
  bitsOf: BitsOf,
  sent: Float64Array,
): void {
  const total = transfers.reduce((sum, transfer) => sum + sizeOf(transfer, bitsOf), 0);
  for (const transfer of transfers) {
    if (transfer.src >= workers) continue;
    sent[transfer.src]! += times === 1 ? sizeOf(transfer, bitsOf) : (times * total) / transfers.length;
  }
}

function sizeOf(transfer: Transfer, bitsOf: BitsOf): number {
  return (transfer.range.end - transfer.range.start) * bitsOf(transfer);
}

function circuitsOf({ workers, switches }: PhasedSchedule, transfers: readonly Transfer[]): ReadonlySet<number> {
  const nodes = workers + switches;
  const set = new Set<number>();
  for (const { src, dst, route } of transfers) {
    const pair = (src * nodes + dst) * 2;
    // 2^53 / (2 * 4096^2) leaves room for a quarter of a million wavelengths.
    const light = route?.kind === "arc" ? route.firstWavelength + 1 : 0;
    set.add((pair + (route?.kind === "arc" && route.direction === "down" ? 1 : 0)) * 2 ** 18 + light);
  }
  return set;
}

function mostFlowsOfAPort({ workers, switches }: PhasedSchedule, transfers: readonly Transfer[]): number {
  const out = new Uint32Array(workers + switches);
  const into = new Uint32Array(workers + switches);
  let most = 1;
  for (const { src, dst } of transfers) most = Math.max(most, ++out[src]!, ++into[dst]!);
  return most;
}
