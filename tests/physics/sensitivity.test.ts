import { expect, it } from "vitest";
import { budgetSteps, noiseModelSteps, sensitivitySteps } from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";
import { circuitOf, given, technology as shipped, withValues } from "./specs.ts";

it("ranks what the answers hang on by what ten per cent more does, as solving again finds", async () => {
  const technology = shipped("best-published");
  const circuit = await circuitOf("workers 4; precision 8 bits; network constructed { decision-margin 0.35 }");
  const model = finish(noiseModelSteps(circuit));
  const options = { technology, symbolRateBd: 10e9, launchPowerW: 1e-2, wordErrorRate: 1e-12 };
  const budget = finish(budgetSteps(circuit, options, model));
  const rows = finish(sensitivitySteps(circuit, model, technology, budget));
  expect(rows.map(({ largest }) => largest)).toEqual(rows.map(({ largest }) => largest).sort((a, b) => b - a));
  const of = (key: string): (typeof rows)[number] => rows.find((row) => row.key === key)!;
  expect(of("neuron-delay")).toMatchObject({ kind: "assumed", launchPower: 0, area: 0 });
  expect(of("neuron-delay").latency).toBeGreaterThan(0.05);
  expect(of("lane-pitch").latency).toBe(0);
  expect(of("lane-pitch").area).toBeGreaterThan(0.005);
  expect(of("tia-noise").launchPower).toBeGreaterThan(0);
  // noise in a tenth more bandwidth asks for about a tenth more power; it is solved for again
  const entry = technology.entries["noise-bandwidth-ratio"]!;
  const more = withValues(technology, { "noise-bandwidth-ratio": 1.1 * entry.value });
  const again = finish(budgetSteps(circuit, { ...options, technology: more }, model)).figures["launch-power"];
  expect(of("noise-bandwidth-ratio").launchPower).toBeCloseTo(
    given(again) / given(budget.figures["launch-power"]) - 1,
    1,
  );
  expect(of("noise-bandwidth-ratio").launchPower).toBeGreaterThan(0.08);
});
