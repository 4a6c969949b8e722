import { type Aggregate, bitsOfSymbol, type Certificate, type FlowIndex, sliceProgram } from "../netlist/index.ts";
import { DEVIATION_LIMIT, larger } from "./comparison.ts";

/** What a `sum` signal adds up: one symbol of some workers. */
export interface SumSource {
  readonly symbol: number;
  readonly workers: readonly number[];
}

/** Sources of the `sum` signals by signal number. */
export type SumSources = ReadonlyMap<number, SumSource>;

/** The sources that a single unit has: the k-th sum is symbol k of all workers. */
export function singleUnitSources(aggregate: Aggregate, certificate: Certificate): SumSources {
  const workers = Array.from({ length: aggregate.workers }, (_, worker) => worker);
  const sums = certificate.signals.flatMap(({ kind }, id) => (kind === "sum" ? [id] : []));
  return new Map(sums.map((id, symbol) => [id, { symbol, workers }]));
}

export interface MeasuredSources {
  readonly sources: SumSources;
  /** Largest deviation of a sum from its nominal field, in units of the signal. */
  readonly worstDeviation: number;
  readonly problems: readonly string[];
}

/**
 * Finds by unit fields through the devices which workers' light each sum adds up, and how far it is from adding every
 * one of them equally and nothing else. The certificate is not asked.
 */
export function measureSources(index: FlowIndex, certificate: Certificate): MeasuredSources {
  const { circuit } = index;
  const sources = new Map<number, SumSource>();
  const problems: string[] = [];
  let worstDeviation = 0;
  certificate.signals.forEach((signal, id) => {
    if (signal.kind !== "sum") return;
    const slice = sliceProgram(index, [signal], []);
    const form = slice.outputs[0]!;
    const ports = slice.unresolved.flatMap((port, j) => {
      const input = circuit.inputs[port]!;
      if (input.kind !== "worker") return [];
      return [{ input, re: form.re[j]! * input.fieldPerLevel, im: form.im[j]! * input.fieldPerLevel }];
    });
    const strongest = ports.reduce<(typeof ports)[number] | null>(
      (best, port) => (best === null || Math.abs(port.re) > Math.abs(best.re) ? port : best),
      null,
    );
    const symbol = strongest?.input.symbol ?? 0;
    const workers = ports.flatMap(({ input }) => (input.symbol === symbol ? [input.worker] : []));
    let worst = Math.hypot(form.constantRe, form.constantIm);
    for (const { input, re, im } of ports) {
      worst = larger(worst, Math.hypot(re - (input.symbol === symbol ? signal.fieldPerUnit : 0), im));
    }
    const deviation = (worst / Math.abs(signal.fieldPerUnit)) * signal.max;
    worstDeviation = larger(worstDeviation, deviation);
    if (!(deviation <= DEVIATION_LIMIT)) problems.push(`${signal.name} is off by ${deviation} of its unit`);
    const max = workers.length * (2 ** bitsOfSymbol(circuit.aggregate, symbol) - 1);
    if (workers.length === 0 || slice.activations.length > 0) {
      problems.push(`${signal.name} is not the plain sum of workers' symbols`);
    } else if (signal.max !== max) {
      problems.push(`${signal.name} reaches ${max}, not ${signal.max}`);
    }
    sources.set(id, { symbol, workers });
  });
  return { sources, worstDeviation, problems };
}
