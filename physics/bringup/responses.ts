import type { Drive } from "./procedure.ts";
import type { KnobWire, LightSource } from "./wiring.ts";

/** Complex fields of all sources. */
export interface SourceFields {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** The field at the end of a wire, from the tree of couplers in front of it alone. `coefficients` as in `Program`. */
export function fieldAt(
  wire: KnobWire,
  coefficients: Float64Array,
  sources: SourceFields,
): { readonly re: number; readonly im: number } {
  let [re, im] = [0, 0];
  if (wire.from.kind === "source") {
    const { source } = wire.from;
    [re, im] = [sources.re[source]!, sources.im[source]!];
  } else {
    const { step, inputs, outputs } = wire.from.mzi;
    let at = 8 * step + (outputs[0] === wire ? 0 : 4);
    for (const input of inputs) {
      if (input !== null) {
        const { re: x, im: y } = fieldAt(input, coefficients, sources);
        re += coefficients[at]! * x - coefficients[at + 1]! * y;
        im += coefficients[at]! * y + coefficients[at + 1]! * x;
      }
      at += 2;
    }
  }
  for (const step of wire.steps) {
    const [c, s] = [coefficients[8 * step]!, coefficients[8 * step + 1]!];
    [re, im] = [c * re - s * im, c * im + s * re];
  }
  return { re, im };
}

/** Field that a source has in a drive, before what its knobs and errors make of it. */
export function drivenField(source: LightSource, drive: Drive): number {
  if (source.kind === "neuron") {
    const { activation, name } = source.neuron;
    if (!drive.on.includes(name)) return 0;
    return activation.kind === "saturating" ? activation.gain * activation.range : activation.gain;
  }
  const { name } = source.port;
  const level = Object.hasOwn(drive.levels, name) ? drive.levels[name]! : 0;
  return level * (source.port.kind === "worker" ? source.port.fieldPerLevel : source.port.field);
}
