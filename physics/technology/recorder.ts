import type { QuantityKey } from "./quantities.ts";
import type { Technology } from "./technology.ts";

/** The values of a technology, and which of them were asked for: an answer knows by it what it depends on. */
export interface Reading {
  /** In the base unit; throws NotGiven where the technology does not say. */
  readonly value: (key: QuantityKey) => number;
  /** Whether the technology says it; asking uses nothing. */
  readonly has: (key: QuantityKey) => boolean;
  /** Keys whose value was asked for, given or not. */
  readonly used: ReadonlySet<QuantityKey>;
}

/** What `value` throws: an ordinary outcome of a figure, which then is not computed. */
export interface NotGiven extends Error {
  readonly kind: "not given";
  readonly key: QuantityKey;
}

/** Each figure takes a reading of its own, so that `used` is what that figure used. */
export function readingOf({ name, entries }: Technology): Reading {
  const used = new Set<QuantityKey>();
  return {
    used,
    has: (key) => entries[key] !== undefined,
    value: (key) => {
      used.add(key);
      const entry = entries[key];
      if (entry === undefined) throw notGiven(name, key);
      return entry.value;
    },
  };
}

export function isNotGiven(error: unknown): error is NotGiven {
  return error instanceof Error && "kind" in error && error.kind === "not given";
}

/** What `make` gives, or `otherwise` where a quantity misses, which is then named in `notGiven`. */
export function orElse<T>(notGiven: string[], make: () => T, otherwise: T): T {
  try {
    return make();
  } catch (error) {
    if (!isNotGiven(error)) throw error;
    notGiven.push(error.key);
    return otherwise;
  }
}

function notGiven(technology: string, key: QuantityKey): NotGiven {
  const error = new Error(`the technology ${technology} does not give \`${key}\``);
  return Object.assign(error, { kind: "not given" as const, key });
}
