import type { Cluster } from "../../dsl/index.ts";
import { phased } from "../generators/phased.ts";
import { checkAllReduce, executeSchedule } from "../schedule/execute.ts";
import { checkSchedule } from "../schedule/form.ts";
import type { PhasedSchedule, ScheduleFault, TransferOp } from "../schedule/schedule.ts";
import type { Algorithm } from "./algorithm.ts";

/** As nccl-tests call them. */
export const collectives = ["all-reduce", "reduce-scatter", "all-gather"] as const;
export type Collective = (typeof collectives)[number];

/** All-reduces that are a reduce-scatter, then an all-gather, in different phases. */
const inHalves = [
  ...["ring", "halving-doubling", "hierarchical-ring", "torus", "fat-tree", "fat-tree-halving-doubling"],
  ...["optical-ring", "sip-ring", "oddl", "oddl-ring"],
];

/** Of those, the ones that fold other numbers of workers than powers of two into fewer, which alone have shares then. */
const folding = ["halving-doubling", "fat-tree-halving-doubling", "oddl"];

/** What adds in the network: its reduce-scatter is a whole all-reduce, of which every worker keeps its share. */
const inNetwork = ["tree", "sharp", "switchml", "nvls", "optinc", "optinc-cascade", "optinc-framed"];

/** How an algorithm comes to its reduce-scatter. */
export function scatterOf({ name }: Pick<Algorithm, "name">): "half" | "whole" | "none" {
  return inHalves.includes(name) ? "half" : inNetwork.includes(name) ? "whole" : "none";
}

/** An algorithm's own reduce-scatter or all-gather in the place of its all-reduce; refused where it has none. */
export function collectiveOf(algorithm: Algorithm, collective: Collective): Algorithm {
  if (collective === "all-reduce") return algorithm;
  const kind = scatterOf(algorithm);
  if (kind === "whole" && collective === "reduce-scatter") return algorithm;
  if (kind !== "half") {
    const reason =
      kind === "none" ? `it has no ${collective} of its own` : "nothing is added in an all-gather; see ring";
    return { ...algorithm, refuses: () => reason };
  }
  const op = collective === "reduce-scatter" ? "reduce" : "copy";
  return {
    ...algorithm,
    inputs: op === "copy" ? algorithm.inputs.filter((path) => path !== "reduction") : algorithm.inputs,
    refuses: (cluster, workers) => {
      const isPower = Number.isInteger(Math.log2(workers));
      const folded = folding.includes(algorithm.name) && !isPower;
      return algorithm.refuses(cluster, workers) ?? (folded ? `${workers} workers are no power of two` : null);
    },
    build: (...of) => phasesOf(algorithm.build(...of), op),
  };
}

/** The phases that add, or those that copy. */
export function phasesOf(schedule: PhasedSchedule, op: TransferOp): PhasedSchedule {
  const opOf = (phase: PhasedSchedule["phases"][number]): TransferOp | null => {
    for (let index = 0; index < phase.steps; index++) {
      const [first] = phase.at(index).transfers;
      if (first !== undefined) return first.op;
    }
    return null;
  };
  return phased({ ...schedule, phases: schedule.phases.filter((phase) => opOf(phase) === op) });
}

/**
 * Executes a collective on whole numbers [worker][element]. After a reduce-scatter every element is whole at some worker, and every
 * worker has its share of whole ones; an all-gather starts from there and ends as an all-reduce does.
 */
export function executeCollective(
  algorithm: Algorithm,
  collective: Collective,
  cluster: Cluster,
  inputs: readonly Float64Array[],
): readonly ScheduleFault[] {
  const [workers, length] = [inputs.length, inputs[0]!.length];
  const build = (of: Collective): PhasedSchedule => {
    return collectiveOf(algorithm, of).build(cluster, workers, length, algorithm.bits(cluster));
  };
  const schedule = build(collective);
  if (collective === "all-reduce" || scatterOf(algorithm) === "whole") {
    return checkAllReduce(schedule, inputs, executeSchedule(schedule, inputs));
  }
  if (collective === "reduce-scatter") {
    return [...checkSchedule(schedule), ...shareFaults(inputs, executeSchedule(schedule, inputs).buffers)];
  }
  const scattered = executeSchedule(build("reduce-scatter"), inputs).buffers;
  return checkAllReduce(schedule, inputs, executeSchedule(schedule, scattered));
}

/** `executeCollective` on words by a hash of their place. */
export function executeOnWords(
  algorithm: Algorithm,
  collective: Collective,
  cluster: Cluster,
  workers: number,
  length: number,
): readonly ScheduleFault[] {
  const inputs = Array.from({ length: workers }, (_, worker) =>
    Float64Array.from({ length }, (_, element) => Math.imul(worker * length + element + 1, 0x9e3779b1) >> 8),
  );
  return executeCollective(algorithm, collective, cluster, inputs);
}

function shareFaults(inputs: readonly Float64Array[], buffers: readonly Float64Array[]): readonly ScheduleFault[] {
  const [workers, length] = [inputs.length, inputs[0]!.length];
  const whole = new Array<number>(workers).fill(0);
  for (let element = 0; element < length; element++) {
    const sum = inputs.reduce((total, input) => total + input[element]!, 0);
    const owners = buffers.flatMap((buffer, worker) => (buffer[element] === sum ? [worker] : []));
    if (owners.length === 0) {
      const message = `no worker ends with the sum of element ${element}`;
      return [{ kind: "sum", message, step: null, worker: null, element }];
    }
    for (const owner of owners) whole[owner]! += 1;
  }
  const poor = whole.findIndex((count) => count < Math.floor(length / workers));
  if (poor < 0) return [];
  const message = `worker ${poor} ends with ${whole[poor]} sums of ${length}, which is not its share`;
  return [{ kind: "sum", message, step: null, worker: poor, element: null }];
}
