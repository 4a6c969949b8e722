import {
  arrivalTimes,
  type Circuit,
  circuitSteps,
  type Delays,
  delayOfDevice,
  readWords,
} from "../../netlist/index.ts";
import { deviceMatrix } from "../netlist/reference.ts";

/** Points of a symbol period at which fields are known. */
const POINTS = 100;
/** Symbol periods without words, before them and after them. */
const DARK = 2;

/** A field by point, the first one `DARK` periods before a time that is `delayS` after the launch of the first word; before and after them it stays. */
interface Late {
  readonly delayS: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * Sends words one symbol period after the other through every device and neuron, each of which answers at once to what it saw its delay ago.
 * Where two lanes meet, the earlier one is shifted by whole points. Gives what the receivers read of each word `phase` periods after its last light.
 */
export function wordsInTime(
  circuit: Circuit,
  delays: Delays,
  rateBd: number,
  symbols: Uint8Array,
): (phase: number) => Uint8Array {
  const width = circuit.aggregate.workers * circuit.aggregate.symbols;
  const words = symbols.length / width;
  const { launchesS, receptionsS } = arrivalTimes(circuit, delays);
  const points = (words + 2 * DARK) * POINTS;
  const dark = (delayS: number): Late => ({ delayS, re: new Float64Array(points), im: new Float64Array(points) });
  const constant = (field: number): Late => ({ ...dark(0), re: new Float64Array(points).fill(field) });
  const lanes = new Array<Late>(circuit.modes).fill(constant(0));
  circuit.inputs.forEach((port, p) => {
    if (port.kind === "reference") {
      lanes[port.mode] = constant(port.field);
      return;
    }
    const place = port.worker * circuit.aggregate.symbols + port.symbol;
    const lane = dark(launchesS[p]!);
    for (let w = 0; w < words; w += 1) {
      lane.re.fill(port.fieldPerLevel * symbols[w * width + place]!, (w + DARK) * POINTS, (w + DARK + 1) * POINTS);
    }
    lanes[port.mode] = lane;
  });
  /** Points by which a lane is ahead of one that has `delayS`. */
  const ahead = (lane: Late, delayS: number): number => Math.round((delayS - lane.delayS) * rateBd * POINTS);
  const inside = (i: number): number => Math.max(0, Math.min(points - 1, i));
  for (const step of circuitSteps(circuit)) {
    if (step.kind === "termination") {
      lanes[step.mode] = constant(0);
    } else if (step.kind === "neuron") {
      const { activation } = step;
      const { delayS, re } = lanes[activation.mode]!;
      const [threshold, range] =
        activation.kind === "relu" ? [0, Number.POSITIVE_INFINITY] : [activation.threshold, activation.range];
      const out = dark(delayS + delays.neuronDelayS);
      for (let i = 0; i < points; i += 1) {
        out.re[i] = activation.gain * Math.min(range, Math.max(0, re[i]! - threshold));
      }
      lanes[activation.mode] = out;
    } else {
      const { device, mesh } = step;
      const matrix = deviceMatrix(device);
      const modes = matrix.map((_, i) => mesh.modes[device.mode + i]!);
      const before = modes.map((mode) => lanes[mode]!);
      const delayS = Math.max(...before.map((lane) => lane.delayS));
      for (const [row, mode] of modes.entries()) {
        const out = dark(delayS + delayOfDevice(device, delays));
        for (const [column, lane] of before.entries()) {
          const [re, im] = matrix[row]![column]!;
          const shift = ahead(lane, delayS);
          for (let i = 0; i < points; i += 1) {
            const at = inside(i + shift);
            out.re[i]! += re * lane.re[at]! - im * lane.im[at]!;
            out.im[i]! += re * lane.im[at]! + im * lane.re[at]!;
          }
        }
        lanes[mode] = out;
      }
    }
  }
  return (phase) => {
    const ports = circuit.outputs.length;
    const read = (part: "re" | "im"): Float64Array =>
      Float64Array.from({ length: words * ports }, (_, i) => {
        const lane = lanes[circuit.outputs[i % ports]!.mode]!;
        const at = Math.round((Math.floor(i / ports) + DARK + phase) * POINTS) + ahead(lane, receptionsS[i % ports]!);
        return lane[part][inside(at)]!;
      });
    return readWords(circuit, { vectors: words, ports, re: read("re"), im: read("im") });
  };
}
