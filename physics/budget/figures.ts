import type { Metric } from "../../dsl/index.ts";
import type { QuantityKey } from "../technology/quantities.ts";

/** What a part of the circuit adds to a figure, in the figure's base unit. */
export interface FigurePart {
  /** For people, in the plural: `crossings`, `heaters of MZIs`. */
  readonly name: string;
  readonly value: number;
  /** The quantity of the technology that it is proportional to, where there is one. */
  readonly of?: QuantityKey;
}

/** One figure of a circuit under a technology at a symbol rate, in its base unit (1, W, dB, s, m2), or why there is none. */
export type Figure = FigureValue | FigureMissing;

export interface FigureValue {
  readonly kind: "value";
  readonly value: number;
  /** Quantities of the technology that it depends on. */
  readonly uses: readonly QuantityKey[];
  /** What it is made of, where it is a sum; empty where it is none. */
  readonly parts: readonly FigurePart[];
  /** Of an estimate, what it was estimated from and how surely. */
  readonly note?: string;
}

export interface FigureMissing {
  readonly kind: "not-computed";
  readonly reason: string;
  /** The quantity that the technology does not give, where that is why. */
  readonly missing: QuantityKey | null;
}

export function notComputed(reason: string): FigureMissing {
  return { kind: "not-computed", reason, missing: null };
}

/** A figure that is no sum. */
export function plainFigure(value: number, uses: readonly QuantityKey[] = [], note: string | null = null): FigureValue {
  return { kind: "value", value, uses, parts: [], ...(note === null ? {} : { note }) };
}

/** A figure for every metric that a spec can bound. */
export type BudgetFigures = Readonly<Record<Metric, Figure>>;
