import type { Collective } from "../halves.ts";
import type { StepSequence } from "../schedule.ts";
import { type Operation, operationsOf } from "./operations.ts";

/** A limit of the MSCCL interpreter that the schedule does not keep, or null. */
export function mscclRefusal(schedule: StepSequence): string | null {
  const peers = Array.from({ length: schedule.workers }, () => new Set<string>());
  for (const { transfers } of schedule.steps) {
    for (const { src, dst } of transfers) {
      if (src >= schedule.workers || dst >= schedule.workers) return "its switches reduce, and they run no programs";
      peers[src]!.add(`to ${dst}`);
      peers[dst]!.add(`from ${src}`);
    }
  }
  const blocks = Math.max(0, ...peers.map((set) => set.size));
  if (blocks > maxThreadBlocks)
    return `a worker has ${blocks} peers and directions, MSCCL has ${maxThreadBlocks} thread blocks`;
  return null;
}

/** MSCCL_MAX_NUM_THREAD_BLOCKS_PER_CHANNEL of its header; longer programs than MSCCL_MAX_NUM_STEPS are refused in `mscclXml`. */
const maxThreadBlocks = 32;
const maxSteps = 256;

interface ThreadBlock {
  readonly send: number;
  readonly receive: number;
  readonly steps: Line[];
}

interface Line {
  readonly type: string;
  readonly offset: number;
  readonly count: number;
  readonly after: { readonly block: number; readonly step: number } | null;
}

export type MscclResult =
  | { readonly kind: "xml"; readonly text: string }
  | { readonly kind: "refused"; readonly reason: string };

/** What MSCCL calls a collective, and the buffer that holds all of it in place: an all-gather's input is a part of its output. */
const forms = {
  "all-reduce": { coll: "allreduce", buffer: "i" },
  "reduce-scatter": { coll: "reduce_scatter", buffer: "i" },
  "all-gather": { coll: "allgather", buffer: "o" },
} as const;

/**
 * A collective as MSCCL XML: one thread block for each peer and direction, in place on `nchunksperloop` equal chunks;
 * the loop over larger buffers is the interpreter's. A step waits for at most one other, so that further dependencies
 * become `nop` steps before it. `schedule` must be built for a length of which all its ranges are even cuts.
 *
 * A half has to be `inRankOrder`.
 *
 * @throws RangeError if the schedule has transfers from or to switches
 */
export function mscclXml(schedule: StepSequence, collective: Collective = "all-reduce"): MscclResult {
  const refused = mscclRefusal(schedule);
  if (refused !== null) return { kind: "refused", reason: refused };
  const lists = operationsOf(schedule);
  const { coll, buffer } = forms[collective];
  // Shares are whole chunks.
  let unit = collective === "all-reduce" ? schedule.length : schedule.length / schedule.workers;
  for (const { start, end } of lists.flat()) unit = gcd(gcd(unit, start), end);
  const chunks = schedule.length / unit;

  const lines = [
    `<algo name="${schedule.name}" proto="Simple" nchannels="1" nchunksperloop="${chunks}" ngpus="${schedule.workers}" coll="${coll}" inplace="1" outofplace="0" minBytes="0" maxBytes="0">`,
  ];
  for (const [rank, operations] of lists.entries()) {
    const blocks = threadBlocks(operations, unit);
    const longest = Math.max(0, ...blocks.map(({ steps }) => steps.length));
    if (longest > maxSteps) {
      return { kind: "refused", reason: `a thread block has ${longest} steps, MSCCL executes ${maxSteps}` };
    }
    const waitedFor = new Set<string>();
    for (const { steps } of blocks) {
      for (const { after } of steps) if (after !== null) waitedFor.add(`${after.block} ${after.step}`);
    }
    const [own, whole] = [chunks / schedule.workers, chunks];
    const [input, output] = collective === "all-reduce" ? [whole, 0] : buffer === "i" ? [whole, own] : [own, whole];
    lines.push(`  <gpu id="${rank}" i_chunks="${input}" o_chunks="${output}" s_chunks="0">`);
    blocks.forEach(({ send, receive, steps }, block) => {
      lines.push(`    <tb id="${block}" send="${send}" recv="${receive}" chan="0">`);
      steps.forEach(({ type, offset, count, after }, step) => {
        const dep = `depid="${after?.block ?? -1}" deps="${after?.step ?? -1}"`;
        const hasdep = waitedFor.has(`${block} ${step}`) ? 1 : 0;
        lines.push(
          `      <step s="${step}" type="${type}" srcbuf="${buffer}" srcoff="${offset}" dstbuf="${buffer}" dstoff="${offset}" cnt="${count}" ${dep} hasdep="${hasdep}"/>`,
        );
      });
      lines.push("    </tb>");
    });
    lines.push("  </gpu>");
  }
  return { kind: "xml", text: `${[...lines, "</algo>"].join("\n")}\n` };
}

function threadBlocks(operations: readonly Operation[], unit: number): readonly ThreadBlock[] {
  const blocks: ThreadBlock[] = [];
  const blockOf = new Map<string, number>();
  const place: { block: number; step: number }[] = [];
  for (const { kind, peer, start, end, after } of operations) {
    const sends = kind === "send";
    const key = `${sends} ${peer}`;
    let block = blockOf.get(key);
    if (block === undefined) {
      block = blocks.length;
      blockOf.set(key, block);
      blocks.push({ send: sends ? peer : -1, receive: sends ? -1 : peer, steps: [] });
    }
    const { steps } = blocks[block]!;
    // Steps of one thread block wait for each other anyway; of another, the last one counts.
    const last = new Map<number, number>();
    for (const index of after) {
      const other = place[index]!;
      if (other.block !== block) last.set(other.block, Math.max(last.get(other.block) ?? 0, other.step));
    }
    const waits = [...last].map(([other, step]) => ({ block: other, step }));
    const [offset, count] = [start / unit, (end - start) / unit];
    for (const wait of waits.slice(0, -1)) steps.push({ type: "nop", offset, count, after: wait });
    const type = sends ? "s" : kind === "receive-reduce" ? "rrc" : "r";
    place.push({ block, step: steps.length });
    steps.push({ type, offset, count, after: waits.at(-1) ?? null });
  }
  return blocks;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
