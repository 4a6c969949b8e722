import { describe, expect, it } from "vitest";
import { seededRandom } from "../../netlist/index.ts";
import { allRounds } from "../rounds.ts";
import { attack, attackText, passedText, verdictOn } from "./attacker/attack.ts";
import { controls } from "./attacker/controls.ts";
import { families, wordsOf } from "./attacker/families.ts";
import { oracleOf } from "./attacker/oracle.ts";

/** Circuits of a test; `npm run test:exhaustive` has 34 times 300, npm test 150. */
const EACH = allRounds ? 300 : 150;
const seeds = Array.from({ length: allRounds ? 34 : 1 }, (_, i) => i + 1);

describe("circuits that give some word wrong, found in more than 100 digits", () => {
  it.each(seeds)(`do not pass: ${EACH} of them, seed %i`, (seed) => {
    const result = attack(EACH, seededRandom(seed));
    console.log(attackText(result));
    expect(passedText(result)).toEqual([]);
    expect([...result.families.keys()].sort()).toEqual(Object.keys(families).sort());
  });
});

describe("circuits that are right", () => {
  it("pass, however far their phases and fields are from usual ones", () => {
    const random = seededRandom(2);
    const refused: string[] = [];
    for (const { name, circuit } of controls(random)) {
      const oracle = oracleOf(circuit);
      expect(wordsOf(circuit, random).slice(0, 6).filter(oracle.isWrong)).toEqual([]);
      if (verdictOn(circuit) !== "right") refused.push(name);
    }
    expect(refused).toEqual([]);
  });
});
