/** What a verification run did and found; plain data, printed by cli. */
export interface VerificationReport {
  readonly circuit: string;
  /**
   * exhaustive: all distinct vectors, which stand for all words; tried: all distinct vectors, and it was not shown that other
   * words of the same sums come out alike.
   */
  readonly mode: "exhaustive" | "tried" | "proof" | "sampled";
  /** Input vectors (distinct vectors of symbol sums) driven through the circuit. */
  readonly vectors: number;
  /** Vectors on which any worker's received word differs from the reference quantizer. */
  readonly wrong: number;
  /** What the wrong words are off by, most frequent first; of several workers the first that is wrong counts. */
  readonly errors: readonly WordErrorCount[];
  readonly counterexample: Counterexample | null;
  /** Sampled mode: with 95 % confidence the share of wrong vectors is below this; null otherwise. */
  readonly errorRateUpper95: number | null;
  readonly seed: number;
  readonly allReduce: AllReduceReport;
  /** Largest distance of a receiver's analog value from the level it should read, in levels. */
  readonly worstReceiverError: number;
  /** Present in proof mode, and in the others when the circuit carries a certificate and the proof was asked for. */
  readonly proof: ProofReport | null;
}

export interface WordErrorCount {
  /** Received word less expected word; NaN where it cannot be read. */
  readonly value: number;
  readonly count: number;
}

export interface AllReduceReport {
  readonly algorithm: "ring";
  /** Words of each worker's buffer, drawn by the run's seed. */
  readonly elements: number;
  /** Elements at which some worker's word after the all-reduce differs from the reference quantizer. */
  readonly differing: number;
  readonly steps: number;
  readonly transfers: number;
  /** Elements (words) sent by each worker per element of the vector: 2 (N - 1) / N for a ring. */
  readonly sentPerElement: number;
}

export interface Counterexample {
  /** The workers' words as numbers of the spec's signedness. */
  readonly words: readonly number[];
  readonly expected: number;
  readonly allReduce: number;
  /** Worker whose receivers read `got`. */
  readonly worker: number;
  readonly got: number;
  /** First symbol that differs, 0 = most significant, with both readings and the analog value at the receiver in levels. */
  readonly symbol: number;
  readonly expectedSymbol: number;
  readonly gotSymbol: number;
  readonly receiverValue: number;
}

export interface ProofReport extends Pick<Proof, "holds" | "problems" | "states" | "worstDeviation"> {
  readonly cells: number;
  /** Least distance of any comparator from a wrong decision over all reachable states, in LSB. */
  readonly comparatorMargin: number;
  /** An upper bound of what any cell's sum can be off by, in LSB: the margin less this is left. */
  readonly sumDeviation: number;
  /** Half a level less the largest receiver error, in levels. */
  readonly receiverMargin: number;
  readonly proved: readonly string[];
  readonly assumed: readonly string[];
  /** Signals, cells and receivers, each with its bounds. */
  readonly log: Proof;
}

/** Called now and then; `done` of `total` units of work. */
export type Progress = (done: number, total: number) => void;

export interface VerifyOptions {
  readonly inputs:
    | { readonly kind: "exhaustive" }
    /** As exhaustive, without the bounds that let the distinct vectors stand for all words. */
    | { readonly kind: "tried" }
    | { readonly kind: "proof" }
    | { readonly kind: "sampled"; readonly samples: number };
  readonly seed: number;
  /** Also prove the circuit in another mode than `proof`. */
  readonly proof?: boolean;
}

/** What was proved of a circuit: upper bounds, each NaN where nothing is known. */
export interface Proof {
  readonly holds: boolean;
  /** The bounds that fail, at most a few dozen: the circuit is then not decided. Empty when it holds. */
  readonly problems: readonly string[];
  /** Reachable states evaluated over all cells and outputs. */
  readonly states: number;
  /** What signals and receivers are off by in their states, without what may come in from outside: no bounds, but figures. */
  readonly worstDeviation: number;
  readonly receiverError: number;
  /** Of each signal, in its units. */
  readonly signals: readonly { readonly name: string; readonly deviation: number }[];
  readonly cells: readonly CellProof[];
  /** Of each output: how far its reading is from the claimed symbol, in levels. */
  readonly receivers: readonly { readonly name: string; readonly states: number; readonly error: number }[];
}

export interface CellProof {
  readonly name: string;
  readonly kind: string;
  /** Null for sums, which are linear. */
  readonly states: number | null;
  /** How far the sum may move in any state until a decision changes, in LSB; null where nothing is decided. */
  readonly margin: number | null;
  /** How far the sum may be off, in LSB. */
  readonly deviation: number;
}
