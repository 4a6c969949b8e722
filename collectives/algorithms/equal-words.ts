import type { Cluster } from "../../dsl/index.ts";
import { withExchange } from "../timing/exponents.ts";
import { switchml } from "../timing/networks.ts";
import type { BitsOf } from "../timing/timing.ts";
import { type UnitFigures, withUnit } from "../timing/unit.ts";
import { type Algorithm, findAlgorithm } from "./algorithms.ts";

/** Whether every row travels as it does by itself, or on the words of the photonic unit. */
export const wordChoices = ["own", "equal"] as const;
type Words = (typeof wordChoices)[number];

/** What is compared: algorithms on numbers of workers, whose words they send, and the photonic unit. */
export interface Choice {
  readonly workers: readonly number[];
  readonly algorithms: readonly Algorithm[];
  /** Left out: own. `equal` needs `optinc precision`, or a unit. */
  readonly words?: Words;
  /** The photonic unit; null for the assumed one of the cluster. */
  readonly unit: UnitFigures | null;
}

interface Chosen {
  readonly cluster: Cluster;
  readonly algorithms: readonly Algorithm[];
  /** What all others are compared with. */
  readonly ring: Algorithm;
  /** Of the words of all; null where each has its own. */
  readonly wordBits: number | null;
}

export function chosenOn(declared: Cluster, { algorithms, words = "own", unit }: Choice): Chosen {
  const cluster = unit === null ? declared : withUnit(declared, unit);
  const on = (own: Algorithm): Algorithm => (words === "equal" ? onEqualWords(own) : own);
  const wordBits = words === "equal" ? cluster.optinc.precision : null;
  return { cluster, algorithms: algorithms.map(on), ring: on(findAlgorithm("ring")!), wordBits };
}

/** Bits that hold a sum of words of all workers. */
export function sumBits(bits: number, workers: number): number {
  return bits + Math.ceil(Math.log2(workers));
}

/**
 * The algorithm on words of `optinc precision` bits after the exchange of their exponents, as a photonic unit has them. A worker that adds
 * sends sums of up to all words; means are rounded to a word again. NCCL has one type for both ways, which holds the sums. Links between
 * switches that add are taken to bear their wider sums.
 */
export function onEqualWords(algorithm: Algorithm): Algorithm {
  const bits = ({ optinc }: Cluster): number => optinc.precision!;
  const nccl = algorithm.name.startsWith("nccl-");
  const packets = algorithm.name.endsWith("switchml");
  const wire = (cluster: Cluster, workers: number): BitsOf => {
    const [word, sum] = [bits(cluster), sumBits(bits(cluster), workers)];
    return ({ op, dst }) => (nccl || (op === "reduce" && dst < workers) ? sum : word);
  };
  const { retimed } = algorithm;
  return {
    ...algorithm,
    inputs: [...new Set([...algorithm.inputs, ...electricalExchange])],
    bits,
    wire,
    model: packets
      ? (cluster, workers) => ({ ...algorithm.model(cluster, workers), ...switchmlRates(cluster) })
      : algorithm.model,
    retimed: algorithm.name.startsWith("optinc")
      ? retimed
      : (cluster, workers, elements, walked) => {
          const words = nccl ? retimed!(cluster, workers, elements, walked, sumBits(bits(cluster), workers)) : walked;
          return withExchange(cluster, workers, elements, words);
        },
  };
}

/** Settings of the exchange of exponents. */
const electricalExchange = [
  ...findAlgorithm("ring")!.inputs.filter((path) => path !== "dtype"),
  ...["precision", "block", "exponent"].map((name) => `optinc ${name}`),
];

function switchmlRates(cluster: Cluster): { readonly portBitsPerS: number; readonly linkBitsPerS: number } {
  const { portBitsPerS, linkBitsPerS } = switchml(cluster, cluster.optinc.precision!);
  return { portBitsPerS, linkBitsPerS };
}
