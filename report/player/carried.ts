import { type Circuit, modesOf, type Parts, type SectionSpan } from "../../netlist/index.ts";

/** An integer that light stands for: its field divided by `fieldPerUnit`. */
interface Carried {
  readonly name: string;
  readonly fieldPerUnit: number;
}

/** What the light stands for, by place of a trace: symbols of workers, signals of the certificate, symbols of receivers. */
export function carriedIntegers(
  { inputs, outputs, modes, certificate }: Circuit,
  { parts }: Parts,
  sections: readonly SectionSpan[],
): ReadonlyMap<number, Carried> {
  const last = Array.from({ length: modes }, (_, mode) => 2 * parts.length + mode);
  const found = new Map<number, Carried>();
  for (const input of inputs) {
    if (input.kind === "worker") found.set(last[input.mode]!, { name: input.name, fieldPerUnit: input.fieldPerLevel });
  }
  for (const [s, { firstStep, endStep }] of sections.entries()) {
    for (let step = firstStep; step < endStep; step++) {
      for (const [side, mode] of modesOf(parts[step]!).entries()) last[mode] = 2 * step + side;
    }
    for (const { section, mode, name, fieldPerUnit } of certificate?.signals ?? []) {
      if (section === s) found.set(last[mode]!, { name, fieldPerUnit });
    }
  }
  for (const { mode, name, levelsPerField } of outputs)
    found.set(last[mode]!, { name, fieldPerUnit: 1 / levelsPerField });
  return found;
}
