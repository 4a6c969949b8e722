import type { Circuit, Placement } from "../circuit/circuit.ts";
import { floorOfCircuit } from "../placement/circuit-floor.ts";
import type { Floor } from "../placement/floor.ts";
import { placeFloor } from "../placement/place.ts";
import { carriersUm, drawCarriers } from "./carriers.ts";
import type { Drawing } from "./drawing.ts";
import { type EdgePorts, edgePorts } from "./edges.ts";
import { drawMetal, PADS_UM } from "./metal.ts";
import { drawOptics, type OpticsDrawing } from "./router.ts";
import type { ChipRules } from "./rules.ts";

/** A layout, and how long each stretch of the floor is in it (router.ts). */
interface ChipDrawing extends Drawing {
  readonly stretchesUm: readonly number[];
}

/** What a heater gets at first beside it for its metal; twice as much wherever that is still too little. */
const SLACK_UM = 32;
/** More than that is not tried. */
const MOST_SLACK_UM = 1 << 15;

/**
 * The whole chip: what carries light in rows from left to right, carriers from above, and metal from every heater to a pad of its own.
 * Drawn twice, as delay lines depend on where the rows are; and again, with more room beside the heaters whose metal found none.
 */
export function drawChip(circuit: Circuit, rules: ChipRules): ChipDrawing {
  const placed = floorOfCircuit(circuit);
  const placement: Placement = circuit.placement ?? placeFloor(placed.floor, "free");
  const slack = new Map<string, number>();
  /** Twice, as delay lines depend on where the rows are. */
  const draw = (ports: EdgePorts): OpticsDrawing => {
    const { rows } = drawOptics(circuit, placed, placement, rules, slack, null, ports).board;
    const known = new Map(rows.map(({ id }, i) => [id, i]));
    return drawOptics(circuit, placed, placement, rules, slack, known, ports);
  };
  const ports = choosePorts(placed.floor, draw, rules);
  for (;;) {
    const optics = draw(ports);
    const carriers = drawCarriers(optics, rules);
    const metal = drawMetal(optics, rules, carriers.topY);
    if ("cells" in metal) {
      const { board } = optics;
      return {
        cells: [...board.cells, ...carriers.cells, ...metal.cells],
        wires: [...board.wires, ...carriers.wires],
        rectangles: metal.rectangles,
        stretchesUm: optics.stretchesUm,
      };
    }
    for (const name of metal) {
      const more = 2 * (slack.get(name) ?? SLACK_UM / 2);
      if (more > MOST_SLACK_UM) throw new Error(`the metal of ${circuit.name} finds no way`);
      slack.set(name, more);
    }
  }
}

/** Of what a way to a long edge spares, in um: the less it has to be, the more lanes take one, and the fewer rows are left to delay lines. */
const GAINS_UM = [8000, 4000, 2000, 1000];
/** Chips of more devices are too large for one exposure either way, and are drawn straight. */
const MOST_DEVICES = 1500;

/** Those with which the longest way between ports and neurons, the most lossy one, is the shortest. */
function choosePorts(floor: Floor, draw: (ports: EdgePorts) => OpticsDrawing, { pitchUm }: ChipRules): EdgePorts {
  let best: EdgePorts = { entries: [], exits: [], aboveUm: 0, belowUm: 0 };
  const straight = draw(best);
  let leastUm = longestUm(floor, straight);
  const edgesUm = [pitchUm + carriersUm(straight.carriers.length) + PADS_UM, pitchUm + PADS_UM] as const;
  let before = 0;
  for (const gainUm of floor.devices.length > MOST_DEVICES ? [] : GAINS_UM) {
    const ports = edgePorts(floor, straight, edgesUm, gainUm);
    const count = ports.entries.length + ports.exits.length;
    // a smaller gain takes the same ports and others
    if (count === before) continue;
    before = count;
    const um = longestUm(floor, draw(ports));
    if (um < leastUm) [best, leastUm] = [ports, um];
  }
  return best;
}

function longestUm({ devices, stretches }: Floor, { stretchesUm }: OpticsDrawing): number {
  const fromStart = stretchesUm.map((um, i) => (stretches[i]!.from < 0 ? um : 0));
  for (const { kind, inputs, outputs } of devices) {
    const before = kind === "neuron" ? 0 : Math.max(0, ...inputs.map((it) => fromStart[it]!));
    for (const it of outputs) fromStart[it] = before + stretchesUm[it]!;
  }
  return Math.max(0, ...fromStart);
}
