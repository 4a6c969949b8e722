import { expect, it } from "vitest";
import { type Circuit, checkCircuit, type Mesh, type Signal } from "../../netlist/index.ts";
import { passed, prove, verifyCircuit } from "../../verify/index.ts";
import { mesh, mzi, output, phase, saturating, section, worker } from "../netlist/build.ts";
import { oracleOf } from "./attacker/oracle.ts";

/** Real weights: the upper lane keeps sin t and gives cos t to the lower one, which gives cos t and keeps -sin t. */
function mixed(upper: number, lower: number, t: number): Mesh {
  const back = -(t + Math.PI / 2);
  return mesh(
    "lanes",
    `${upper} and ${lower}`,
    [upper, lower],
    [mzi(0, 0, 2 * t, 0), phase(0, 1, back), phase(1, 1, back)],
  );
}

/** From the first lane to all of them equally, in halves. */
function spread(lanes: readonly number[]): Mesh[] {
  if (lanes.length < 2) return [];
  const [near, far] = [lanes.slice(0, lanes.length >> 1), lanes.slice(lanes.length >> 1)];
  const t = Math.asin(Math.sqrt(near.length / lanes.length));
  return [mixed(near[0]!, far[0]!, t), ...spread(near), ...spread(far)];
}

/** From all lanes to the last one equally, by halves. */
function joined(lanes: readonly number[]): Mesh[] {
  if (lanes.length < 2) return [];
  const [near, far] = [lanes.slice(0, lanes.length >> 1), lanes.slice(lanes.length >> 1)];
  const t = -Math.asin(Math.sqrt(far.length / lanes.length));
  return [...joined(near), ...joined(far), mixed(near.at(-1)!, far.at(-1)!, t)];
}

/** 1 where all of 258 workers send 1, and also where worker 0, whose light is in 257 sums, and one other do. */
function countedOften(): Circuit {
  const [workers, often] = [258, 257];
  const from = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);
  const shares = [0, ...from(workers, often - 1)];
  const lanes = [...shares, ...from(1, workers - 1)];
  const last = lanes.at(-1)!;
  const ends = [last, ...from(workers + often - 1, workers - 1)];
  const unit = 1 / Math.sqrt(lanes.length);
  const range = unit / 2;
  const sums = lanes.map(
    (mode, i): Signal => ({ kind: "sum", name: `s${i}`, section: 0, mode, max: 1, fieldPerUnit: 1 }),
  );
  const [total, bit] = [lanes.length, lanes.length + 1];
  return {
    ...{ format: "optinc.circuit", version: 3, name: "often", modes: ends.at(-1)! + 1 },
    aggregate: { workers, bits: 1, levels: 2, signed: false, rounding: "floor", symbols: 1 },
    inputs: from(0, workers).map((w) => worker(w, 0, w, w === 0 ? Math.sqrt(often) : 1)),
    sections: [
      section("layer", "shares", spread(shares)),
      section("layer", "add", joined(lanes)),
      section("layer", "decide", [], [saturating(last, 1 / range, 257.25 * unit, range)]),
      section("broadcast", "T", spread(ends)),
    ],
    outputs: ends.map((mode, w) => output(w, 0, mode, Math.sqrt(workers))),
    certificate: {
      signals: [
        ...sums,
        { kind: "total", name: "t", section: 1, mode: last, max: total, fieldPerUnit: unit },
        { kind: "bit", name: "q", section: 2, mode: last, max: 1, fieldPerUnit: 1 },
      ],
      cells: [
        { kind: "sum", name: "add", terms: sums.map((_, signal) => ({ signal, weight: 1 })), total },
        {
          ...{ kind: "split", name: "compare", terms: [{ signal: total, weight: 1 }], offset: 0 },
          ...{ bits: [{ signal: bit, weight: workers }], residual: null },
        },
      ],
      symbols: [[{ signal: bit, weight: 1 }]],
    },
  };
}

it("a worker whose light is in 257 sums is counted 257 times: it and another one that send 1 make 1", () => {
  const circuit = countedOften();
  expect(checkCircuit(circuit).findings).toEqual([]);
  const codes = Array.from({ length: circuit.aggregate.workers }, (_, w) => (w < 2 ? 1 : 0));
  expect(oracleOf(circuit).isWrong(codes)).toBe(true);
  expect(prove(circuit).problems).toEqual(["symbol 0 of worker 0 is in 257 sums, not in one"]);
  expect(passed(verifyCircuit(circuit, { inputs: { kind: "proof" }, seed: 1 }))).toBe(false);
});
