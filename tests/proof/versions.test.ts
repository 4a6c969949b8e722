import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Circuit, checkCircuit } from "../../netlist/index.ts";
import { prove } from "../../verify/index.ts";

/** Two workers' 2-bit words, as releases of the repository wrote them: in the order of versions, and the last one of today. */
const read = (version: number): Circuit => {
  const text = readFileSync(new URL(`golden/version-${version}.json`, import.meta.url), "utf8");
  const { circuit, findings } = checkCircuit(JSON.parse(text));
  expect([findings, circuit?.version]).toEqual([[], version]);
  return circuit!;
};

/** What the second checker finds of them, in order: bounds that no sound proof can be below. */
const deviations = JSON.parse(readFileSync(new URL("golden/deviations.json", import.meta.url), "utf8"));

describe.each([1, 2, 3, 4])("a circuit of version %i", (version) => {
  it("is read and proved", () => {
    const { holds, comparatorMargin, problems } = prove(read(version));
    expect(problems).toEqual([]);
    expect(holds).toBe(true);
    expect(comparatorMargin).toBeGreaterThan(0.2);
  });

  it("has bounds that are not below those of the second checker, and not far above", () => {
    const { signals, cells, receivers } = prove(read(version)).log;
    const ours = {
      signals: signals.map(({ deviation }) => deviation),
      cells: cells.map(({ deviation }) => deviation),
      receivers: receivers.map(({ error }) => error),
    };
    for (const [part, bounds] of Object.entries(ours)) {
      const theirs: readonly number[] = deviations[version][part];
      expect(bounds).toHaveLength(theirs.length);
      for (const [i, bound] of bounds.entries()) {
        expect(bound, `${part} ${i}`).toBeGreaterThanOrEqual(theirs[i]!);
        expect(bound, `${part} ${i}`).toBeLessThan(1e-12);
      }
    }
  });

  it("is refused with the bound that fails where its certificate says what devices do not do", () => {
    const made = read(version);
    const certificate = made.certificate!;
    const changed = (change: Partial<typeof certificate>): readonly string[] => {
      const { holds, problems } = prove({ ...made, certificate: { ...certificate, ...change } });
      expect(holds).toBe(false);
      return problems;
    };
    const signals = certificate.signals.map((it) => ({ ...it, fieldPerUnit: it.fieldPerUnit * 1.001 }));
    for (const [i, { name, kind }] of certificate.signals.entries()) {
      const one = certificate.signals.with(i, signals[i]!);
      const expected = kind === "sum" ? "is off by" : "is [0-9.e+-]+, not";
      expect(changed({ signals: one })).toContainEqual(expect.stringMatching(new RegExp(`${name} .*${expected}`)));
    }
    const [split] = certificate.cells.flatMap((it) => (it.kind === "split" && it.bits.length > 0 ? [it] : []));
    const bits = split!.bits.map((it) => ({ ...it, weight: it.weight * 2 }));
    const cells = certificate.cells.map((it) => (it === split ? { ...split, bits } : it));
    expect(changed({ cells }).join()).toMatch(new RegExp(`${split!.name}: .* is -?[0-9.e+-]+, not [01], at`));
  });
});
