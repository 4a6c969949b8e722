import type { StepSequence } from "../../collectives/index.ts";

/** Elements that each node, workers first, sends, receives and adds over all steps, and that cross the network in each step. */
export function trafficOf({
  workers,
  switches,
  steps,
}: StepSequence): Record<"sent" | "received" | "reduced" | "perStep", number[]> {
  const zeros = () => new Array<number>(workers + switches).fill(0);
  const traffic = { sent: zeros(), received: zeros(), reduced: zeros(), perStep: [] as number[] };
  for (const { transfers } of steps) {
    traffic.perStep.push(transfers.reduce((sum, { range }) => sum + range.end - range.start, 0));
    for (const { src, dst, range, op } of transfers) {
      traffic.sent[src]! += range.end - range.start;
      traffic.received[dst]! += range.end - range.start;
      if (op === "reduce") traffic.reduced[dst]! += range.end - range.start;
    }
  }
  return traffic;
}
