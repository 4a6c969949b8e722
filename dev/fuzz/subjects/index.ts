import { describeFault, type FuzzSubject, type Input } from "../material/case.ts";
import { type Dice, rollDice } from "../material/dice.ts";
import { arraySubjects } from "./arrays.ts";
import { buildSubject } from "./builds.ts";
import { circuitSubject } from "./circuits.ts";
import { commandSubject } from "./commands.ts";
import { measuredChipSubject } from "./measured-chips.ts";
import { netlistSubject } from "./netlists.ts";
import { specSubjects } from "./specs.ts";
import { technologySubject } from "./technologies.ts";

/** Everything that reads what others wrote. */
export function allSubjects(): FuzzSubject[] {
  return [
    ...specSubjects(),
    circuitSubject(),
    measuredChipSubject(),
    netlistSubject(),
    ...arraySubjects(),
    buildSubject(),
    technologySubject(),
    commandSubject(),
  ];
}

/** One of the subjects, by their weights. */
function chooseSubject(subjects: readonly FuzzSubject[], dice: Dice): FuzzSubject {
  let at = dice.real() * subjects.reduce((sum, { weight }) => sum + weight, 0);
  for (const subject of subjects) {
    at -= subject.weight;
    if (at < 0) return subject;
  }
  return subjects.at(-1)!;
}

/** An input of a round and whom it is for; `fault` says that no input could be made, an error of the fuzzer and no finding. */
export type FuzzInput =
  | { readonly kind: "made"; readonly subject: FuzzSubject; readonly input: Input }
  | { readonly kind: "fault"; readonly fault: string };

/** Input `index` of a round under a seed, the same at every call. */
export function makeInput(subjects: readonly FuzzSubject[], seed: number, index: number): FuzzInput {
  const dice = rollDice(seed, index);
  const subject = chooseSubject(subjects, dice);
  try {
    return { kind: "made", subject, input: subject.make(dice) };
  } catch (error) {
    const fault = `the fuzzer cannot make an input for ${subject.name}: seed ${seed}, input ${index}: ${describeFault(error)}`;
    return { kind: "fault", fault };
  }
}
