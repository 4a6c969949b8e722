/**
 * `npm test` tries every property, each on fewer cases; `npm run test:exhaustive` runs the files that thin their cases out by
 * these functions once more, with all of them.
 */
export const allRounds: boolean = process.env["OPTINC_ALL_ROUNDS"] === "1";

/** How often a property is tried, one time in six for `npm test`. */
export function rounds(count: number): number {
  return allRounds ? count : Math.ceil(count / 6);
}

/** The first of every `step` cases for `npm test`. */
export function every<T>(step: number, cases: readonly T[]): readonly T[] {
  return allRounds ? cases : cases.filter((_, at) => at % step === 0);
}
