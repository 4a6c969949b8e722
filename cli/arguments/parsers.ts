import { InvalidArgumentError } from "commander";
import { type Dimension, findUnit, unitNames } from "../../dsl/index.ts";

/** Gathers `key=value`. */
export function keyValue(text: string, earlier: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It takes key=value.");
  return { ...earlier, [text.slice(0, at)]: text.slice(at + 1) };
}

/** Of what is written beside a report: standard output has one text, and commands print others to it. */
export function fileName(text: string): string {
  if (text === "-") throw new InvalidArgumentError("It takes the name of a file; standard output is for the report.");
  return text;
}

/** Parser of different values between commas. */
export function list<T>(parse: (part: string) => T): (text: string) => readonly T[] {
  return (text) => [...new Set(text.split(",").map((part) => parse(part.trim())))];
}

export function seed(text: string): number {
  return count(0)(text);
}

/** Parser of whole numbers from `least` on; exponents as in specs, `1e6`. */
export function count(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+(\.\d+)?(e\+?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`It takes a whole number from ${least} on.`);
    }
    return value;
  };
}

export function share(text: string): number {
  const [, number = "", percent] = /^([^%]+?)\s*(%)?$/.exec(text.trim()) ?? [];
  const value = number === "" ? Number.NaN : Number(number) / (percent === undefined ? 1 : 100);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError("It takes a share above 0, such as 99% or 0.99.");
  return value;
}

/** Parser of a positive quantity with its unit, `25GBd` or `3 dBm`, to the base unit. */
export function quantity(dimension: Dimension): (text: string) => number {
  return (text) => {
    const [, number = "", name = ""] = /^\s*([-+]?[\d.]+(?:e[-+]?\d+)?)\s*([A-Za-z]+)\s*$/i.exec(text) ?? [];
    const unit = findUnit(name);
    const value = unit?.dimension === dimension && number !== "" ? unit.toBase(Number(number)) : Number.NaN;
    if (!Number.isFinite(value) || value <= 0) {
      throw new InvalidArgumentError(
        `It takes a number with a unit of a ${dimension}: ${unitNames(dimension).join(", ")}.`,
      );
    }
    return value;
  };
}

/** Of a standard deviation; 0 for none. */
export function radians(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!(value >= 0 && value <= Math.PI)) throw new InvalidArgumentError("It takes a number from 0 to 3.14.");
  return value;
}

export function positive(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("It takes a positive number, in radians.");
  return value;
}
