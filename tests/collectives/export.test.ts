import { describe, expect, it } from "vitest";
import {
  algorithms,
  astraSimFiles,
  type Collective,
  chakraCollective,
  chakraRanks,
  chakraTraces,
  findAlgorithm,
  type PhasedSchedule,
  type Step,
  scheduleCsv,
  scheduleJson,
  setupsByStep,
  type Transfer,
} from "../../collectives/index.ts";
import { defaultCluster } from "../../dsl/index.ts";
import { type DecodedNode, decodeTrace } from "./trace.ts";
import { randomWords } from "./words.ts";

const cluster = { ...defaultCluster(8), chunks: 4, group: 4, optinc: { ...defaultCluster(8).optinc, unit: 8 } };
const inSwitches = ["tree", "sharp", "switchml", "nvls", "optinc", "optinc-cascade"];
const names = algorithms.map(({ name }) => name);

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

  it.each(names)("of %s name every transfer on both sides, with its bytes and after what it needs", (name) => {
    const schedule = build(name, 8, 64);
    const traces = tracesOf(schedule);
    expect(traces).toHaveLength(chakraRanks(schedule));
    const sends: string[] = [];
    const receives: string[] = [];
    traces.forEach((nodes, rank) => {
      nodes.forEach(({ id, type, deps, attributes }, index) => {
        expect(id).toBe(index);
        expect(deps.every((dep) => dep < index)).toBe(true);
        const { comm_src, comm_dst, comm_size, comm_tag } = attributes;
        if (type === 4) {
          // What was received just before is added or copied, here.
          expect(deps).toContain(id - 1);
          expect(nodes[id - 1]!.type).toBe(6);
          expect(attributes["tensor_size"]).toBe(nodes[id - 1]!.attributes["comm_size"]);
          return;
        }
        (type === 5 ? sends : receives).push(`${comm_src} ${comm_dst} ${comm_size} ${comm_tag}`);
        expect(type === 5 ? comm_src : comm_dst).toBe(rank);
      });
    });
    const expected = [...schedule.steps].flatMap(({ transfers }) => transfers);
    expect(sends).toHaveLength(expected.length);
    expect(new Set(sends).size).toBe(expected.length);
    expect(sends.sort()).toEqual(receives.sort());
  });

  it.each(names)("of %s give the sum in any order that their dependencies allow, eagerly or by rendezvous", (name) => {
    for (const seed of [1, 2]) {
      for (const rendezvous of [false, true]) {
        const schedule = build(name, 8, 32);
        const inputs = randomWords(8, 32, 16, true, seed);
        for (const buffer of runTraces(schedule, inputs, rendezvous, seed)) {
          for (let i = 0; i < 32; i++) expect(buffer[i]).toBe(inputs.reduce((sum, input) => sum + input[i]!, 0));
        }
      }
    }
  });

  it("of circuits and paths carry hops, wavelengths and set-ups", () => {
    const wrht = findAlgorithm("wrht")!;
    const schedule = wrht.build(cluster, 8, 16, 32);
    const setupS = setupsByStep(schedule, wrht.model(cluster, 8));
    expect(setupS).toEqual([cluster.optical.reconfiguration]);
    const [first] = [...chakraTraces(schedule, { bytesPerElement: 4, setupS })].map(decodeTrace);
    const sends = first!.nodes.filter(({ type }) => type === 5);
    expect(sends).toHaveLength(7);
    for (const { attributes } of sends) {
      expect(attributes).toMatchObject({ setup_ns: 25_000, wavelengths: 1, schedule_step: 0 });
      const { comm_dst, hops, ring_direction } = attributes;
      expect(hops).toBe(ring_direction === "up" ? comm_dst : 8 - Number(comm_dst));
    }
    const oddl = findAlgorithm("oddl")!;
    // Three partners there and two back: the last circuit of halving is the first of doubling.
    expect(setupsByStep(oddl.build(cluster, 8, 64, 32), oddl.model(cluster, 8))).toEqual(
      [1, 1, 1, 0, 1, 1].map((waits) => waits * (cluster.oddl.reconfiguration + cluster.oddl.control)),
    );
    const racks = { ...cluster, fatTree: { ...cluster.fatTree, rack: 4 } };
    const fatTree = findAlgorithm("fat-tree")!.build(racks, 8, 64, 32);
    const traces = [...chakraTraces(fatTree, { bytesPerElement: 4, setupS: [] })].map(decodeTrace);
    expect(traces).toHaveLength(8);
    expect(traces[0]!.nodes[0]!.attributes).toMatchObject({ hops: 2, switches: "8" });
    expect(traces[3]!.nodes[0]!.attributes["hops"]).toBe(4);
  });

  it("of what adds in the network have its switches as further ranks", () => {
    expect(inSwitches.map((name) => chakraRanks(build(name, 8, 16)))).toEqual([9, 9, 9, 10, 9, 9]);
    expect(chakraRanks(build("optinc-cascade", 16, 16))).toBe(16 + 2 + 1);
  });
});

function tracesOf(schedule: PhasedSchedule): readonly (readonly DecodedNode[])[] {
  return [...chakraTraces(schedule, { bytesPerElement: 4, setupS: [] })].map((bytes) => {
    const { version, nodes } = decodeTrace(bytes);
    expect(version).toBe("0.0.4");
    return nodes;
  });
}

/** Executes the ranks' nodes one at a time, the next one drawn from all that may start; by rendezvous a send and its receive end together. */
function runTraces(
  schedule: PhasedSchedule,
  inputs: readonly Float64Array[],
  rendezvous: boolean,
  seed: number,
): readonly Float64Array[] {
  const traces = tracesOf(schedule);
  // The how many-th transfer of a pair moves these elements.
  const moved = new Map<string, Transfer>();
  const tags = new Map<string, number>();
  for (const { transfers } of schedule.steps) {
    for (const transfer of transfers) {
      const pair = `${transfer.src} ${transfer.dst}`;
      moved.set(`${pair} ${tags.get(pair) ?? 0}`, transfer);
      tags.set(pair, (tags.get(pair) ?? 0) + 1);
    }
  }
  const keyOf = ({ attributes: { comm_src, comm_dst, comm_tag } }: DecodedNode) =>
    `${comm_src} ${comm_dst} ${comm_tag}`;
  const buffers = traces.map((_, rank) => inputs[rank]?.slice() ?? new Float64Array(schedule.length));
  const done = traces.map(() => new Set<number>());
  const wire = new Map<string, Float64Array>();
  const scratch = new Map<string, Float64Array>();
  const order = randomWords(1, 100_000, 31, false, seed)[0]!;
  let draw = 0;
  for (;;) {
    const open = traces.flatMap((nodes, rank) =>
      nodes
        .filter(({ id, deps }) => !done[rank]!.has(id) && deps.every((dep) => done[rank]!.has(dep)))
        .map((node) => ({ rank, node })),
    );
    const posted = new Map(open.filter(({ node }) => node.type === 6).map((each) => [keyOf(each.node), each]));
    const ready = open.filter(({ node }) => {
      if (node.type === 5) return !rendezvous || posted.has(keyOf(node));
      return node.type === 4 || (!rendezvous && wire.has(keyOf(node)));
    });
    if (ready.length === 0) break;
    const { rank, node } = ready[order[draw++ % order.length]! % ready.length]!;
    done[rank]!.add(node.id);
    if (node.type === 4) {
      const { range, op } = moved.get(keyOf(traces[rank]![node.id - 1]!))!;
      scratch.get(`${rank} ${node.id - 1}`)!.forEach((value, i) => {
        const old = op === "reduce" ? buffers[rank]![range.start + i]! : 0;
        buffers[rank]![range.start + i] = old + value;
      });
      continue;
    }
    const key = keyOf(node);
    const { range } = moved.get(key)!;
    if (node.type === 5) wire.set(key, buffers[rank]!.slice(range.start, range.end));
    const receive = node.type === 5 ? (rendezvous ? posted.get(key)! : null) : { rank, node };
    if (receive === null) continue;
    done[receive.rank]!.add(receive.node.id);
    scratch.set(`${receive.rank} ${receive.node.id}`, wire.get(key)!);
  }
  traces.forEach((nodes, rank) => {
    expect(done[rank]!.size, `rank ${rank} stands still`).toBe(nodes.length);
  });
  return buffers.slice(0, schedule.workers);
}

describe("a schedule as data", () => {
  it("has every transfer in JSON and in CSV, with phase, route and wavelengths", () => {
    for (const name of ["wrht", "fat-tree", "optinc", "ring"]) {
      const schedule = build(name, 8, 64);
      const steps = [...schedule.steps];
      const parsed = JSON.parse([...scheduleJson(schedule)].join(""));
      expect(parsed).toMatchObject({ format: "optinc.schedule", version: 1, workers: 8, length: 64 });
      expect(parsed.steps.map(({ transfers }: Step) => transfers)).toEqual(steps.map(({ transfers }) => transfers));
      const [head, ...lines] = [...scheduleCsv(schedule)].join("").trimEnd().split("\n");
      expect(lines).toHaveLength(steps.flatMap(({ transfers }) => transfers).length);
      for (const line of lines) expect(line.split(",")).toHaveLength(head!.split(",").length);
    }
    expect([...scheduleCsv(build("wrht", 8, 64))].join("")).toMatch(/^0,all-to-all,reduce,0,\d,0,64,arc,up,0,1,$/m);
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
      "topology: [ Switch, Switch ]\nnpus_count: [ 4, 2 ]\nbandwidth: [ 186.264515, 93.1322575 ]  # GB/s\nlatency: [ 1000.0, 1000.0 ]  # ns\n",
    );
    expect(JSON.parse(files[1]!.content as string)["all-reduce-implementation"]).toEqual(["ring", "ring"]);
    expect(astraSimFiles("wrht", cluster, 8, 100)).toBeNull();
    const nodeOf = (collective: Collective) => {
      const trace = astraSimFiles("ring", cluster, 8, 800, collective)!.at(-1)!.content as Uint8Array;
      return decodeTrace(trace).nodes[0]!.attributes;
    };
    // By the numbers of its schema; its ring sends all of an all-gather's size in a step, and an eighth of the others'.
    expect(nodeOf("all-reduce")).toMatchObject({ comm_type: 0, comm_size: 800 });
    expect(nodeOf("reduce-scatter")).toMatchObject({ comm_type: 7, comm_size: 800 });
    expect(nodeOf("all-gather")).toMatchObject({ comm_type: 2, comm_size: 100 });
  });
});
