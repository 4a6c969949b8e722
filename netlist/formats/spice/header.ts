import type { Aggregate } from "../../circuit/circuit.ts";
import { refuseUnless, Unreadable } from "./cards.ts";

/** The first two lines of the file of a circuit: its name and its aggregate, for people and for the reader. */
export function headerLines(name: string, aggregate: Aggregate): string {
  const { workers, bits, levels, signed, rounding, symbols, fanIn } = aggregate;
  const settings = `workers=${workers} bits=${bits} levels=${levels} signed=${signed} rounding=${rounding} symbols=${symbols}`;
  const cascade = fanIn === undefined ? "" : ` fan-in=${fanIn.join(",")}`;
  return (
    `* ${name}: ${workers} workers, ${bits} bits, ${levels} levels, ${rounding}\n` +
    `* optinc aggregate: ${settings}${cascade}\n`
  );
}

const SETTINGS =
  /^\* optinc aggregate: workers=(\d{1,9}) bits=(\d{1,9}) levels=(\d{1,9}) signed=(true|false) rounding=(floor|half-up|none|half-even) symbols=(\d{1,9})(?: fan-in=(\d{1,9}(?:,\d{1,9}){0,63}))?$/;

/** What `headerLines` wrote; throws Unreadable where the two lines are missing or do not say the same. */
export function readHeader(text: string): { name: string; aggregate: Aggregate } {
  const [first = "", second = ""] = text.split("\n", 2).map((line) => line.replace(/\r$/, ""));
  const [, workers, bits, levels, signed, rounding, symbols, fanIn] = SETTINGS.exec(second) ?? [];
  const name = /^\* (.*): \d+ workers, /.exec(first)?.[1];
  if (
    name === undefined ||
    (rounding !== "floor" && rounding !== "half-up" && rounding !== "half-even" && rounding !== "none")
  ) {
    throw new Unreadable("the header does not say what the circuit computes", "line 1");
  }
  const aggregate: Aggregate = {
    workers: Number(workers),
    bits: Number(bits),
    levels: Number(levels),
    signed: signed === "true",
    rounding,
    symbols: Number(symbols),
    ...(fanIn === undefined ? {} : { fanIn: fanIn.split(",").map(Number) }),
  };
  refuseUnless(
    `${first}\n${second}\n` === headerLines(name, aggregate),
    "the first two lines of the header do not say the same",
    "line 1",
  );
  return { name, aggregate };
}
