// Mutants that no test can notice, because they do what the original does. By file: the line of the source as it stands, the mutated
// text and what it becomes as `npm run mutation` prints them, and why.

/** file -> [line, was, becomes, why] */
export const equivalent = {
  "verify/composition.ts": [
    ["if (multiplier < 0n) problems.push(`cell ${cell.name} counts ${multiplier} times`);", "multiplier < 0n", "multiplier <= 0n", "a multiplier is a coefficient other than 0, divided without a rest"],
    ["if (missing < 0n) problems.push(`cell ${cell.name} counts ${certificate.signals[signal]!.name} more than once`);", "missing < 0n", "missing <= 0n", "0 has returned two lines above"],
    ["const restMax = (cell.bits.at(-1)?.weight ?? 1) - 1;", "cell.bits.at(-1)?.weight", "cell.bits.at(-1).weight", "a cell without bits and without a rest has no multiplier and never comes here"],
    ['if (certificate.signals[ties.only.set]?.kind !== "bit") problems.push("the quotient\'s last bit is not a bit signal");', "certificate.signals[ties.only.set]?.kind", "certificate.signals[ties.only.set].kind", "netlist/check refuses numbers of signals that are not there"],
  ],
};
