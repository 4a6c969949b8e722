import type { Subject } from "../material/case.ts";
import type { Dice } from "../material/dice.ts";
import { arraySubjects } from "./arrays.ts";
import { buildSubject } from "./builds.ts";
import { circuitSubject } from "./circuits.ts";
import { commandSubject } from "./commands.ts";
import { netlistSubjects } from "./netlists.ts";
import { specSubjects } from "./specs.ts";

/** Everything that reads what others wrote. */
export function allSubjects(): Subject[] {
  return [
    ...specSubjects(),
    circuitSubject(),
    ...netlistSubjects(),
    ...arraySubjects(),
    buildSubject(),
    commandSubject(),
  ];
}

/** One of the subjects, by their weights. */
export function chooseSubject(subjects: readonly Subject[], dice: Dice): Subject {
  let at = dice.real() * subjects.reduce((sum, { weight }) => sum + weight, 0);
  for (const subject of subjects) {
    at -= subject.weight;
    if (at < 0) return subject;
  }
  return subjects.at(-1)!;
}
