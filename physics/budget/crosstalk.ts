import { type Circuit, crosstalkCircuit, seededRandom } from "../../netlist/index.ts";
import { distinctVectors, type Steps, verifySteps, within } from "../../verify/index.ts";
import { MOST_VECTORS, SAMPLE } from "../chips/tried-words.ts";
import type { Technology } from "../technology/technology.ts";
import { type Answer, answerOf } from "./answers.ts";

/** Chips whose crossings leak, each with phases of its own. */
const CHIPS = 20;

/** What a placed circuit does when its crossings leak. */
export interface CrossingCrosstalk {
  readonly crossings: number;
  /** Power in the crossed waveguide over that in the crossing one, dB. */
  readonly ratioDb: number;
  readonly chips: number;
  /** Of them: those that gave every word right. */
  readonly rightChips: number;
  readonly vectors: number;
  /** Whether these are all. */
  readonly all: boolean;
  /** Of the vectors of all chips, the share that some worker reads wrong. */
  readonly wrongShare: number;
  /** The farthest that a receiver was off on a chip that was right, in levels; half a level is wrong. */
  readonly worstReceiverError: number;
  readonly seed: number;
}

/**
 * The leak of a crossing arrives with a phase that lengths between crossings decide, and nobody knows: each chip draws one a crossing,
 * evenly, and its words are compared with the mean. Light that leaks backwards, and light of one crossing that leaks again, is in it
 * as far as it goes forward. Null where the circuit is not placed or nothing crosses. Phases are those of the design: a bring-up
 * would take part of the leak away.
 */
export function* crosstalkSteps(
  circuit: Circuit,
  technology: Technology,
  seed: number,
): Steps<Answer<CrossingCrosstalk> | null> {
  if (circuit.placement === undefined) return null;
  const { crossings, withCrosstalk } = crosstalkCircuit(circuit);
  if (crossings === 0) return null;
  const given = answerOf(technology, (reading) => reading.value("crossing-crosstalk"));
  if (given.kind === "not-computed") return given;
  const ratioDb = given.value;
  const all = distinctVectors(circuit.aggregate) <= MOST_VECTORS;
  const random = seededRandom(seed);
  let rightChips = 0;
  let worstReceiverError = 0;
  let vectors = 0;
  let wrong = 0;
  for (let chip = 0; chip < CHIPS; chip++) {
    const phases = Float64Array.from({ length: crossings }, () => 2 * Math.PI * random());
    const disturbed = withCrosstalk(10 ** (ratioDb / 10), (crossing) => phases[crossing]!);
    const inputs = all ? ({ kind: "tried" } as const) : ({ kind: "sampled", samples: SAMPLE } as const);
    const report = yield* within(verifySteps(disturbed, { inputs, seed }), () => {
      return { done: chip, total: CHIPS, unit: "chips", wrong: null };
    });
    vectors = report.vectors;
    wrong += report.wrong;
    if (report.wrong > 0) continue;
    rightChips++;
    worstReceiverError = Math.max(worstReceiverError, report.worstReceiverError);
  }
  const wrongShare = wrong / (CHIPS * vectors);
  const value = { crossings, ratioDb, chips: CHIPS, rightChips, vectors, all, wrongShare, worstReceiverError, seed };
  return { kind: "value", value, uses: given.uses };
}
