import { parentPort, workerData } from "node:worker_threads";
import { type Case, describeFault, type FuzzSubject, type Input, signatureOf } from "./material/case.ts";
import { allSubjects, makeInput } from "./subjects/index.ts";

/** What run.ts hands over. */
export interface Orders {
  readonly seed: number;
  /** First input, and the first that is not tried any more. */
  readonly from: number;
  readonly to: number;
  readonly only: string | null;
  /** [0]: the input that is being tried. */
  readonly place: Int32Array;
}

export type News =
  | { readonly kind: "counts"; readonly counts: Readonly<Record<string, number>> }
  | { readonly kind: "found"; readonly text: Case; readonly signature: string }
  /** The fuzzer itself fails; nothing more is tried. */
  | { readonly kind: "fault"; readonly fault: string }
  | { readonly kind: "end" };

async function main(orders: Orders): Promise<void> {
  const say = (news: News): void => parentPort?.postMessage(news);
  const subjects = selectSubjects(allSubjects(), orders.only);
  let counts: Record<string, number> = {};
  let told = performance.now();
  for (let index = orders.from; index < orders.to; index++) {
    Atomics.store(orders.place, 0, index);
    const made = makeInput(subjects, orders.seed, index);
    if (made.kind === "fault") {
      say({ kind: "counts", counts });
      say(made);
      return;
    }
    const { subject, input } = made;
    const fault = await faultOf(subject, input);
    counts[subject.name] = (counts[subject.name] ?? 0) + 1;
    if (fault !== null) {
      const { name } = subject;
      const text: Case = { format: "optinc.fuzz-case", subject: name, seed: orders.seed, index, found: fault, input };
      say({ kind: "found", text, signature: `${name}: ${signatureOf(fault)}` });
    }
    if (performance.now() - told > 500) {
      say({ kind: "counts", counts });
      counts = {};
      told = performance.now();
    }
  }
  say({ kind: "counts", counts });
  say({ kind: "end" });
}

export function selectSubjects(subjects: readonly FuzzSubject[], only: string | null): readonly FuzzSubject[] {
  return only === null ? subjects : subjects.filter(({ name }) => only.split(",").includes(name));
}

async function faultOf(subject: FuzzSubject, input: Input): Promise<string | null> {
  try {
    await subject.run(input);
    return null;
  } catch (error) {
    return describeFault(error);
  }
}

if (workerData !== null) await main(workerData as Orders);
