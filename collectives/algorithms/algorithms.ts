import type { Algorithm } from "./algorithm.ts";
import { electricalRows } from "./electrical-algorithms.ts";
import { inNetworkRows } from "./in-network-algorithms.ts";
import { opticalRows } from "./optical-algorithms.ts";

export type { Algorithm };

export const algorithms: readonly Algorithm[] = [...electricalRows, ...inNetworkRows, ...opticalRows];

export function findAlgorithm(name: string): Algorithm | null {
  return algorithms.find((algorithm) => algorithm.name === name) ?? null;
}
