import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import { findTarget, readSpice, subjectOf } from "../../netlist/index.ts";
import { passed, verifyCircuit } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";

const tree = { kind: "cascade", fanIn: [2, 2] } as const;
const specs = [specOf(2, 2, 4), specOf(4, 8, 4), specOf(4, 2, 4, "half-up", true, 0.25, tree)];

describe("a netlist that was read back", () => {
  it.each(specs.map((spec) => [spec.name, spec] as const))(
    "of %s sees nothing but the sums of the workers, as far as a receiver can tell",
    (_, spec) => {
      const { circuit } = synthesise(spec);
      const made = findTarget("spice")!.emit(subjectOf(circuit, { kind: "circuit" }), {});
      const files = new Map([...made].map(({ name, content }) => [name, [...content].join("")]));
      const [, text] = [...files].find(([name]) => name.endsWith(".test.sp"))!;
      const read = readSpice(text, (name) => files.get(name) ?? null);
      const report = verifyCircuit(read.value!, { inputs: { kind: "exhaustive" }, seed: 1 });
      expect(report.mode).toBe("exhaustive");
      expect(passed(report)).toBe(true);
    },
  );
});
