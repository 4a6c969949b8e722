import type { Circuit, Placement } from "../circuit/circuit.ts";
import { floorOfCircuit } from "../placement/circuit-floor.ts";
import { gridOf } from "../placement/grid.ts";

export interface Places {
  readonly column: Float64Array;
  readonly lane: Float64Array;
  /** 1 where light passes a device, and where that has a phase shifter theta, phi. */
  readonly passes: Uint8Array;
  readonly theta: Uint8Array;
  readonly phi: Uint8Array;
}

/**
 * Of a program of so many steps, on the rows and columns of its placement. Where it has none a mesh starts in the first column that is free on
 * all of its lanes, and a lane is its mode.
 */
export function placesOf(circuit: Circuit, steps: number): Places {
  const column = new Float64Array(steps);
  const lane = new Float64Array(steps);
  const [passes, theta, phi] = [new Uint8Array(steps), new Uint8Array(steps), new Uint8Array(steps)];
  const known = circuit.placement === undefined ? onModes(circuit) : onGrid(circuit, circuit.placement);
  // what is dark stands nowhere; waveguides have no heaters
  const placeOf = (what: string): Place => known.get(what) ?? { column: 0, laneOf: () => 0 };
  let step = 0;
  for (const [s, { meshes, activations }] of circuit.sections.entries()) {
    for (const [m, { devices, terminated }] of meshes.entries()) {
      const place = placeOf(`mesh ${s} ${m}`);
      for (const device of devices) {
        column[step] = place.column + device.column;
        lane[step] = place.laneOf(device.mode);
        passes[step] = 1;
        theta[step] = device.kind === "mzi" || device.kind === "attenuator" ? 1 : 0;
        phi[step] = device.kind === "waveguide" ? 0 : 1;
        step += 1;
      }
      step += terminated.length;
    }
    for (const [a] of activations.entries()) {
      const place = placeOf(`neuron ${s} ${a}`);
      column[step] = place.column;
      lane[step] = place.laneOf(0);
      step += 1;
    }
  }
  return { column, lane, passes, theta, phi };
}

/** Where the first column of something is, and the lanes of its local modes. */
interface Place {
  readonly column: number;
  readonly laneOf: (local: number) => number;
}

/** Of `mesh SECTION MESH` and `neuron SECTION ACTIVATION`. */
type KnownPlaces = ReadonlyMap<string, Place>;

function onModes({ modes: count, sections }: Circuit): KnownPlaces {
  const free = new Float64Array(count);
  const known = new Map<string, Place>();
  for (const [s, { meshes, activations }] of sections.entries()) {
    for (const [m, { modes, devices }] of meshes.entries()) {
      const column = modes.reduce((last, mode) => Math.max(last, free[mode]!), 0);
      const end = devices.reduce((last, device) => Math.max(last, column + device.column + 1), column);
      for (const mode of modes) free[mode] = end;
      known.set(`mesh ${s} ${m}`, { column, laneOf: (local) => modes[local]! });
    }
    for (const [a, { mode }] of activations.entries()) {
      known.set(`neuron ${s} ${a}`, { column: free[mode]!, laneOf: () => mode });
    }
  }
  return known;
}

/** Columns of the grid are as wide as the deepest device in them. A mesh of k lanes takes k - 1 rows about its own. */
function onGrid(circuit: Circuit, placement: Placement): KnownPlaces {
  const { floor, parts } = floorOfCircuit(circuit);
  const grid = gridOf(floor, placement);
  /** Columns of MZIs in a device, and in front of each of its meshes. */
  const depths = parts.map((part) => {
    let depth = 0;
    const before = new Map<number, number>();
    for (const mesh of part.kind === "mesh" ? part.meshes : []) {
      before.set(mesh, depth);
      const { devices } = circuit.sections[part.section]!.meshes[mesh]!;
      const columns = devices.map((device) =>
        device.kind === "mzi" || device.kind === "attenuator" ? device.column + 1 : 0,
      );
      depth += columns.reduce((most, column) => Math.max(most, column), 0);
    }
    return { depth: Math.max(1, depth), before };
  });
  const starts = new Float64Array(grid.columns + 1);
  depths.forEach(({ depth }, d) => {
    const next = grid.columnOf[d]! + 1;
    starts[next] = Math.max(starts[next]!, depth);
  });
  for (let column = 1; column < starts.length; column++) starts[column] = starts[column]! + starts[column - 1]!;
  const known = new Map<string, Place>();
  parts.forEach((part, d) => {
    const column = starts[grid.columnOf[d]!]!;
    const row = grid.deviceRow[d]!;
    if (part.kind === "neuron") {
      known.set(`neuron ${part.section} ${part.activation}`, {
        column,
        laneOf: () => grid.rowOf[floor.devices[d]!.inputs[0]!]!,
      });
    }
    for (const [mesh, before] of depths[d]!.before) {
      const half = (circuit.sections[part.section]!.meshes[mesh]!.modes.length - 1) >> 1;
      known.set(`mesh ${part.section} ${mesh}`, { column: column + before, laneOf: (local) => row - half + local });
    }
  });
  return known;
}
