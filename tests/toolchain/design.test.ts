import { describe, expect, test } from "vitest";
import { formatSpec, parseStudies, studySpecs } from "../../dsl/index.ts";
import { candidateSteps } from "../../toolchain/design/designs.ts";
import { leastSteps, measureSteps } from "../../toolchain/design/search.ts";
import { chooseDesign, compile, measurePoint, paretoFront, parseSpecs, studyPoints } from "../../toolchain/index.ts";
import { finish } from "../../verify/index.ts";
import { technology } from "../physics/specs.ts";
import { allRounds, every } from "../rounds.ts";
import { asked, chosenFor, expectCloses, published, specOf } from "./designs.ts";

describe("a spec that requires something and leaves its network to the compiler", () => {
  test("gets the fewest devices that keep it, and the next best beside", async () => {
    const { choice, spec, conflict } = await chosenFor(asked(4, 8, "launch-power <= 0 dBm; latency <= 4 ns"));
    expect(conflict).toBeNull();
    expect(choice.chosen.results!.map(({ met }) => met)).toEqual([true, true, true]);
    expect(spec.free).toEqual([]);
    // With 8 neurons, nothing regenerated, it asks for more.
    expect([choice.chosen.mzis, choice.chosen.neurons]).toEqual([52, 11]);
    expect([choice.runnerUp!.mzis, choice.runnerUp!.neurons]).toEqual([52, 12]);
    expect(choice.tried.length).toBeLessThan(choice.designs);
    // Ports in another order save no MZI.
    const kept = choice.tried.filter(({ keepsAll }) => keepsAll).map((it) => JSON.stringify(it.spec.network));
    expect(new Set(kept).size).toBe(kept.length);
  });

  test("of 2 workers and 4 bits closes by itself at 5 dBm and 10 GBd", async () => {
    await expectCloses(2, 4);
  });

  test("keeps what is written, and is canonical", async () => {
    const spec =
      specOf(`workers 4; precision 2 bits; topology cascade 2 x 2; technology "best-published"; symbol-rate 10 GBd
      prefer launch-power
      require { launch-power <= 5 dBm }`);
    expect(spec.free).toEqual(["network", "port-order"]);
    const again = parseSpecs({ name: "b.optinc", text: formatSpec(spec) }).value![0]!;
    expect({ ...again, requirements: [] }).toEqual({ ...spec, requirements: [], defaults: [] });
    const { choice, spec: chosen } = await chosenFor(spec);
    expect(chosen.topology).toEqual({ kind: "cascade", fanIn: [2, 2] });
    const least = Math.min(...choice.tried.map(({ launchPowerW }) => launchPowerW ?? Number.POSITIVE_INFINITY));
    expect(choice.chosen.launchPowerW).toBe(least);
  });
});

test("without a requirement, without a technology, or with a setting of the network nothing is free", () => {
  const lines = 'workers 4; precision 8 bits; technology "best-published"';
  expect(specOf(lines).free).toEqual([]);
  expect(specOf("workers 4; precision 8 bits; require { mzis <= 90 }").free).toEqual([]);
  expect(specOf(`${lines}; require { mzis <= 90 }; network constructed { outputs direct }`).free).toEqual([]);
  expect(specOf(`${lines}; require { mzis <= 90 }; network constructed`).free).toEqual([
    "network",
    "topology",
    "port-order",
  ]);
});

test("requirements that exclude each other are named, a smallest set of them, with the nearest figure of each", async () => {
  const spec = specOf(`workers 4; precision 2 bits; topology single; technology "best-published"; symbol-rate >= 10 GBd
    require { word-error-rate <= 1e-12; launch-power <= -13 dBm; area <= 5 mm2; latency <= 5 ns }`);
  const { choice, conflict } = await chosenFor(spec);
  expect(choice.chosen.keepsAll).toBe(false);
  // The others miss as much without lengths.
  expect(choice.tried.length + choice.leftOut.length).toBe(choice.designs);
  expect(conflict!.code).toBe("OPT0824");
  expect([conflict!.message, ...conflict!.labels.map(({ text }) => text), conflict!.help]).toMatchInlineSnapshot(`
    [
      "a: no design keeps \`word-error-rate <= 1e-12\`, \`launch-power <= -13 dBm\` and \`area <= 5 mm2\` together",
      "the least with the others kept: 1.658e-8",
      "the least with the others kept: -10.88 dBm",
      "the least with the others kept: 5.548 mm2",
      "the best of 6 tried among 20 designs was taken: neuron saturating; threshold electronic; residual direct; outputs regenerated; decision-margin 0.45; port-order by-worker; symbol-rate 10 GBd",
    ]
  `);
});

test("where no design is quiet enough, the one that keeps everything at the highest rate is named with it", async () => {
  const foundry = technology("foundry-si");
  const spec = specOf(`workers 2; precision 2 bits; topology single; technology "foundry-si"; symbol-rate >= 25 GBd
    require { word-error-rate <= 1e-12; launch-power <= -7 dBm }`);
  const { value } = await chooseDesign(spec, foundry);
  const help = value!.conflict!.help!;
  const rate = Number(/keeps `symbol-rate >= ([\d.]+) GBd`/.exec(help)![1]);
  expect(rate).toBeLessThan(25);
  const slower = { ...spec, symbolRateBd: rate * 1e9 };
  expect((await chooseDesign(slower, foundry)).value!.choice!.chosen.keepsAll).toBe(true);
});

test("a bound of the symbol rate that no design's parts follow is named, with what they follow", async () => {
  const spec = specOf(
    'workers 2; precision 2 bits; technology "best-published"; symbol-rate >= 60 GBd; require { latency <= 90 ns }',
  );
  const { choice, conflict } = await chosenFor(spec);
  expect(choice.chosen.keepsAll).toBe(true);
  expect(conflict!.message).toBe("a: no design keeps `symbol-rate >= 60 GBd`");
  const followed = /its parts follow ([\d.]+) GBd$/.exec(conflict!.help!)![1];
  expect(Number(followed)).toBeCloseTo(choice.chosen.largestRateBd / 1e9, 0);
  expect(Number(followed)).toBeLessThan(60);
});

test.each([
  ["energy-per-word", allRounds ? 4 : 2],
  ...(allRounds ? (["launch-power", "latency", "area", "power"] as const).map((it) => [it, 4] as const) : []),
  ...(allRounds ? [["mzis", 6] as const] : []),
] as const)("no figure is less with lengths than without them, nor what is preferred: %s", (prefer, workers) => {
  const spec = asked(workers, 4, "launch-power <= 5 dBm; latency <= 1 ns; energy-per-word <= 300 pJ; area <= 9 mm2");
  const request = { technology: published, prefer, seed: 1, free: [] } as const;
  let compared = 0;
  for (const design of every(3, finish(candidateSteps({ ...spec, prefer }, published)))) {
    const least = finish(leastSteps(design, request));
    const measured = finish(measureSteps(design, request));
    expect(least.preferred ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(
      measured.preferred ?? Number.POSITIVE_INFINITY,
    );
    expect(least.largestRateBd).toBeGreaterThanOrEqual(measured.largestRateBd * (1 - 1e-9));
    // The same signals, as losses are compensated.
    if (measured.results !== null) expect(measured.openRateBd / least.openRateBd).toBeCloseTo(1, 9);
    const known = least.results!.flatMap(({ metric, figure }) =>
      design.least[metric] === undefined || figure.kind !== "value" ? [] : [figure.value / design.least[metric]],
    );
    expect(known.map((it) => it.toFixed(9))).toEqual(["1.000000000", "1.000000000"]);
    for (const { metric, figure } of measured.results!) {
      const flattered = least.results!.find((each) => each.metric === metric)!.figure;
      if (figure.kind !== "value") continue;
      expect(flattered.kind, design.settings.join()).toBe("value");
      expect((flattered as { value: number }).value, `${metric} of ${design.settings.join()}`).toBeLessThanOrEqual(
        figure.value * (1 + 1e-9),
      );
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(20);
});

test.each([
  ["mzis <= 20", "each has 24 at least"],
  ["latency <= 0.1 ns", "each has 0.216 ns at least"],
  ["area <= 3 mm2", "each has 4.48 mm2 at least"],
])("a bound below every design is refused before any is measured, at its place: %s", async (bound, text) => {
  const spec = specOf(`workers 4; precision 4 bits; technology "best-published"; require { ${bound} }`);
  const labels = [{ span: spec.requirements[0]!.span, text }];
  expect(await chooseDesign(spec, published)).toMatchObject({
    value: null,
    diagnostics: [{ code: "OPT0830", labels }],
  });
});

test("the least bounds are kept, and a rate beyond all parts is refused", async () => {
  const kept = specOf(`workers 4; precision 4 bits; technology "best-published"; require { mzis <= 24 }`);
  const found = await chooseDesign(kept, published);
  expect([found.value!.choice!.chosen.mzis, found.diagnostics]).toEqual([24, []]);
  const idle = specOf(`workers 4; precision 4 bits; technology "best-published"; require { mzis <= 1000 }`);
  const labels = [{ span: idle.requirements[0]!.span, text: "none of 20 designs has more than 123" }];
  expect((await chooseDesign(idle, published)).diagnostics).toMatchObject([{ code: "OPT0235", labels }]);
  const fast = specOf(
    'workers 4; precision 4 bits; technology "best-published"; symbol-rate >= 120 GBd; require { mzis <= 90 }',
  );
  const message = "a: no design keeps `symbol-rate >= 120 GBd`";
  const place = [{ span: fast.rateBoundAt }];
  expect(await chooseDesign(fast, published)).toMatchObject({
    value: null,
    diagnostics: [{ code: "OPT0830", message, labels: place }],
  });
});

test.each(["heater-power <= 3 W", "area <= 25 mm2", "yield >= 1 %"])("%s: refused without a figure", async (line) => {
  const spec = specOf(`workers 2; precision 2 bits; technology "ideal"; require { ${line} }`);
  const labels = [{ span: spec.requirements[0]!.span }];
  const found = await chooseDesign(spec, technology("ideal"), { onStep: () => expect.fail("it searches") });
  expect(found).toMatchObject({ value: null, diagnostics: [{ code: "OPT0821", labels }] });
});

test("the search stops when it is told, and at the number of designs it is given", async () => {
  const few = { technology: published, designs: 1 };
  const { value, diagnostics } = await compile(asked(2, 4, "launch-power <= -40 dBm"), few);
  expect(value!.design).toMatchObject({ tried: { length: 1 } });
  const second = await chooseDesign(asked(2, 4), published, { designs: 1 });
  expect(second.value!.choice).toMatchObject({ exhausted: true, tried: { length: 1 } });
  // The compiler has chosen: no setting is advised.
  expect(diagnostics.map(({ help }) => help).join()).not.toContain("network constructed");
  const stop = new AbortController();
  const options = { signal: stop.signal, onStep: () => stop.abort(new Error("enough")) };
  await expect(chooseDesign(asked(2, 4), published, options)).rejects.toThrow("enough");
});

test.each(every(2, ["launch-power", "energy-per-word"] as const))(
  "what is chosen for least %s has the least on the front of a study of the same settings",
  async (metric) => {
    const text = `aggregate a {
    workers 2; precision ${allRounds ? 4 : 2} bits; topology single; technology "best-published"; symbol-rate 10 GBd; prefer ${metric}
    require { word-error-rate <= 1e-12; launch-power <= 5 dBm }
  }
  study s {
    aggregate a
    vary residual direct regenerated alternating; outputs direct regenerated; decision-margin 0.25 0.45
    measure mzis, ${metric}
    minimise mzis, ${metric}
  }`;
    const source = { name: "a.optinc", text };
    const [study] = parseStudies(source).value!;
    const specs = studySpecs(source, study!, { emitTargets: [] });
    const outcomes = await Promise.all(
      studyPoints(study!).map((values) => measurePoint(specs(values), study!, published)),
    );
    const least = Math.min(...paretoFront(study!, outcomes).map((number) => outcomes[number]!.figures[1]!));
    const { choice } = await chosenFor(parseSpecs(source).value![0]!);
    expect(choice.chosen.preferred).toBe(least);
    expect(choice.chosen.settings).toContain("threshold electronic");
  },
);
