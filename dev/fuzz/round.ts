import fc from "fast-check";
import { type Case, describeFault, type FuzzSubject, type Input, signatureOf } from "./material/case.ts";

/** What is tried: the first inputs under a seed, within some time, of some subjects. */
export interface Orders {
  readonly seed: number;
  readonly inputs: number;
  readonly minutes: number;
  /** Names of subjects, between commas; null for all of them. */
  readonly only: string | null;
}

export type News =
  /** Sent before each input, so that somebody outside knows which one hangs. `smaller`: tried to make a finding smaller. */
  | { readonly kind: "trying"; readonly text: Case; readonly smaller: boolean }
  | { readonly kind: "found"; readonly text: Case; readonly signature: string }
  /** The fuzzer itself fails; nothing more is tried. */
  | { readonly kind: "fault"; readonly fault: string }
  | { readonly kind: "end" };

/** Smaller inputs that are tried after a finding. */
const MOST_SMALLER = 200;

/** Tries inputs until they or the time end; after each new finding goes on under the next seed. */
export async function tryInputs(
  { seed, inputs, minutes, only }: Orders,
  all: readonly FuzzSubject[],
  say: (news: News) => void,
): Promise<void> {
  const end = performance.now() + minutes * 60_000;
  const subjects = all.filter(({ name }) => only === null || only.split(",").includes(name));
  const known = new Set<string>();
  let left = inputs;
  for (let round = seed; left > 0 && performance.now() < end; round++) {
    const { tried, found, fault } = await tryUntilFound(round, left, end, subjects, known, say);
    if (found !== null) {
      known.add(found.signature);
      say({ kind: "found", ...found });
    }
    if (fault !== null) return say({ kind: "fault", fault });
    left -= tried;
  }
  say({ kind: "end" });
}

interface Found {
  readonly text: Case;
  readonly signature: string;
}

interface Outcome {
  readonly tried: number;
  /** A finding that is not known, as small as it became. */
  readonly found: Found | null;
  readonly fault: string | null;
}

async function tryUntilFound(
  seed: number,
  inputs: number,
  end: number,
  subjects: readonly FuzzSubject[],
  known: ReadonlySet<string>,
  say: (news: News) => void,
): Promise<Outcome> {
  let tried = 0;
  let smaller = 0;
  let found: Found | null = null;
  const attempt = async (subject: FuzzSubject, input: Input): Promise<void> => {
    if (found === null) tried++;
    else if (++smaller > MOST_SMALLER) return;
    const place = { subject: subject.name, seed, index: tried - 1 };
    const text: Case = { format: "optinc.fuzz-case", ...place, found: "", input };
    say({ kind: "trying", text, smaller: found !== null });
    const fault = await faultOf(subject, input);
    if (fault === null) return;
    const now = { text: { ...text, found: fault }, signature: `${subject.name}: ${signatureOf(fault)}` };
    if (known.has(now.signature)) say({ kind: "found", ...now });
    if (known.has(now.signature) || (found !== null && found.signature !== now.signature)) return;
    found = now;
    throw new Error(fault);
  };
  const choices = subjects.map((subject) => ({
    weight: subject.weight,
    arbitrary: subject.inputs.map((input) => ({ subject, input })),
  }));
  const property = fc.asyncProperty(fc.oneof(...choices), ({ subject, input }) => attempt(subject, input));
  try {
    const interruptAfterTimeLimit = Math.min(end - performance.now(), 2 ** 31 - 1);
    await fc.check(property, { seed, numRuns: inputs, interruptAfterTimeLimit });
    return { tried, found, fault: null };
  } catch (error) {
    const fault = `the fuzzer cannot make an input: seed ${seed}, input ${tried}: ${describeFault(error)}`;
    return { tried, found, fault };
  }
}

async function faultOf(subject: FuzzSubject, input: Input): Promise<string | null> {
  try {
    await subject.run(input);
    return null;
  } catch (error) {
    return describeFault(error);
  }
}
