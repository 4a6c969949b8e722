/** The spec of the README, as it stands in examples/. */
export const example: string = `# four workers, 8-bit gradients, PAM4 light
aggregate mean-4x8 {
  workers   4
  precision 8 bits
  levels    4
  rounding  half-up          # floor | half-up | half-even

  network constructed {
    decision-margin 0.25
  }

  verify {
    against ring
    inputs  exhaustive       # exhaustive | proof | sampled 1e6
  }

  emit spice, phases
}
`;

/** The same in YAML. */
export const exampleYaml: string = `# four workers, 8-bit gradients, PAM4 light
aggregate mean-4x8:
  workers: 4
  precision: 8 bits
  levels: 4
  rounding: half-up
  network constructed:
    decision-margin: 0.25
  verify:
    against: ring
    inputs: exhaustive
  emit: [spice, phases]
`;

export const targets: readonly string[] = ["spice", "phases"];
