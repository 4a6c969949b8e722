import type { Complex } from "./sax-model.ts";

/**
 * What Strawberry Fields computes from a Blackbird program, from its definitions: MZgate(in, ex) is a phase `ex` on the first mode,
 * BS(pi/4, pi/2), a phase `in` on the first mode, BS(pi/4, pi/2); LossChannel(T) a field sqrt(T). Throws where the parser would.
 */
export function blackbirdMatrix(text: string, modes: number): Complex[][] {
  const u: Complex[][] = Array.from({ length: modes }, (_, i) =>
    Array.from({ length: modes }, (_, j): Complex => [i === j ? 1 : 0, 0]),
  );
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.split("#")[0]!.trim())
    .filter((line) => line !== "");
  if (lines.length < 3 || !/^name [A-Za-z_]\w*$/.test(lines[0]!) || lines[1] !== "version 1.0") throw new Error("head");
  if (lines[2] !== "target gaussian") throw new Error("target");
  for (const line of lines.slice(3)) {
    const [call, where, ...rest] = line.split("|").map((it) => it.trim());
    const [, gate, list] = /^(\w+)\((.*)\)$/.exec(call!) ?? [];
    const on = (/^\[(.*)\]$/.exec(where ?? "")?.[1] ?? where ?? "").split(",").map((it) => plainNumber(it, /^\d+$/));
    const values = (list ?? "").split(",").map((it) => plainNumber(it, /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/));
    if (rest.length > 0 || on.some((mode) => mode >= modes) || new Set(on).size < on.length) throw new Error(line);
    const [a, b] = on;
    if (gate === "MZgate" && values.length === 2 && on.length === 2) {
      phase(u[a!]!, values[1]!);
      split(u, a!, b!);
      phase(u[a!]!, values[0]!);
      split(u, a!, b!);
    } else if (gate === "Rgate" && values.length === 1 && on.length === 1) {
      phase(u[a!]!, values[0]!);
    } else if (gate === "LossChannel" && values.length === 1 && on.length === 1 && values[0]! >= 0 && values[0]! <= 1) {
      scale(u[a!]!, [Math.sqrt(values[0]!), 0]);
    } else {
      throw new Error(line);
    }
  }
  return u;
}

function plainNumber(text: string, form: RegExp): number {
  if (!form.test(text.trim())) throw new Error(text);
  return Number(text);
}

function scale(row: Complex[], [re, im]: Complex): void {
  row.forEach(([x, y], j) => {
    row[j] = [x * re - y * im, x * im + y * re];
  });
}

function phase(row: Complex[], angle: number): void {
  scale(row, [Math.cos(angle), Math.sin(angle)]);
}

/** [[1, i], [i, 1]] / sqrt 2. */
function split(u: Complex[][], a: number, b: number): void {
  const h = Math.SQRT1_2;
  u[a]!.forEach(([x, y], j) => {
    const [p, q] = u[b]![j]!;
    u[a]![j] = [h * (x - q), h * (y + p)];
    u[b]![j] = [h * (p - y), h * (q + x)];
  });
}
