import { seededRandom } from "../../netlist/index.ts";

/** Seeded uniform words of up to 32 bits, [workers][length]. */
export function randomWords(
  workers: number,
  length: number,
  bits: number,
  signed: boolean,
  seed: number,
): readonly Float64Array[] {
  const random = seededRandom(seed);
  const smallest = signed ? -(2 ** (bits - 1)) : 0;
  return Array.from({ length: workers }, () =>
    Float64Array.from({ length }, () => smallest + Math.floor(random() * 2 ** bits)),
  );
}
