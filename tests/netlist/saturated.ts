import { type Circuit, circuitVersion, type Section } from "../../netlist/index.ts";

/**
 * The circuit with most of its neurons saturating, thresholds of either sign and ranges that its fields (of about `scale`) fall
 * below, into and beyond. `random` gives [0, 1).
 */
export function withRandomSaturation(circuit: Circuit, random: () => number, scale: number = 2): Circuit {
  const sections = circuit.sections.map(
    (section): Section => ({
      ...section,
      activations: section.activations.map((neuron) => {
        if (random() < 0.2) return neuron;
        const threshold = scale * (0.8 * random() - 0.4);
        return {
          kind: "saturating",
          mode: neuron.mode,
          gain: 0.5 + random(),
          threshold,
          range: scale * random() + 0.05,
        };
      }),
    }),
  );
  return { ...circuit, sections, version: circuitVersion(sections) };
}
