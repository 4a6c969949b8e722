import { describe, expect, test } from "vitest";
import type { Spec } from "../../dsl/index.ts";
import { compile, parseSpecs, verify } from "../../toolchain/index.ts";
import type { StepProgress } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { technology as shipped } from "../physics/specs.ts";

const reason = new Error("the user went away");

/** Aborts at the first call of the hook that is handed out, and counts the calls. */
function abortsOnce(): { readonly signal: AbortSignal; readonly hook: () => void; readonly calls: () => number } {
  const controller = new AbortController();
  let calls = 0;
  return {
    signal: controller.signal,
    hook: () => {
      calls += 1;
      controller.abort(reason);
    },
    calls: () => calls,
  };
}

const compiledOf = async (spec: Spec) => (await compile(spec)).value!;

describe("verify and its signal", () => {
  test("an aborted one ends the work in its middle, with the signal's reason", async () => {
    const { circuit } = await compiledOf(specOf(4, 8, 4));
    const { signal, hook } = abortsOnce();
    let tried = 0;
    const progress = (done: number): void => {
      tried = done;
      hook();
    };
    // 1e9 vectors would take minutes; some hundred thousand pass before the event loop has its turn.
    const work = verify(circuit, { inputs: { kind: "sampled", samples: 1e9 }, progress, signal });
    await expect(work).rejects.toBe(reason);
    expect(tried).toBeGreaterThan(0);
    expect(tried).toBeLessThan(1e8);
  });

  test("one that was aborted before lets nothing begin", async () => {
    const { circuit } = await compiledOf(specOf(2, 2, 4));
    let begun = false;
    const progress = (): void => {
      begun = true;
    };
    await expect(verify(circuit, { signal: AbortSignal.abort(reason), progress })).rejects.toBe(reason);
    expect(begun).toBe(false);
  });

  test("one that is not aborted, or too late, changes nothing", async () => {
    const { circuit } = await compiledOf(specOf(2, 2, 4));
    const controller = new AbortController();
    const report = await verify(circuit, { signal: controller.signal });
    controller.abort(reason);
    expect(report).toEqual(await verify(circuit));
  });
});

describe("compile and its signal", () => {
  test("an aborted one ends the proof in its middle", async () => {
    const controller = new AbortController();
    let turns = 0;
    let ended = false;
    const count = (): void => {
      turns += 1;
      if (!ended) setImmediate(count);
    };
    // A timer fires when the work first lets the event loop turn, which is in the proof. It would take many turns more.
    setTimeout(() => {
      controller.abort(reason);
      setImmediate(count);
    });
    await expect(compile(specOf(64, 32, 4), { signal: controller.signal })).rejects.toBe(reason);
    ended = true;
    expect(turns).toBeLessThan(4);
  });

  test("an aborted one ends the budget and the chips of a requirement in their middle", async () => {
    const technology = shipped("foundry-si");
    for (const [body, stage] of [
      ["workers 32; precision 16 bits", "budget"],
      [
        "workers 4; precision 8 bits; network constructed { decision-margin 0.4 }; require { yield >= 99 % at phase 0.01 rad }",
        "requirements",
      ],
    ]) {
      const source = { name: "m.optinc", text: `aggregate m { ${body}; technology "foundry-si" }` };
      const [spec] = parseSpecs(source).value!;
      const { signal, hook, calls } = abortsOnce();
      let last: StepProgress = { done: 0, total: 0, unit: "states", wrong: null };
      const onStep = (at: string, progress: StepProgress): void => {
        // planning the chips comes first, which a busy machine may be at when the event loop has its turn
        if (at !== stage || progress.unit === "states") return;
        last = progress;
        hook();
      };
      await expect(compile(spec!, { technology, onStep, signal }), stage).rejects.toBe(reason);
      expect(stage === "budget" ? ["cells", "words"] : ["chips"]).toContain(last.unit);
      expect(last.done, stage).toBeLessThan(last.total);
      // what passes before the event loop has its turn
      expect(calls(), stage).toBeLessThan(200);
    }
  });

  test("one says its circuit once, before the proof", async () => {
    const told: unknown[] = [];
    const say = (what: unknown): number => told.push(what);
    const { value } = await compile(specOf(4, 8, 4), { onCircuit: say, onStep: say });
    expect(told[0]).toBe(value!.circuit);
    expect(new Set(told.slice(1))).toEqual(new Set(["proof"]));
  });

  test("an aborted one ends the chips", async () => {
    const { signal, hook, calls } = abortsOnce();
    // The chips of one phase error may pass before the event loop has its turn; those of the next do not begin.
    const spec = specOf(16, 4, 4);
    const chipsWith = (onChip: () => void) => ({
      chips: 20,
      onStep: (stage: string) => (stage === "robustness" ? onChip() : undefined),
    });
    await expect(compile(spec, { ...chipsWith(hook), signal })).rejects.toBe(reason);
    let all = 0;
    await compile(
      spec,
      chipsWith(() => all++),
    );
    expect(calls()).toBeLessThan(all);
  });

  test("one that was aborted before lets nothing begin", async () => {
    await expect(compile(specOf(2, 2, 4), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test("one that is not aborted changes nothing", async () => {
    const { signal } = new AbortController();
    const spec = specOf(2, 2, 4);
    expect((await compile(spec, { signal, chips: 2 })).value).toEqual((await compile(spec, { chips: 2 })).value);
  });
});
