import { randomWords } from "./words.ts";

/**
 * A small interpreter of MSCCL XML: thread blocks run on their own, a step waits for the one it names. Blocks that could
 * go on are held back at random, so that a dependency that is missing shows as a wrong sum.
 */

interface Step {
  readonly type: string;
  readonly offset: number;
  readonly count: number;
  readonly depid: number;
  readonly deps: number;
}

interface Block {
  readonly send: number;
  readonly recv: number;
  readonly steps: readonly Step[];
}

export function interpretMsccl(
  xml: string,
  input: (gpu: number, chunk: number) => number,
  seed: number,
): { chunks: number; buffers: number[][] } {
  const chunks = Number(attribute(xml.split("\n")[0]!, "nchunksperloop"));
  const gpus = [...xml.matchAll(/<gpu ([^>]*)>([\s\S]*?)<\/gpu>/g)].map(([, , body]) =>
    [...body!.matchAll(/<tb ([^>]*)>([\s\S]*?)<\/tb>/g)].map(
      ([, head, steps]): Block => ({
        send: Number(attribute(head!, "send")),
        recv: Number(attribute(head!, "recv")),
        steps: [...steps!.matchAll(/<step ([^>]*)\/>/g)].map(([, line]) => ({
          type: attribute(line!, "type"),
          offset: Number(attribute(line!, "srcoff")),
          count: Number(attribute(line!, "cnt")),
          depid: Number(attribute(line!, "depid")),
          deps: Number(attribute(line!, "deps")),
        })),
      }),
    ),
  );
  const buffers = gpus.map((_, gpu) => Array.from({ length: chunks }, (_unused, chunk) => input(gpu, chunk)));
  const next = gpus.map((blocks) => blocks.map(() => 0));
  const wires = new Map<string, number[][]>();
  const order = randomWords(1, 4096, 31, false, seed)[0]!;
  let draw = 0;
  for (let turns = 0, progress = true; progress && turns < 100_000; turns++) {
    progress = false;
    gpus.forEach((blocks, gpu) => {
      blocks.forEach((block, index) => {
        const step = block.steps[next[gpu]![index]!];
        // A block that is held back may be the only one left, so that this counts as progress.
        if (step !== undefined && order[draw++ % order.length]! % 4 !== 0) {
          progress = true;
          return;
        }
        if (step === undefined || (step.depid >= 0 && next[gpu]![step.depid]! <= step.deps)) return;
        const { offset, count } = step;
        const own = buffers[gpu]!;
        if (step.type === "s") {
          const key = `${gpu} ${block.send}`;
          wires.set(key, [...(wires.get(key) ?? []), own.slice(offset, offset + count)]);
        } else if (step.type === "r" || step.type === "rrc") {
          const payload = wires.get(`${block.recv} ${gpu}`)?.shift();
          if (payload === undefined) return;
          if (payload.length !== count) throw new Error("a message of another size");
          payload.forEach((value, i) => {
            own[offset + i] = step.type === "rrc" ? own[offset + i]! + value : value;
          });
        } else if (step.type !== "nop") throw new Error(`step type ${step.type}`);
        next[gpu]![index]!++;
        progress = true;
      });
    });
  }
  gpus.forEach((blocks, gpu) => {
    blocks.forEach(({ steps }, index) => {
      if (next[gpu]![index] !== steps.length) throw new Error(`gpu ${gpu} block ${index} waits for ever`);
    });
  });
  return { chunks, buffers };
}

function attribute(text: string, name: string): string {
  const match = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(text);
  if (match === null) throw new Error(`no ${name} in ${text}`);
  return match[1]!;
}
