import { type Circuit, type NetlistReading, readIndex, readSpice } from "../../../netlist/index.ts";
import type { FuzzSubject, Input } from "../material/case.ts";
import { circuits, exported } from "../material/corpus.ts";
import type { Dice } from "../material/dice.ts";
import { judge } from "../material/judge.ts";
import { mutateJson, mutateText } from "../material/mutate.ts";

type Files = Readonly<Record<string, string>>;

/** The two formats that are read back, each with an option that changes its shape. */
export function netlistSubjects(): FuzzSubject[] {
  const all = circuits();
  const subject = (
    name: string,
    weight: number,
    exports: readonly Files[],
    mutate: (file: string, text: string, dice: Dice) => string,
    read: (input: Input) => NetlistReading<Circuit>,
  ): FuzzSubject => ({
    name,
    weight,
    make: (dice) => {
      const files = { ...dice.pick(exports) };
      const names = Object.keys(files);
      // Half of the changes go into the first file, which says how the others join.
      const file = dice.chance(0.5) ? names[0]! : dice.pick(names);
      // At times one of the others is missing.
      const others = names.filter((name, i) => i > 0 && name !== file);
      if (dice.chance(0.01) && others.length > 0) delete files[dice.pick(others)];
      files[file] = mutate(file, files[file]!, dice);
      return { files, args: [`${dice.below(2 ** 20)}`] };
    },
    run: (input) => {
      const { value, findings } = read(input);
      if ((value === null) !== findings.some((finding) => finding.severity === "error")) {
        throw new Error("a circuit with errors, or neither");
      }
      if (value !== null) judge(value, Number(input.args[0]));
    },
  });
  const several =
    (read: (text: string, load: (name: string) => string | null) => NetlistReading<Circuit>) =>
    ({ files }: Input): NetlistReading<Circuit> => {
      const [first] = Object.keys(files);
      // As files of a directory are found: by their own names only.
      return read(String(files[first!]), (name) => (Object.hasOwn(files, name) ? String(files[name]) : null));
    };
  const json = (_file: string, text: string, dice: Dice): string =>
    dice.chance(0.7) ? mutateJson(JSON.parse(text), dice) : mutateText(text, dice);
  return [
    subject(
      "spice",
      8,
      all.flatMap((circuit) => [
        exported(circuit, "spice"),
        exported(circuit, "spice", { hierarchy: "flat", testbench: "inside" }),
      ]),
      (_file, text, dice) => mutateText(text, dice),
      several(readSpice),
    ),
    subject(
      "sax",
      3,
      all.flatMap((circuit) => [exported(circuit, "sax"), exported(circuit, "sax", { form: "flat" })]),
      json,
      several(readIndex),
    ),
  ];
}
