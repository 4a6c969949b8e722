import { expect, test } from "vitest";
import { asked, chosenFor, specOf } from "../toolchain/designs.ts";

test("`prefer yield` takes the design of which most chips are good, at the errors of the technology", async () => {
  const spec = specOf(`workers 2; precision 4 bits; topology single; technology "best-published"; prefer yield
    require { launch-power <= 5 dBm }`);
  const { choice } = await chosenFor(spec);
  const shares = choice.tried.map(({ preferred }) => -preferred!);
  expect(Math.min(...shares)).toBeLessThan(shares[0]!);
  expect(shares[0]).toBe(Math.max(...shares));
  expect(choice.chosen.results!.map(({ metric }) => metric)).toEqual(["launch-power"]);
  expect(choice.chosen.settings).toContain("decision-margin 0.45");
});

test("a required yield takes the design that costs more MZIs where the fewer break", async () => {
  const spec = specOf(`workers 4; precision 4 bits; technology "best-published"; symbol-rate 10 GBd
    require { launch-power <= 5 dBm; yield >= 85 % at phase 0.02 rad, splitter 1 % }`);
  const { choice } = await chosenFor(spec);
  expect([choice.chosen.mzis, choice.chosen.settings[0]]).toEqual([64, "topology cascade 2 x 2"]);
  expect(choice.tried.filter(({ keepsAll }) => !keepsAll).length).toBeGreaterThan(10);
});

test("a bound of the rate is exceeded where a required energy asks for it, and no further", async () => {
  const lines = (pj: number) => `workers 2; precision 4 bits; technology "best-published"; symbol-rate >= 10 GBd
    topology single; require { launch-power <= 5 dBm; energy-per-word <= ${pj} pJ }`;
  const at = async (pj: number) => (await chosenFor(specOf(lines(pj)))).choice.chosen;
  const [slow, fast] = [await at(1000), await at(60)];
  expect(slow.spec.symbolRateBd).toBe(1e10);
  expect(fast.spec.symbolRateBd).toBeGreaterThan(1.2e10);
  expect(fast.settings).toContain(`symbol-rate ${fast.spec.symbolRateBd / 1e9} GBd`);
  expect(fast.largestRateBd).toBeGreaterThanOrEqual(fast.spec.symbolRateBd);
});

test("8 workers take less energy than an electronic switch", async () => {
  const { choice } = await chosenFor(asked(8, 8, "launch-power <= 5 dBm; energy-per-word <= 852 pJ"));
  expect(choice.chosen.settings).toContain("residual alternating");
});
