/** A JSON object whose keys are not known yet. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value must be: of a type, what a test takes, or an object with such fields; a field whose name ends in `?` may be missing. */
export type Shape =
  | "string"
  | "number"
  | "boolean"
  | "function"
  | ((value: unknown) => boolean)
  | { readonly [field: string]: Shape };

/** Whether a value that may be anything has a shape; fields that the shape does not name may be there too. */
export function fits<T>(value: unknown, shape: Shape): value is T {
  if (typeof shape === "string") return typeof value === shape;
  if (typeof shape === "function") return shape(value);
  if (!isFields(value)) return false;
  return Object.entries(shape).every(([name, of]) => {
    const field = value[name.replace("?", "")];
    return (field === undefined && name.endsWith("?")) || fits(field, of);
  });
}

export function listOf(shape: Shape): Shape {
  return (value) => Array.isArray(value) && value.every((each) => fits(each, shape));
}

export function oneOf(...values: readonly unknown[]): Shape {
  return (value) => values.includes(value);
}
