import { describe, expect, it } from "vitest";
import { findUnit, type Metric, parseSpecs, renderDiagnostics, type Spec } from "../../dsl/index.ts";
import {
  type BudgetFigures,
  type Figure,
  judge,
  missesOf,
  type QuantityKey,
  type RequirementResult,
  type Technology,
} from "../../physics/index.ts";
import { compile } from "../../toolchain/index.ts";
import { technology as shipped, withValues } from "./specs.ts";

const none: Figure = { kind: "not-computed", reason: "it was not asked for", missing: null };

function value(of: number, parts: readonly [string, number][] = []): Figure {
  return { kind: "value", value: of, uses: [], parts: parts.map(([name, part]) => ({ name, value: part })) };
}

function figures(some: Partial<Record<Metric, Figure>>): BudgetFigures {
  return {
    "word-error-rate": none,
    "launch-power": none,
    "path-loss": none,
    latency: none,
    "heater-power": none,
    "energy-per-word": none,
    area: none,
    crossings: none,
    mzis: none,
    "temperature-range": none,
    "laser-drift": none,
    "fibre-mismatch": none,
    extinction: none,
    availability: none,
    yield: none,
    ...some,
  };
}

const entry = (written: string, base: number) => ({ value: base, written, source: "a test", kind: "assumed" as const });
const technology: Technology = {
  name: "of-a-test",
  description: "",
  neurons: {},
  layers: {},
  entries: {
    "local-oscillator-power": entry("1 mW", 1e-3),
    "heater-power-pi": entry("25 mW", 0.025),
    "laser-linewidth": entry("100 kHz", 1e5),
  } satisfies Partial<Record<QuantityKey, unknown>>,
};

const textOf = (line: string): string => `aggregate mean {\n  workers 4; precision 8 bits\n  require { ${line} }\n}\n`;

function specOf(line: string): Spec {
  return parseSpecs({ name: "a.optinc", text: textOf(line) }, { emitTargets: [] }).value![0]!;
}

/** What is reported, as the terminal shows it. */
function reported(line: string, some: Partial<Record<Metric, Figure>>, of: Technology | null = technology): string {
  const spec = specOf(line);
  const source = { name: "a.optinc", text: textOf(line) };
  return renderDiagnostics(source, missesOf(spec, judge(spec, figures(some), of)));
}

describe("a requirement", () => {
  it("is met at its bound and on the good side of it", () => {
    expect(reported("mzis <= 83", { mzis: value(83) })).toBe("");
    expect(reported("yield >= 99 %", { yield: value(0.99) })).toBe("");
    expect(reported("launch-power <= 3 dBm", { "launch-power": value(1e-3) })).toBe("");
  });

  it("that is missed is reported at its line, in its unit, with what would mend it", () => {
    expect(reported("launch-power <= 0 dBm", { "launch-power": value(4e-3) })).toBe(
      [
        "error[OPT0820]: mean: `launch-power` is 6.021 dBm, above the required 0 dBm",
        "  --> a.optinc:3:26",
        "   |",
        " 3 |   require { launch-power <= 0 dBm }",
        "   |                          ^^^^^^^^ it is 6.021 dBm",
        "   = help: `network constructed { residual regenerated; outputs regenerated; decision-margin 0.45 }`; a symbol rate of about 6.25 GBd in place of 25 GBd, or a technology with more `local-oscillator-power` (now 1 mW) or less `tia-noise`",
        "",
      ].join("\n"),
    );
  });

  it("names the largest part of a sum", () => {
    const parts: readonly [string, number][] = [
      ["crossings", 3.1],
      ["MZIs", 6.25],
      ["fibre", 3],
    ];
    const text = reported("path-loss <= 10 dB", { "path-loss": value(12.35, parts) });
    expect(text).toContain("help: the largest part: MZIs (6.25 dB of 12.3 dB), then crossings (3.1 dB)");
  });

  it("says which heaters would do", () => {
    const text = reported("heater-power <= 3 W", { "heater-power": value(5, [["heaters of MZIs", 4]]) });
    expect(text).toContain("heaters of 15 mW a pi in place of 25 mW");
  });

  it("says with which launch power the word error rate would be met, where there is one", () => {
    const some = { "word-error-rate": value(1e-3), "launch-power": value(0.02) };
    expect(reported("word-error-rate <= 1e-12", some)).toContain(
      "decision-margin 0.45 }`; a launch power of 13.01 dBm a symbol; a symbol rate below 25 GBd, or a technology with more",
    );
    expect(reported("word-error-rate <= 1e-12", { "word-error-rate": value(1e-3) })).toContain(
      "decision-margin 0.45 }`; a symbol rate",
    );
  });

  it("names no setting that the network has already, and none of neurons that have none", () => {
    const spec = specOf("launch-power <= 0 dBm");
    const missed = figures({ "launch-power": value(4e-3) });
    const mendOf = (network: Spec["network"]): string => judge({ ...spec, network }, missed, technology)[0]!.mend!;
    const { network } = spec;
    if (network.kind !== "constructed") throw new Error("the spec's network is not constructed");
    expect(mendOf({ ...network, residual: "regenerated", margin: 0.45 })).toMatch(
      /^`network constructed \{ outputs regenerated \}`;/,
    );
    const all = { ...network, residual: "regenerated", outputs: "regenerated", margin: 0.45 } as const;
    for (const each of [all, { ...network, neuron: "relu", threshold: "optical" } as const]) {
      expect(mendOf(each)).toMatch(/^a symbol rate/);
    }
  });

  it("is met by what it says would do", async () => {
    const foundry = shipped("foundry-si");
    const metOf = async (of: Technology, line: string): Promise<RequirementResult> => {
      const text = `aggregate m { workers 2; precision 2 bits; technology "foundry-si"; network constructed { neuron relu }; require { ${line} } }`;
      const [spec] = parseSpecs({ name: "m", text }, { emitTargets: [] }).value!;
      const compiled = await compile(spec!, { technology: of });
      return compiled.value!.requirements[0]!;
    };
    for (const [line, key] of [
      ["latency <= 0.3 ns", "neuron-delay"],
      ["area <= 2.6 mm2", "lane-pitch"],
      ["heater-power <= 0.05 W", "heater-power-pi"],
    ] as const) {
      const missed = await metOf(foundry, line);
      expect(missed.met, line).toBe(false);
      const words = /(?:`([a-z-]+)`|heaters) of ([\d.e-]+) (\S+)/.exec(
        missed.mend!.slice(Math.max(0, missed.mend!.search(new RegExp(`\`${key}\` of|heaters of \\d`)))),
      );
      expect(words, missed.mend!).not.toBeNull();
      const value = findUnit(words![3]!)!.toBase(Number(words![2]));
      expect((await metOf(withValues(foundry, { [key]: value }), line)).met, `${line}: ${missed.mend}`).toBe(true);
    }
  });

  it("shows as many digits as tell it from its bound", () => {
    expect(reported("latency <= 5 ns", { latency: value(5.0000004e-9) })).toContain(
      "is 5.0000004 ns, above the required 5 ns",
    );
    expect(reported("yield >= 99 % at phase 0.01 rad", { yield: value(0.98999) })).toContain(
      "`yield` is 98.999 %, below the required 99 %",
    );
  });

  it.each<[string, Figure]>([
    ["NaN", value(Number.NaN)],
    ["infinity", value(Number.POSITIVE_INFINITY)],
  ])("is missed by %s", (_name, figure) => {
    expect(reported("latency <= 5 ns", { latency: figure })).toContain("error[OPT0820]");
  });

  it("whose figure cannot be computed fails, and says what is not given", () => {
    const missing: Figure = {
      kind: "not-computed",
      reason: "the technology does not give `tia-noise`",
      missing: "tia-noise",
    };
    const text = reported("word-error-rate <= 1e-12", { "word-error-rate": missing });
    expect(text).toContain(
      "error[OPT0821]: mean: `word-error-rate` is required, but cannot be computed: the technology does not",
    );
    expect(text).toContain("help: of-a-test does not give `tia-noise`: add it as `{ value: 16.9, unit: pA/rtHz,");
    expect(reported("latency <= 5 ns", {}, null)).toContain(
      'help: name a technology, for instance `technology "foundry-si"`',
    );
  });

  it("of every metric has something to say when it is missed", () => {
    const metrics: readonly [string, Metric, number][] = [
      ["word-error-rate <= 1e-12", "word-error-rate", 1e-9],
      ["launch-power <= 3 dBm", "launch-power", 1],
      ["heater-power <= 3 W", "heater-power", 5],
      ["path-loss <= 15 dB", "path-loss", 16],
      ["latency <= 5 ns", "latency", 6e-9],
      ["area <= 25 mm2", "area", 26e-6],
      ["crossings <= 150", "crossings", 151],
      ["mzis <= 90", "mzis", 91],
      ["temperature-range >= 1 K", "temperature-range", 0.1],
      ["laser-drift >= 1 GHz", "laser-drift", 1e8],
      ["fibre-mismatch >= 1 m", "fibre-mismatch", 0.3],
      ["extinction <= 25 dB", "extinction", 32],
      ["availability >= 99 %", "availability", 0.5],
      ["yield >= 99 %", "yield", 0.5],
    ];
    for (const [line, metric, figure] of metrics) {
      const [result] = judge(specOf(line), figures({ [metric]: value(figure) }), technology);
      expect(result).toMatchObject({ metric, met: false });
      expect(result!.mend, metric).not.toBeNull();
    }
  });
});
