/**
 * Bounds of the language, each said here alone: what rows, checks, pages and other modules refuse or go by. A larger or
 * hostile input is refused at once.
 */
export const limits = {
  /** UTF-16 units, 1 Mi. */
  textLength: 1_048_576,
  /** UTF-16 units, 256 Ki: the YAML parser spends up to 10 us on a unit of a text that is all errors. */
  yamlLength: 262_144,
  tokens: 100_000,
  /** Blocks in blocks; the language needs two, and a parser's stack is finite. */
  nesting: 16,
  aggregates: 256,
  nameLength: 64,
  workers: 4096,
  /** Of one unit, for workers or for units below it. */
  unitInputs: 64,
  cascadeLevels: 12,
  precisionBits: 32,
  sampledVectors: 1e9,
  /** Of a network that cannot be proved and has too many vectors to try all. */
  samplesByDefault: 100_000,
  exhaustiveVectors: 5e7,
  exhaustiveByDefault: 2e6,
  layerWidth: 2048,
  hiddenLayers: 32,
  /** 32 bits. */
  seed: 4_294_967_295,
  /** Of training. */
  threads: 64,
  /** Simulated, of one phase error. */
  chips: 1e6,
  /** Of one axis of a study. */
  axisValues: 1000,
  studyPoints: 100_000,
  /** Of circuit.json, 480 MiB: what is larger is not read, as one string hardly holds it, and so it is not made. */
  circuitBytes: 503_316_480,
} as const;

/** `2e6`, `1e5`, but `2048`: the shortest way to write a bound. */
export function short(bound: number): string {
  const scientific = bound.toExponential().replace("e+", "e");
  return scientific.length < String(bound).length ? scientific : String(bound);
}
