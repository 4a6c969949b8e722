import type { PhasedSchedule } from "../schedule/schedule.ts";
import type { LinkModel } from "../timing/link-model.ts";
import type { BitsOf } from "../timing/timing.ts";
import { type Chance, mostTries } from "./chance.ts";

/** A schedule of workers that add, ready to be walked many times. */
export interface Walk {
  readonly steps: readonly WalkedStep[];
  readonly latencyS: number;
}

interface WalkedStep {
  readonly src: Int32Array;
  readonly dst: Int32Array;
  readonly sendS: Float64Array;
  readonly addS: Float64Array;
  readonly packets: Float64Array;
}

/** Bits of a packet of an electrical network, as large as InfiniBand and RoCE have it. */
export const packetBits: number = 8 * 4096;
const mostTransfers = 4_000_000;

/** Null for schedules that the event model does not know: switches, circuits, several transfers of a worker in one step, or too many. */
export function walkOf(schedule: PhasedSchedule, bitsOf: BitsOf, model: LinkModel): Walk | null {
  const { workers, switches, steps } = schedule;
  if (switches > 0 || model.circuits !== null) return null;
  const walked: WalkedStep[] = [];
  let total = 0;
  for (const { transfers } of steps) {
    total += transfers.length;
    const senders = new Set(transfers.map(({ src }) => src));
    const receivers = new Set(transfers.map(({ dst }) => dst));
    const alone = senders.size === transfers.length && receivers.size === transfers.length;
    if (!alone || total > mostTransfers || transfers.some(({ route }) => route !== null)) return null;
    const bits = transfers.map((transfer) => (transfer.range.end - transfer.range.start) * bitsOf(transfer));
    const rates = transfers.map(({ src, dst }) => {
      const { group } = model;
      const near = group !== null && dst < workers && Math.floor(src / group.size) === Math.floor(dst / group.size);
      return near ? group.bitsPerS : model.portBitsPerS;
    });
    walked.push({
      src: Int32Array.from(transfers, ({ src }) => src),
      dst: Int32Array.from(transfers, ({ dst }) => dst),
      sendS: Float64Array.from(bits, (size, i) => size / rates[i]!),
      addS: Float64Array.from(transfers, ({ op }, i) => (op === "reduce" ? bits[i]! / model.reductionBitsPerS : 0)),
      packets: Float64Array.from(bits, (size) => Math.ceil(size / packetBits)),
    });
  }
  return { steps: walked, latencyS: model.latencyS };
}

/**
 * When each worker has the result, from when each is ready; `ready` is overwritten. A transfer starts when its sender has all of the step
 * before; a lost packet comes `resend` seconds later, again and again until it arrives; it is added when its receiver is ready.
 */
export function walkRound(
  { steps, latencyS }: Walk,
  ready: Float64Array,
  loss: { readonly drop: number; readonly resend: number },
  chance: Chance,
): void {
  const next = new Float64Array(ready.length);
  for (const { src, dst, sendS, addS, packets } of steps) {
    next.set(ready);
    for (let i = 0; i < src.length; i++) {
      const sent = ready[src[i]!]! + sendS[i]!;
      const late = loss.drop === 0 ? 0 : loss.resend * (mostTries(chance, loss.drop, packets[i]!) - 1);
      next[src[i]!] = Math.max(next[src[i]!]!, sent);
      next[dst[i]!] = Math.max(next[dst[i]!]!, Math.max(sent + latencyS + late, ready[dst[i]!]!) + addS[i]!);
    }
    ready.set(next);
  }
}
