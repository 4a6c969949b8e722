/** A value of a JSON text replaced, and where. */
export interface Mutation {
  readonly where: string;
  readonly value: unknown;
}

/** Every value, key and element of a JSON value changed in every way that somebody might try, one at a time. */
export function* mutations(value: unknown, where: string = "$"): Generator<Mutation> {
  for (const other of alternatives(value)) yield { where: `${where} = ${JSON.stringify(other)}`, value: other };
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      yield { where: `${where} without ${i}`, value: value.toSpliced(i, 1) };
      yield { where: `${where} with ${i} twice`, value: value.toSpliced(i, 0, item) };
      if (i > 0) yield { where: `${where} with ${i} first`, value: [item, ...value.toSpliced(i, 1)] };
      for (const inner of mutations(item, `${where}[${i}]`)) {
        yield { where: inner.where, value: value.with(i, inner.value) };
      }
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      const { [key]: _, ...rest } = value as Record<string, unknown>;
      yield { where: `${where} without ${key}`, value: rest };
      for (const inner of mutations(item, `${where}.${key}`)) {
        yield { where: inner.where, value: { ...value, [key]: inner.value } };
      }
    }
  }
}

function alternatives(value: unknown): unknown[] {
  switch (typeof value) {
    case "number":
      return [0, -value, value + 1, value - 1, value * 1.3, 1e308, -1e308, null, "1"].filter((it) => it !== value);
    case "string":
      return ["", `${value}x`, "sum", "bit", "relu", "splitter", "floor", "half-even", 1].filter((it) => it !== value);
    case "boolean":
      return [!value, 1];
    default:
      return value === null ? [0, {}, []] : [null];
  }
}
