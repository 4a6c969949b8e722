/**
 * What SAX computes, without its reader: a model is the block diagonal of its instances' scattering matrices, closed by the
 * permutation of its connections, S = S_ee + S_ei P (1 - S_ii P)^-1 S_ie. Throws where SAX would. Row = output, column = input.
 */
export interface Scattering {
  readonly ports: readonly string[];
  /** [row][column] of (re, im). */
  readonly s: readonly (readonly Complex[])[];
}
export type Complex = readonly [number, number];

type Fields = Readonly<Record<string, unknown>>;

export function saxMatrix(text: string, inputs: readonly string[], outputs: readonly string[]): Complex[][] {
  const models = JSON.parse(text) as Fields;
  const { ports, s } = evaluate(models, Object.keys(models)[0]!, {}, 0);
  const at = (name: string): number => {
    const index = ports.indexOf(name);
    if (index < 0) throw new Error(`no port ${name}`);
    return index;
  };
  return outputs.map((output) => inputs.map((input) => s[at(output)]![at(input)]!));
}

function passing(t: Complex): Scattering {
  const s = [
    [ZERO, t],
    [t, ZERO],
  ];
  return { ports: ["in0", "out0"], s };
}

function evaluate(models: Fields, name: string, settings: Fields, depth: number): Scattering {
  if (name === "phase_shifter") {
    const { length = 10, voltage = 0, ...rest } = settings as Record<string, number>;
    if (length !== 0 || Object.keys(rest).length > 0) throw new Error("not at every wavelength");
    return passing([Math.cos(Math.PI * voltage), Math.sin(Math.PI * voltage)]);
  }
  if (name === "attenuator") {
    const { loss = 0, ...rest } = settings as Record<string, number>;
    if (Object.keys(rest).length > 0) throw new Error("unknown setting");
    return passing([10 ** (-loss / 20), 0]);
  }
  if (name === "coupler_ideal") {
    const { coupling = 0.5, ...rest } = settings as Record<string, number>;
    if (Object.keys(rest).length > 0) throw new Error("unknown setting");
    const t: Complex = [Math.sqrt(1 - coupling), 0];
    const k: Complex = [0, Math.sqrt(coupling)];
    const s = [
      [ZERO, ZERO, t, k],
      [ZERO, ZERO, k, t],
      [t, k, ZERO, ZERO],
      [k, t, ZERO, ZERO],
    ];
    return { ports: ["in0", "in1", "out0", "out1"], s };
  }
  const model = models[name] as Record<string, Fields> | undefined;
  if (model === undefined || depth > 30) throw new Error(`no model ${name}`);
  const names: string[] = [];
  const blocks: Scattering[] = [];
  for (const [instance, entry] of Object.entries(model["instances"]!)) {
    const { component, settings: own = {} } = entry as { component: string; settings?: Fields };
    const inner = evaluate(models, component, merge(own, (settings[instance] ?? {}) as Fields), depth + 1);
    blocks.push(inner);
    names.push(...inner.ports.map((port) => `${instance},${port}`));
  }
  const size = names.length;
  const s: Complex[][] = Array.from({ length: size }, () => new Array<Complex>(size).fill(ZERO));
  let from = 0;
  for (const block of blocks) {
    block.s.forEach((row, i) => {
      row.forEach((value, j) => {
        s[from + i]![from + j] = value;
      });
    });
    from += block.ports.length;
  }
  const at = (end: unknown): number => {
    const index = names.indexOf(String(end));
    if (index < 0) throw new Error(`no end ${String(end)}`);
    return index;
  };
  const partner = new Map<number, number>();
  for (const [a, b] of Object.entries(model["connections"]!)) {
    for (const [x, y] of [
      [at(a), at(b)],
      [at(b), at(a)],
    ] as const) {
      if (partner.has(x)) throw new Error("connected twice");
      partner.set(x, y);
    }
  }
  const outer = Object.entries(model["ports"]!).map(([port, end]) => [port, at(end)] as const);
  if (outer.some(([, end]) => partner.has(end))) throw new Error("a port inside");
  return {
    ports: outer.map(([port]) => port),
    s: closed(
      s,
      [...partner.keys()],
      partner,
      outer.map(([, end]) => end),
    ),
  };
}

function merge(own: Fields, given: Fields): Fields {
  const all: Record<string, unknown> = { ...own };
  for (const [key, value] of Object.entries(given)) {
    const before = all[key];
    all[key] =
      typeof before === "object" && typeof value === "object" ? merge(before as Fields, value as Fields) : value;
  }
  return all;
}

const ZERO: Complex = [0, 0];

function closed(
  s: readonly (readonly Complex[])[],
  inside: readonly number[],
  partner: ReadonlyMap<number, number>,
  outside: readonly number[],
): Complex[][] {
  // (1 - S_ii P) b = S_ie for every outer column, by elimination with pivots
  const n = inside.length;
  const rows = inside.map((i, r): Complex[] => [
    ...inside.map((j, c): Complex => {
      const [re, im] = s[i]![partner.get(j)!]!;
      return [(r === c ? 1 : 0) - re, -im];
    }),
    ...outside.map((e) => s[i]![e]!),
  ]);
  for (let c = 0; c < n; c += 1) {
    let pivot = c;
    for (let r = c + 1; r < n; r += 1) if (size(rows[r]![c]!) > size(rows[pivot]![c]!)) pivot = r;
    if (size(rows[pivot]![c]!) < 1e-12) throw new Error("resonance");
    [rows[c], rows[pivot]] = [rows[pivot]!, rows[c]!];
    for (let r = 0; r < n; r += 1) {
      if (r === c || size(rows[r]![c]!) === 0) continue;
      const factor = divide(rows[r]![c]!, rows[c]![c]!);
      for (let k = c; k < n + outside.length; k += 1) rows[r]![k] = minus(rows[r]![k]!, times(factor, rows[c]![k]!));
    }
  }
  return outside.map((e) =>
    outside.map((f, column) =>
      inside.reduce<Complex>((sum, j, r) => {
        const b = divide(rows[r]![n + column]!, rows[r]![r]!);
        return plus(sum, times(s[e]![partner.get(j)!]!, b));
      }, s[e]![f]!),
    ),
  );
}

const size = ([re, im]: Complex): number => Math.hypot(re, im);
const plus = (a: Complex, b: Complex): Complex => [a[0] + b[0], a[1] + b[1]];
const minus = (a: Complex, b: Complex): Complex => [a[0] - b[0], a[1] - b[1]];
const times = (a: Complex, b: Complex): Complex => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
const divide = (a: Complex, b: Complex): Complex => {
  const d = b[0] * b[0] + b[1] * b[1];
  return [(a[0] * b[0] + a[1] * b[1]) / d, (a[1] * b[0] - a[0] * b[1]) / d];
};
