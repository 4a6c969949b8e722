import type { Subject } from "./case.ts";
import type { Dice } from "./dice.ts";
import { arraySubjects } from "./subjects/arrays.ts";
import { buildSubject } from "./subjects/builds.ts";
import { circuitSubject } from "./subjects/circuits.ts";
import { commandSubject } from "./subjects/commands.ts";
import { netlistSubjects } from "./subjects/netlists.ts";
import { specSubjects } from "./subjects/specs.ts";

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
