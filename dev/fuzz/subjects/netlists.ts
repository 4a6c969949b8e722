import { readSpice } from "../../../netlist/index.ts";
import type { FuzzSubject } from "../material/case.ts";
import { circuits, exported } from "../material/corpus.ts";
import { judge } from "../material/judge.ts";
import { mutateText } from "../material/mutate.ts";

type Files = Readonly<Record<string, string>>;

/** The format that is read back, also with the options that change its shape. */
export function netlistSubject(): FuzzSubject {
  const exports = circuits().flatMap((circuit): readonly Files[] => [
    exported(circuit, "spice"),
    exported(circuit, "spice", { hierarchy: "flat", testbench: "inside" }),
  ]);
  return {
    name: "spice",
    weight: 11,
    make: (dice) => {
      const files = { ...dice.pick(exports) };
      const names = Object.keys(files);
      // Half of the changes go into the first file, which says how the others join.
      const file = dice.chance(0.5) ? names[0]! : dice.pick(names);
      // At times one of the others is missing.
      const others = names.filter((name, i) => i > 0 && name !== file);
      if (dice.chance(0.01) && others.length > 0) delete files[dice.pick(others)];
      files[file] = mutateText(files[file]!, dice);
      return { files, args: [`${dice.below(2 ** 20)}`] };
    },
    run: ({ files, args }) => {
      const [first] = Object.keys(files);
      // As files of a directory are found: by their own names only.
      const load = (name: string): string | null => (Object.hasOwn(files, name) ? String(files[name]) : null);
      const { value, findings } = readSpice(String(files[first!]), load);
      if ((value === null) !== findings.some((finding) => finding.severity === "error")) {
        throw new Error("a circuit with errors, or neither");
      }
      if (value !== null) judge(value, Number(args[0]));
    },
  };
}
