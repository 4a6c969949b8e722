import { describe, expect, it } from "vitest";
import {
  algorithms,
  astraSimFiles,
  chakraCollective,
  chakraTraces,
  findAlgorithm,
  mscclXml,
  operationsOf,
  type PhasedSchedule,
} from "../../collectives/index.ts";
import { defaultCluster } from "../../dsl/index.ts";
import { interpretMsccl } from "./msccl.ts";
import { decodeTrace } from "./trace.ts";
import { randomWords } from "./words.ts";

const cluster = { ...defaultCluster(8), chunks: 4, group: 4 };
const inSwitches = ["tree", "optinc", "optinc-cascade"];
const onWorkers = algorithms.map(({ name }) => name).filter((name) => !inSwitches.includes(name));

function build(name: string, workers: number, length: number): PhasedSchedule {
  return findAlgorithm(name)!.build(cluster, workers, length, 32);
}

describe("Chakra traces", () => {
  it("are byte for byte the file that the simulator's own generator writes", () => {
    const golden =
      "070a05302e302e34481214616c6c5f7265647563655f346e7075735f314d421807520e0a0969735f6370755f6f70d80100" +
      "520d0a09636f6d6d5f747970654800520f0a09636f6d6d5f73697a6548808040";
    expect(Buffer.from(chakraCollective("all_reduce_4npus_1MB", 2 ** 20)).toString("hex")).toBe(golden);
    expect(golden).toHaveLength(2 * 81);
  });

  it.each(onWorkers)("of %s name every transfer on both sides, with its bytes and after what it needs", (name) => {
    const schedule = build(name, 8, 64);
    const traces = [...chakraTraces(schedule, 4)].map(decodeTrace);
    expect(traces).toHaveLength(8);
    const sends: string[] = [];
    const receives: string[] = [];
    traces.forEach(({ version, nodes }, rank) => {
      expect(version).toBe("0.0.4");
      nodes.forEach(({ id, type, deps, attributes }, index) => {
        expect(id).toBe(index);
        expect(deps.every((dep) => dep < index)).toBe(true);
        const { comm_src, comm_dst, comm_size, comm_tag } = attributes;
        (type === 5 ? sends : receives).push(`${comm_src} ${comm_dst} ${comm_size} ${comm_tag}`);
        expect(type === 5 ? comm_src : comm_dst).toBe(rank);
      });
    });
    const expected = [...schedule.steps].flatMap(({ transfers }) => transfers);
    expect(sends).toHaveLength(expected.length);
    expect(new Set(sends).size).toBe(expected.length);
    expect(sends.sort()).toEqual(receives.sort());
  });

  it.each(onWorkers)("of %s give the sum in any order that their dependencies allow", (name) => {
    for (const seed of [1, 2]) {
      const schedule = build(name, 8, 32);
      const inputs = randomWords(8, 32, 16, true, seed);
      const results = runAnyOrder(schedule, inputs, seed);
      for (const buffer of results) {
        for (let i = 0; i < 32; i++) expect(buffer[i]).toBe(inputs.reduce((sum, input) => sum + input[i]!, 0));
      }
    }
  });

  it("refuse switches that reduce", () => {
    expect(() => [...chakraTraces(build("tree", 8, 8), 4)]).toThrow(RangeError);
  });
});

/** Executes the workers' operations one at a time, the next one drawn from all that may start. */
function runAnyOrder(schedule: PhasedSchedule, inputs: readonly Float64Array[], seed: number): readonly Float64Array[] {
  const lists = operationsOf(schedule);
  const buffers = inputs.map((input) => input.slice());
  const done = lists.map(() => new Set<number>());
  const wire = new Map<string, Float64Array>();
  const order = randomWords(1, 100_000, 31, false, seed)[0]!;
  let draw = 0;
  for (;;) {
    const ready = lists.flatMap((list, worker) =>
      list
        .filter(({ index, after, kind, peer, tag }) => {
          if (done[worker]!.has(index) || after.some((dep) => !done[worker]!.has(dep))) return false;
          return kind === "send" || wire.has(`${peer} ${worker} ${tag}`);
        })
        .map((operation) => ({ worker, operation })),
    );
    if (ready.length === 0) break;
    const { worker, operation } = ready[order[draw++ % order.length]! % ready.length]!;
    const { kind, peer, start, end, tag, index } = operation;
    done[worker]!.add(index);
    if (kind === "send") wire.set(`${worker} ${peer} ${tag}`, buffers[worker]!.slice(start, end));
    else {
      const payload = wire.get(`${peer} ${worker} ${tag}`)!;
      payload.forEach((value, i) => {
        buffers[worker]![start + i] = kind === "receive-reduce" ? buffers[worker]![start + i]! + value : value;
      });
    }
  }
  lists.forEach((list, worker) => {
    expect(done[worker]!.size).toBe(list.length);
  });
  return buffers;
}

describe("MSCCL programs", () => {
  it.each(onWorkers)("of %s run to the end and give the sum", (name) => {
    for (const workers of [2, 6, 8]) {
      if (findAlgorithm(name)!.refuses(cluster, workers) !== null) continue;
      const result = mscclXml(build(name, workers, workers * 64));
      expect(result.kind).toBe("xml");
      if (result.kind !== "xml") continue;
      for (let seed = 1; seed <= 8; seed++) {
        const { chunks, buffers } = interpretMsccl(result.text, (gpu, chunk) => 1000 * gpu + chunk * chunk, seed);
        expect(buffers).toHaveLength(workers);
        for (const buffer of buffers) {
          for (let chunk = 0; chunk < chunks; chunk++) {
            expect(buffer[chunk]).toBe(500 * workers * (workers - 1) + workers * chunk * chunk);
          }
        }
      }
    }
  });

  it("are as short as the ring allows", () => {
    const result = mscclXml(build("ring", 4, 64));
    if (result.kind !== "xml") throw new Error(result.reason);
    expect(result.text).toContain('nchunksperloop="4" ngpus="4" coll="allreduce"');
    expect(result.text.match(/type="nop"/g)).toBeNull();
    expect(result.text.match(/type="s"/g)).toHaveLength(24);
    expect(result.text.match(/type="rrc"/g)).toHaveLength(12);
  });

  it.each([
    ["optinc", 8, /switches/],
    ["wrht", 100, /thread blocks/],
    ["ring", 200, /256/],
  ])("refuse %s on %i workers, whose limits they break", (name, workers, reason) => {
    const result = mscclXml(build(name, workers, workers * 64));
    expect(result.kind === "refused" && result.reason).toMatch(reason);
  });
});

describe("ASTRA-sim files", () => {
  it("describe the network, the algorithm and one trace a rank", () => {
    const files = astraSimFiles("hierarchical-ring", { ...cluster, rate: 8e11, groupRate: 1.6e12 }, 8, 2 ** 20)!;
    expect(files.map(({ name }) => name).slice(0, 4)).toEqual([
      "network.yml",
      "system.json",
      "remote_memory.json",
      "workload.0.et",
    ]);
    expect(files).toHaveLength(3 + 8);
    expect(files[0]!.content).toBe(
      "topology: [ Switch, Switch ]\nnpus_count: [ 4, 2 ]\nbandwidth: [ 186.264515, 93.1322575 ]  # GB/s\nlatency: [ 2000.0, 2000.0 ]  # ns\n",
    );
    expect(JSON.parse(files[1]!.content as string)["all-reduce-implementation"]).toEqual(["ring", "ring"]);
    expect(astraSimFiles("wrht", cluster, 8, 100)).toBeNull();
  });
});
