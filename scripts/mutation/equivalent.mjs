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
  "verify/states.ts": [
    ['if (result.problem !== null && cell.kind === "split") {', 'cell.kind === "split"', "true", "only split cells have problems"],
    ['const largest = kind === "bit" ? 1 : STATE_LIMIT - 1;', 'kind === "bit"', "false", "the next line refuses every bit whose largest value is not 1"],
    ['const largest = kind === "bit" ? 1 : STATE_LIMIT - 1;', '"bit"', '""', "the next line refuses every bit whose largest value is not 1"],
    ["if (found !== undefined) return found;", "found !== undefined", "false", "what was worked out is worked out again, and is the same"],
    ['const residual = cell.residual === null ? "none" : certificate.signals[cell.residual]!.max;', '"none"', '""', "a word that no number is, in a key"],
    ['let joint: Joint = { table: { signals: [], rows: 1, values: new Int32Array(0) }, shape: memo.number("nothing") };', '"nothing"', '""', "a word that no other shape is, in a key"],
    ["for (let row = 0; row < states.rows; row++) {", "row < states.rows", "row <= states.rows", "what is written behind the end of a typed array is lost"],
    ["const all = kept.length === states.rows;", "kept.length === states.rows", "false", "the same rows, copied"],
    ["outputs: { rows: kept.length, values: outputs.slice(0, kept.length * width) },", "outputs.slice(0, kept.length * width)", "outputs", "values behind the counted rows are never read"],
    ["for (let v = 0; v < rows; v++) fields[j * rows + v] = unit * table.values[(from + v) * width + column]!;", "v < rows", "v <= rows", "the next signal overwrites it, and behind the last it is lost"],
  ],
  "verify/bound.ts": [
    ["for (let last = certificate.cells.length - 1; last >= 0; last--) {", "certificate.cells.length - 1", "certificate.cells.length + 1", "cells that are not there are not open"],
    ["if (!open.has(last)) continue;", "!open.has(last)", "false", "of a cell that nothing reads all coefficients are 0"],
    ["return [...cell.bits.map((bit) => bit.signal), ...(cell.residual === null ? [] : [cell.residual])];", "cell.residual === null", "false", "a cell more writes `null`, which is no signal"],
    ["return [...cell.bits.map((bit) => bit.signal), ...(cell.residual === null ? [] : [cell.residual])];", "[]", '["Stryker was here"]', "a text is no signal"],
    ["return [cell.bit];", "[cell.bit]", "[]", "a bit without a cell is bounded by its largest value, which is 1 as well"],
    ["const outputs = [...source.bits, ...(source.residual === null ? [] : [{ signal: source.residual, weight: 1 }])];", "source.residual === null", "false", "`null` is no signal and has no coefficient"],
    ["const needed = (coefficient(signal) + BigInt(weight) - 1n) / BigInt(weight);", "coefficient(signal) + BigInt(weight) - 1n", "coefficient(signal) + BigInt(weight) + 1n", "a bound that is 2^-96 larger, cut off to the same integer"],
    ["if (needed > ratio) ratio = needed;", "needed > ratio", "needed >= ratio", "the larger of two equal numbers"],
  ],
  "verify/proof.ts": [
    ["search.problems.push(...reachable.problems.slice(0, PROBLEM_LIMIT), ...sums.problems.slice(0, PROBLEM_LIMIT));", "reachable.problems.slice(0, PROBLEM_LIMIT)", "reachable.problems", "the report is cut off once more where it is returned"],
    ["search.problems.push(...reachable.problems.slice(0, PROBLEM_LIMIT), ...sums.problems.slice(0, PROBLEM_LIMIT));", "sums.problems.slice(0, PROBLEM_LIMIT)", "sums.problems", "the report is cut off once more where it is returned"],
    ["search.problems.push(...checkComposition(circuit.aggregate, certificate, sums.sources).slice(0, PROBLEM_LIMIT));", "checkComposition(circuit.aggregate, certificate, sums.sou...", "checkComposition(circuit.aggregate, certificate, sums.sou...", "the report is cut off once more where it is returned"],
    ["if (search.problems.length < PROBLEM_LIMIT) search.problems.push(problem());", "search.problems.length < PROBLEM_LIMIT", "true", "the report is cut off once more where it is returned"],
    ["if (search.problems.length < PROBLEM_LIMIT) search.problems.push(problem());", "search.problems.length < PROBLEM_LIMIT", "search.problems.length <= PROBLEM_LIMIT", "the report is cut off once more where it is returned"],
  ],
  "verify/sources.ts": [
    ['if (input.kind !== "worker") return [];', 'input.kind !== "worker"', "false", "a slice leaves open nothing but inputs of workers"],
    ['if (input.kind !== "worker") return [];', "[]", '["Stryker was here"]', "a slice leaves open nothing but inputs of workers"],
  ],
  "verify/margin.ts": [
    ["const weight = cell.terms.reduce((sum, term) => sum + (term.signal === id ? term.weight : 0), 0);", "sum + (term.signal === id ? term.weight : 0)", "sum - (term.signal === id ? term.weight : 0)", "every input is moved up and down, and a slope has no sign"],
    ["const first = sources.find(({ id }) => certificate.signals[id]!.kind !== \"bit\") ?? sources[0];", "({ id }) => certificate.signals[id]!.kind !== \"bit\"", "() => undefined", "every input of an exact cell moves its sum alike; one that does not is found when each is moved by the margin"],
    ["const first = sources.find(({ id }) => certificate.signals[id]!.kind !== \"bit\") ?? sources[0];", "certificate.signals[id]!.kind !== \"bit\"", "true", "every input of an exact cell moves its sum alike; one that does not is found when each is moved by the margin"],
    ["const first = sources.find(({ id }) => certificate.signals[id]!.kind !== \"bit\") ?? sources[0];", "certificate.signals[id]!.kind !== \"bit\"", "false", "every input of an exact cell moves its sum alike; one that does not is found when each is moved by the margin"],
    ["const first = sources.find(({ id }) => certificate.signals[id]!.kind !== \"bit\") ?? sources[0];", "certificate.signals[id]!.kind !== \"bit\"", "certificate.signals[id]!.kind === \"bit\"", "every input of an exact cell moves its sum alike; one that does not is found when each is moved by the margin"],
    ["const first = sources.find(({ id }) => certificate.signals[id]!.kind !== \"bit\") ?? sources[0];", "\"bit\"", "\"\"", "every input of an exact cell moves its sum alike; one that does not is found when each is moved by the margin"],
    ["if (!(distance >= margin)) margin = distance;", "distance >= margin", "distance > margin", "of two equal numbers either"],
    ["for (let v = source * rows; v < (source + 1) * rows; v++) re[v]! += by * field;", "re[v]! += by * field", "re[v]! -= by * field", "every input is moved up and down, and a slope has no sign"],
  ],
  "verify/comparison.ts": [
    ["return Number.isNaN(a) || a > b ? a : b;", "a > b", "a >= b", "of two equal numbers either"],
  ],
};
