import { expect } from "vitest";
import type { Spec } from "../../dsl/index.ts";
import type { DesignedSpec } from "../../toolchain/design/choose.ts";
import type { DesignChoice } from "../../toolchain/design/search.ts";
import { chooseDesign, compile, parseSpecs, type Technology } from "../../toolchain/index.ts";
import { technology } from "../physics/specs.ts";

export const published: Technology = technology("best-published");

export function specOf(lines: string): Spec {
  const { value, diagnostics } = parseSpecs({ name: "a.optinc", text: `aggregate a {\n${lines}\n}\n` });
  expect(diagnostics).toEqual([]);
  return value![0]!;
}

export const asked = (workers: number, bits: number, more = "launch-power <= 5 dBm"): Spec =>
  specOf(`workers ${workers}; precision ${bits} bits; technology "best-published"; symbol-rate >= 10 GBd
    require { word-error-rate <= 1e-12; ${more} }`);

export async function chosenFor(spec: Spec): Promise<DesignedSpec & { readonly choice: DesignChoice }> {
  const { value, diagnostics } = await chooseDesign(spec, published);
  expect(diagnostics).toEqual([]);
  return { ...value!, choice: value!.choice! };
}

/** A spec of that many workers and bits compiles to a proved circuit that keeps 5 dBm at 10 GBd. */
export async function expectCloses(workers: number, bits: number): Promise<void> {
  const { value, diagnostics } = await compile(asked(workers, bits), { technology: published });
  expect(diagnostics).toEqual([]);
  expect(value!.evidence).toMatchObject({ kind: "proved", proof: { holds: true } });
  expect(value!.requirements.map(({ met }) => met)).toEqual([true, true]);
  expect(value!.spec.symbolRateBd).toBe(10e9);
  expect(value!.design!.chosen.largestRateBd).toBeGreaterThanOrEqual(1e10);
}
