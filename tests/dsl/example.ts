import { expect } from "vitest";
import { type Checked, parseSpecs, type Spec } from "../../dsl/index.ts";

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

export function read(text: string, name: string = "a.optinc"): Checked<readonly Spec[]> {
  return parseSpecs({ name, text }, { emitTargets: targets });
}

/** Specs of a text that nothing is wrong with; `idle` settings do nothing, which has tests of its own. */
export function specsOf(text: string, name?: string, idle: readonly string[] = []): readonly Spec[] {
  const { value, diagnostics } = read(text, name);
  expect(diagnostics.filter(({ code }) => !idle.includes(code))).toEqual([]);
  return value!;
}

export function problems(text: string, name?: string): string[] {
  return read(text, name).diagnostics.map(({ code, message }) => `${code} ${message}`);
}

export function inAggregate(lines: string): string {
  return `aggregate a {\n workers 4\n precision 8 bits\n${lines}\n}\n`;
}

/** Of an example of a page of codes. */
export function nameOf(text: string): string {
  return text.startsWith("# spec.yaml\n") ? "spec.yaml" : "spec.optinc";
}
