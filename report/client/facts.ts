import type { ChipPart } from "../../netlist/index.ts";
import { shown } from "../page/table.ts";
import { aboveThreshold, neuronState, rangeOf } from "../player/decision.ts";
import { integerText } from "./lanes.ts";
import type { Chip, Passage, Playing } from "./model.ts";

/** What there is to say of a device with the light of the moment. */
export interface Facts {
  readonly title: string;
  readonly what: string;
  readonly lines: readonly string[];
  /** Of the light on its lanes, and on those of the chip sample where one is drawn. */
  readonly light: readonly string[];
}

const kinds = {
  mzi: "MZI",
  attenuator: "attenuator (an MZI with a dark port)",
  phase: "phase shifter",
  waveguide: "waveguide",
} as const;

export function factsOf(chip: Chip, playing: Playing, step: number): Facts {
  const part = chip.parts.parts[step]!;
  const modes = part.kind === "device" && part.device.kind === "mzi" ? 2 : 1;
  const sample = playing.sample;
  return {
    title: chip.parts.names[step]!,
    what: whatOf(part),
    lines: [...settingsOf(part), ...neuronLines(chip, playing.ideal, step, part)],
    light: [
      ...lightLines(chip, playing.ideal, step, modes, sample === null ? "" : "ideal: "),
      ...(sample === null ? [] : lightLines(chip, sample, step, modes, `chip sample ${sample.number}: `)),
    ],
  };
}

function whatOf(part: ChipPart): string {
  switch (part.kind) {
    case "device":
      return `${kinds[part.device.kind]} of mesh ${part.mesh.name} (${part.mesh.kind}), column ${part.device.column}`;
    case "termination":
      return `light of mode ${part.mode} is absorbed`;
    case "neuron":
      return `neuron on mode ${part.activation.mode}, behind section ${part.section.name}`;
  }
}

function settingsOf(part: ChipPart): readonly string[] {
  if (part.kind === "neuron") {
    return Object.entries(part.activation).flatMap(([name, value]) =>
      typeof value === "number" && name !== "mode" ? [`${name} ${shown(value)}`] : [],
    );
  }
  if (part.kind !== "device") return [];
  const { device } = part;
  const loss = device.fieldFactor ?? 1;
  const lost = loss === 1 ? "loss 0 dB (ideal)" : `loss ${shown(-20 * Math.log10(loss))} dB`;
  if (device.kind === "waveguide") return [`${shown(device.lengthUm)} µm`, `${device.crossings} crossings`, lost];
  const theta = "thetaRad" in device ? [`theta ${angle(device.thetaRad)}`] : [];
  return [...theta, `phi ${angle(device.phiRad)}`, lost];
}

function neuronLines(chip: Chip, passage: Passage, step: number, part: ChipPart): readonly string[] {
  if (part.kind !== "neuron") return [];
  const above = aboveThreshold(passage, step);
  const comparator = chip.comparators.get(step);
  const steps =
    comparator === undefined
      ? ""
      : `, ${shown(above / comparator.fieldPerGridStep)} LSB (comparator of ${comparator.cell})`;
  return [neuronState(above, rangeOf(passage, step)), `${shown(above)} from its threshold${steps}`];
}

function lightLines(chip: Chip, passage: Passage, step: number, modes: number, of: string): readonly string[] {
  const { trace } = passage;
  const lanes = modes === 1 ? [""] : ["upper ", "lower "];
  return lanes.map((lane, side) => {
    const at = 2 * step + side;
    const before = fieldText(chip, trace.beforeRe[at]!, trace.beforeIm[at]!);
    return `${of}${lane}in ${before}, out ${placeText(chip, passage, at)}`;
  });
}

/** The light of a place of the trace, and the integer that it stands for. */
export function placeText(chip: Chip, passage: Passage, place: number): string {
  const { re, im } = passage.trace;
  const integer = integerText(chip, passage, place);
  return `${fieldText(chip, re[place]!, im[place]!)}${integer === null ? "" : `; ${integer}`}`;
}

/** Strength, phase and power: that of a field of 1, or in dBm where the technology says how much that is. */
export function fieldText({ player }: Chip, re: number, im: number): string {
  const size = Math.hypot(re, im);
  if (size === 0) return "dark";
  const watts = player.unitPowerW;
  const power =
    watts === null ? `${shown(20 * Math.log10(size))} dB` : `${shown(10 * Math.log10(size * size * watts * 1e3))} dBm`;
  return `${shown(size)} at ${Number(((Math.atan2(im, re) * 180) / Math.PI).toFixed(2)) + 0}°, ${power}`;
}

function angle(rad: number): string {
  return `${shown(rad)} rad (${shown(rad / Math.PI)} π)`;
}
