import { expect, it } from "vitest";
import { layLanes, type Source, type Stage } from "../../compiler/placement/lanes.ts";
import { floorOf, idealOptics, type Optics, type Placement } from "../../netlist/index.ts";

const timed: Optics = {
  ...idealOptics,
  crossingDelayS: 2,
  delaySPerUm: 0.5,
  lanePitchUm: 10,
  neuronDelayS: 100,
  matchDelays: true,
};
const worker = (mode: number) => ({ mode, constant: false, owner: mode });
const reference = (mode: number) => ({ mode, constant: true, owner: mode });
const pair = (upper: number, lower: number, rows: number, cols = 2, delayS = 7) => ({
  inputs: [upper, lower].slice(0, cols),
  outputs: [upper, lower].slice(0, rows),
  delayS,
});

/** Stages in their order, stretches in the order of `lanes`. */
function lay(modes: number, sources: Source[], stages: Stage[], lanes: number[], optics: Optics) {
  const plan = floorOf(modes, sources, stages, [{ mode: 0, owner: 0 }]);
  const { devices, stretches } = plan.floor;
  const placement: Placement = {
    sequence: devices.map((_, i) => i),
    lanes,
    left: lanes.filter((it) => stretches[it]!.sender >= 0),
    right: lanes.filter((it) => stretches[it]!.receiver >= 0),
  };
  expect([...lanes].sort((a, b) => a - b)).toEqual(stretches.map((_, i) => i));
  const segments = layLanes(plan, placement, sources, stages, optics);
  return plan.stages.map(({ stations }) => stations.map(({ inputs }) => inputs.map((stretch) => segments[stretch])));
}

it("gives lanes their crossings and the lengths over which they move", () => {
  const stages: Stage[] = [{ stations: [pair(0, 2, 1)], neurons: [] }];
  // lanes 0 and 2 meet at 0: lane 2 passes lane 1, which names the crossing too
  const lanes = lay(3, [0, 1, 2].map(worker), stages, [3, 0, 1, 2], timed);
  expect(lanes[0]![0]).toEqual([
    { crossings: 0, lengthUm: (2 + 10 * 0.5) / 0.5 - (2 + 10 * 0.5) / 0.5 },
    { crossings: 1, lengthUm: 10 },
  ]);
});

it("lets the earlier lane wait, not constant light, and no symbol that can be sent later", () => {
  const stages: Stage[] = [
    // worker 0 is split; its copy on 3 passes a neuron
    { stations: [pair(0, 3, 2, 1)], neurons: [3] },
    // the copies meet again: lane 0 waits for the neuron
    { stations: [pair(0, 3, 1)], neurons: [] },
    // the reference on 1 and worker 2 come when they are wanted
    { stations: [pair(0, 1, 1)], neurons: [] },
    { stations: [pair(0, 2, 1)], neurons: [] },
  ];
  // stretches: 0 worker 0, 1 reference, 2 worker 2, 3 and 4 the copies, 5 behind the neuron, 6 to 8 what is joined
  const placed = lay(4, [worker(0), reference(1), worker(2)], stages, [0, 3, 6, 7, 8, 1, 2, 4, 5], timed);
  const waits = placed.map(([inputs]) => inputs!.map((piece) => piece?.lengthUm));
  // the copy crosses lanes 1 and 2 on its way out and back: 4 crossings of 2 s, 40 um of .5 s; a neuron takes 100 s
  expect(waits[1]).toEqual([(100 + 8 + 20) / 0.5, 20]);
  expect(waits[2]).toEqual([0, 0]);
  expect(waits[3]).toEqual([0, 0]);
});

it("lets a bare lane pass as if nothing stood there", () => {
  const bare = { inputs: [], outputs: [], delayS: 0 };
  const stages: Stage[] = [
    { stations: [bare], neurons: [] },
    { stations: [pair(0, 1, 1)], neurons: [] },
  ];
  const placed = lay(2, [worker(0), worker(1)], stages, [0, 2, 1], timed);
  const alone = lay(2, [worker(0), worker(1)], stages.slice(1), [0, 2, 1], timed);
  expect(placed).toEqual([[[]], ...alone]);
});
