import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { synthesise } from "../../compiler/index.ts";
import { formatSpec, parseStudies, type Spec, studySpecs } from "../../dsl/index.ts";
import { synthesiseIn } from "../../toolchain/circuit/synthesis.ts";
import { designsOf } from "../../toolchain/design/designs.ts";
import { keepsNoiseSteps } from "../../toolchain/design/search.ts";
import {
  chooseDesign,
  compile,
  measurePoint,
  paretoFront,
  parseSpecs,
  readTechnology,
  studyPoints,
  type Technology,
} from "../../toolchain/index.ts";
import { finish } from "../../verify/index.ts";
import { allRounds, every } from "../rounds.ts";

function technology(name: string): Technology {
  const text = readFileSync(new URL(`../../technologies/${name}.yaml`, import.meta.url), "utf8");
  return readTechnology({ name, text }).value!;
}

const published = technology("best-published");

function specOf(lines: string): Spec {
  const { value, diagnostics } = parseSpecs({ name: "a.optinc", text: `aggregate a {\n${lines}\n}\n` });
  expect(diagnostics).toEqual([]);
  return value![0]!;
}

const asked = (workers: number, bits: number, more = "launch-power <= 5 dBm"): Spec =>
  specOf(`workers ${workers}; precision ${bits} bits; technology "best-published"; symbol-rate >= 10 GBd
    require { word-error-rate <= 1e-12; ${more} }`);

async function chosenFor(spec: Spec) {
  const { value, diagnostics } = await chooseDesign(spec, published);
  expect(diagnostics).toEqual([]);
  return { ...value!, choice: value!.choice! };
}

describe("a spec that requires something and leaves its network to the compiler", () => {
  test("gets the fewest devices that keep it, and the next best beside", async () => {
    const { choice, spec, conflict } = await chosenFor(asked(4, 8, "launch-power <= 0 dBm"));
    expect(conflict).toBeNull();
    expect(choice.chosen.results!.map(({ met }) => met)).toEqual([true, true]);
    expect(spec.free).toEqual([]);
    // With 8 neurons, nothing regenerated, it asks for more.
    expect([choice.chosen.mzis, choice.chosen.neurons]).toEqual([52, 12]);
    expect([choice.runnerUp!.mzis, choice.runnerUp!.neurons]).toEqual([52, 15]);
    expect(choice.tried.length).toBeLessThan(choice.designs);
  });

  // The last one takes half a minute.
  test.each([[4, 8], ...(allRounds ? [[4, 16] as const, [8, 8] as const, [16, 8] as const] : [])] as const)(
    "of %i workers and %i bits closes by itself at 5 dBm and 10 GBd",
    async (workers, bits) => {
      const { value, diagnostics } = await compile(asked(workers, bits), { technology: published });
      expect(diagnostics).toEqual([]);
      expect(value!.evidence).toMatchObject({ kind: "proved", proof: { holds: true } });
      expect(value!.requirements.map(({ met }) => met)).toEqual([true, true]);
      expect(value!.spec.symbolRateBd).toBe(10e9);
      expect(value!.design!.chosen.largestRateBd).toBeGreaterThanOrEqual(1e10);
    },
  );

  test("keeps what is written, and is canonical", async () => {
    const spec =
      specOf(`workers 4; precision 4 bits; topology cascade 2 x 2; technology "best-published"; symbol-rate 10 GBd
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
  const spec = asked(4, 4, "launch-power <= -4 dBm; area <= 8.5 mm2; latency <= 5 ns");
  const { choice, conflict } = await chosenFor(spec);
  expect(choice.chosen.keepsAll).toBe(false);
  expect(choice.tried.length).toBe(choice.designs);
  expect(conflict!.code).toBe("OPT0824");
  expect([conflict!.message, ...conflict!.labels.map(({ text }) => text), conflict!.help]).toMatchInlineSnapshot(`
    [
      "a: no design keeps \`word-error-rate <= 1e-12\`, \`launch-power <= -4 dBm\` and \`area <= 8.5 mm2\` together",
      "the least with the others kept: 0.01721",
      "the least with the others kept: 4.233 dBm",
      "the least with the others kept: 11.21 mm2",
      "the best of 16 tried among 16 designs was taken: topology single; neuron saturating; threshold electronic; residual regenerated; outputs direct; decision-margin 0.45; port-order free; symbol-rate 10 GBd",
    ]
  `);
});

test("a bound of the symbol rate that no design's parts follow is named, with what they follow", async () => {
  const spec = specOf(
    'workers 4; precision 4 bits; technology "best-published"; symbol-rate >= 60 GBd; require { mzis <= 90 }',
  );
  const { choice, conflict } = await chosenFor(spec);
  expect(choice.chosen.keepsAll).toBe(true);
  expect(conflict!.message).toBe("a: no design keeps `symbol-rate >= 60 GBd`");
  const followed = /its parts follow ([\d.]+) GBd$/.exec(conflict!.help!)![1];
  expect(Number(followed)).toBeCloseTo(choice.chosen.largestRateBd / 1e9, 0);
  expect(Number(followed)).toBeLessThan(60);
});

test.each([4, ...(allRounds ? [6] : [])])(
  "what misses noise without lengths misses it with them: every design of %i workers",
  (workers) => {
    const spec = asked(workers, 4);
    for (const { spec: one, settings } of every(3, designsOf(spec, published))) {
      const without = synthesise(one).circuit;
      const { circuit } = synthesiseIn(one, published, { network: null }).value!;
      for (const watts of [1e-4, 3e-3, 1e-1]) {
        const keeps = [without, circuit].map((it) => finish(keepsNoiseSteps(it, one, published, watts)));
        expect(Number(keeps[1]), settings.join()).toBeLessThanOrEqual(Number(keeps[0]));
      }
    }
  },
);

test.each(["heater-power <= 3 W", "area <= 25 mm2", "yield >= 1 %"])("%s: refused without a figure", async (line) => {
  const spec = specOf(`workers 2; precision 2 bits; technology "ideal"; require { ${line} }`);
  const labels = [{ span: spec.requirements[0]!.span }];
  const found = await chooseDesign(spec, technology("ideal"), { onStep: () => expect.fail("it searches") });
  expect(found).toMatchObject({ value: null, diagnostics: [{ code: "OPT0821", labels }] });
});

test("the search stops when it is told, and at the number of designs it is given", async () => {
  const few = { technology: published, designs: 1 };
  const { value, diagnostics } = await compile(asked(4, 4, "launch-power <= -40 dBm"), few);
  expect(value!.design).toMatchObject({ exhausted: true, tried: { length: 1 } });
  // The compiler has chosen: no setting is advised.
  expect(diagnostics.map(({ help }) => help).join()).not.toContain("network constructed");
  const stop = new AbortController();
  const options = { signal: stop.signal, onStep: () => stop.abort(new Error("enough")) };
  await expect(chooseDesign(asked(4, 4), published, options)).rejects.toThrow("enough");
});

test("what is chosen for least launch power has the least on the front of a study of the same settings", async () => {
  const text = `aggregate a {
    workers 2; precision 4 bits; topology single; technology "best-published"; symbol-rate 10 GBd; prefer launch-power
    require { word-error-rate <= 1e-12; launch-power <= 5 dBm }
  }
  study s {
    aggregate a
    vary residual direct regenerated; outputs direct regenerated; decision-margin 0.25 0.45
    measure mzis, launch-power
    minimise mzis, launch-power
  }`;
  const source = { name: "a.optinc", text };
  const [study] = parseStudies(source).value!;
  const specs = studySpecs(source, study!, { emitTargets: [] });
  const outcomes = await Promise.all(
    studyPoints(study!).map((values) => measurePoint(specs(values), study!, published)),
  );
  const least = Math.min(...paretoFront(study!, outcomes).map((number) => outcomes[number]!.figures[1]!));
  const { choice } = await chosenFor(parseSpecs(source).value![0]!);
  expect(choice.chosen.launchPowerW).toBe(least);
  expect(choice.chosen.settings).toContain("threshold electronic");
});
