import { expect, it } from "vitest";
import { type Piece, placeLanes, type Stage } from "../../compiler/placement/index.ts";
import { idealOptics, type Optics, seededRandom } from "../../netlist/index.ts";

const timed: Optics = {
  ...idealOptics,
  crossingDelayS: 2,
  delaySPerUm: 0.5,
  lanePitchUm: 10,
  neuronDelayS: 100,
  matchDelays: true,
};
const worker = (mode: number) => ({ mode, constant: false });
const reference = (mode: number) => ({ mode, constant: true });
const pair = (upper: number, lower: number, rows: number, cols = 2, delayS = 7) => ({
  modes: [upper, lower],
  rows,
  cols,
  delayS,
});

it("counts lit lanes between the lanes of a mesh, which name the crossing too, and none that is dark", () => {
  const stages: Stage[] = [{ stations: [pair(0, 3, 1), pair(1, 4, 2)], neurons: [] }];
  const sources = [0, 1, 3, 4].map(worker);
  const { stages: placed, ends } = placeLanes(5, sources, stages, [0, 1, 4], { ...timed, matchDelays: false });
  const [first, second] = placed[0]!.stations;
  // lane 3 passes lane 1; lane 2 is dark, lane 4 stands below
  expect(first!.inputs).toEqual([
    { crossings: 0, lengthUm: 0 },
    { crossings: 1, lengthUm: 10 },
  ]);
  // lane 1 was passed by lane 3, which is gone when lane 4 passes
  expect(second!.inputs).toEqual([
    { crossings: 1, lengthUm: 0 },
    { crossings: 0, lengthUm: 0 },
  ]);
  expect(ends).toEqual([0, 0, 0].map((crossings) => ({ crossings, lengthUm: 0 })));
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
  const { stages: placed } = placeLanes(4, [worker(0), reference(1), worker(2)], stages, [0], timed);
  const waits = placed.map(({ stations }) => stations[0]!.inputs.map((piece) => piece?.lengthUm));
  // the copy crosses lanes 1 and 2 on its way out and back: 4 crossings of 2 s, 40 um of .5 s; a neuron takes 100 s
  expect(waits[1]).toEqual([(100 + 8 + 20) / 0.5, 20]);
  expect(waits[2]).toEqual([0, 0]);
  expect(waits[3]).toEqual([0, 0]);
});

it("agrees with a slow count on random stages, and names every crossing twice", () => {
  for (let seed = 0; seed < 60; seed++) {
    const random = seededRandom(seed);
    const below = (n: number) => Math.floor(random() * n);
    const modes = 3 + below(12);
    const sources = Array.from({ length: modes }, (_, mode) => mode).filter(() => random() < 0.7);
    const stages = Array.from({ length: 6 }, (): Stage => {
      const pool = Array.from({ length: modes }, (_, mode) => mode);
      const draw = (n: number) => Array.from({ length: n }, () => pool.splice(below(pool.length), 1)[0]!);
      const stations = Array.from({ length: 1 + below(2) }, () => {
        const lanes = draw(Math.min(pool.length, 1 + below(4)));
        return { modes: lanes, cols: 1 + below(lanes.length), rows: 1 + below(lanes.length), delayS: 0 };
      }).filter((station) => station.modes.length > 0);
      return { stations, neurons: stations.flatMap((station) => station.modes.slice(0, 1)) };
    });
    const ends = Array.from({ length: modes }, (_, mode) => mode);
    const placed = placeLanes(modes, sources.map(worker), stages, ends, idealOptics);
    const slow = slowCount(modes, sources, stages);
    expect(placed.stages.map(({ stations }) => stations.map(({ inputs }) => inputs.map(crossings)))).toEqual(
      slow.inputs,
    );
    expect(placed.ends.map(crossings)).toEqual(slow.ends);
  }
});

const crossings = (piece: Piece | null) => piece?.crossings ?? 0;

/** Lanes as a list of who stands where; every lane that moves swaps with its neighbours one by one. */
function slowCount(modes: number, sources: readonly number[], stages: readonly Stage[]) {
  const lit = new Set(sources);
  const pending = new Array<number>(modes).fill(0);
  const pass = (from: number, to: number): number => {
    let over = 0;
    for (const mode of lit) {
      if (mode <= Math.min(from, to) || mode >= Math.max(from, to)) continue;
      pending[mode]!++;
      over++;
    }
    return over;
  };
  const take = (mode: number): number => {
    const passed = pending[mode]!;
    pending[mode] = 0;
    lit.delete(mode);
    return passed;
  };
  const inputs = stages.map(({ stations, neurons }) => {
    const counted = stations.map((station) => {
      const anchor = station.modes[0]!;
      const arrived = station.modes.slice(0, station.cols).map((mode, i) => {
        if (!lit.has(mode)) return 0;
        const over = i === 0 ? 0 : pass(anchor, mode);
        return over + take(mode);
      });
      for (const mode of station.modes.slice(0, station.cols)) pending[mode] = 0;
      for (let i = station.rows - 1; i >= 0; i--) {
        const mode = station.modes[i]!;
        pending[mode] = i === 0 ? 0 : pass(anchor, mode);
        lit.add(mode);
      }
      return arrived;
    });
    for (const mode of neurons) pending[mode] = 0;
    return counted;
  });
  return { inputs, ends: pending.map((count, mode) => (lit.has(mode) ? count : 0)) };
}
