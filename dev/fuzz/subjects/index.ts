import type { FuzzSubject } from "../material/case.ts";
import { arraySubjects } from "./arrays.ts";
import { buildSubject } from "./builds.ts";
import { circuitSubjects } from "./circuits.ts";
import { commandSubject } from "./commands.ts";
import { specSubjects } from "./specs.ts";

/** Everything that reads what others wrote. */
export function allSubjects(): FuzzSubject[] {
  return [...specSubjects(), ...circuitSubjects(), ...arraySubjects(), buildSubject(), commandSubject()];
}
