import { limits } from "../language/limits.ts";
import type { VerifyInputs } from "../language/spec.ts";

/** Inputs to verify if the spec names none: all distinct vectors if few enough, else the proof, else a sample where no proof exists. */
export function usualVerifyInputs(vectors: number, provable: boolean): VerifyInputs {
  if (vectors <= limits.exhaustiveByDefault) return { kind: "exhaustive" };
  return provable ? { kind: "proof" } : { kind: "sampled", samples: limits.samplesByDefault };
}

/**
 * Number of input vectors that a circuit can distinguish: it sees only the workers' sum of each symbol, so the count is
 * the product over symbols of workers * (levels - 1) + 1. The most significant symbol has only the levels that the
 * word's bits leave for it. In a cascade every first unit, of `inputs` workers or the last few, has sums of its own.
 * A float: up to 1e60 for single units in range, Infinity for large cascades.
 */
export function distinctInputVectors(
  workers: number,
  precisionBits: number,
  levels: number,
  inputs: number = workers,
): number {
  const full = Math.floor(workers / inputs);
  return vectorsOfUnit(inputs, precisionBits, levels) ** full * vectorsOfUnit(workers % inputs, precisionBits, levels);
}

function vectorsOfUnit(workers: number, precisionBits: number, levels: number): number {
  const bits = Math.round(Math.log2(levels));
  const symbols = Math.ceil(precisionBits / bits);
  const topLevels = 2 ** (precisionBits - (symbols - 1) * bits);
  return (workers * (topLevels - 1) + 1) * (workers * (levels - 1) + 1) ** (symbols - 1);
}
