import fc from "fast-check";
import { expect, test } from "vitest";
import {
  buildSarif,
  type ConstructedNetworkSpec,
  diagnosticsToJson,
  distinctInputVectors,
  formatSpecs,
  type Levels,
  limits,
  type Metric,
  parseSpecs,
  type Requirement,
  type Rounding,
  renderDiagnostics,
  type Spec,
  type TopologySpec,
} from "../../dsl/index.ts";
import { rounds } from "../rounds.ts";
import { example, exampleYaml, targets } from "./example.ts";

const seed = 20_240_607;
const nowhere = { start: 0, end: 0 };

const names = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/);

const bounds: fc.Arbitrary<Requirement> = fc
  .record({
    metric: fc.constantFrom<Metric>("word-error-rate", "launch-power", "path-loss", "mzis", "yield"),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    phase: fc.option(fc.double({ min: 0, max: 3, noNaN: true })),
    splitter: fc.option(fc.double({ min: 0, max: 50, noNaN: true })),
  })
  .map(({ metric, share, phase, splitter }): Requirement => {
    const plain = { kind: "bound", relation: "<=", at: null, metric, span: nowhere } as const;
    switch (metric) {
      case "launch-power":
        return { ...plain, value: 1e-3 * 10 ** (share / 10), unit: "dBm", written: `${share} dBm` };
      case "path-loss":
        return { ...plain, value: share, unit: "dB", written: `${share} dB` };
      case "yield": {
        const at =
          phase === null && splitter === null ? null : { phaseRad: phase, splitter: splitter && 0.01 * splitter };
        const parts = [
          phase === null ? [] : [`phase ${phase} rad`],
          splitter === null ? [] : [`splitter ${splitter} %`],
        ];
        const written = at === null ? `${share}` : `${share} at ${parts.flat().join(", ")}`;
        return { ...plain, relation: ">=", value: share, unit: null, written, at };
      }
      case "mzis":
        return { ...plain, value: Math.round(1e6 * share), unit: null, written: `${Math.round(1e6 * share)}` };
      default:
        return { ...plain, value: share, unit: null, written: `${share}` };
    }
  });

const order: readonly Metric[] = ["word-error-rate", "launch-power", "path-loss", "mzis", "yield"];

/** Places are those of the text; the canonical one has others. */
function placeless(written: readonly Spec[]): readonly Spec[] {
  return written.map((spec) => ({
    ...spec,
    requirements: spec.requirements.map((each) => ({ ...each, span: nowhere })),
  }));
}

const specs: fc.Arbitrary<Spec> = fc
  .record({
    name: names,
    workers: fc.integer({ min: 2, max: 64 }),
    fanIn: fc.option(fc.array(fc.integer({ min: 2, max: 64 }), { minLength: 2, maxLength: 12 })),
    precisionBits: fc.integer({ min: 1, max: 32 }),
    levelBits: fc.integer({ min: 1, max: 4 }),
    signed: fc.boolean(),
    rounding: fc.constantFrom<Rounding>("floor", "half-up", "half-even"),
    decisions: fc.constantFrom<Pick<ConstructedNetworkSpec, "neuron" | "threshold" | "outputs" | "residual">>(
      { neuron: "relu", threshold: "optical", outputs: "direct", residual: "direct" },
      { neuron: "saturating", threshold: "optical", outputs: "regenerated", residual: "direct" },
      { neuron: "saturating", threshold: "electronic", outputs: "direct", residual: "regenerated" },
      { neuron: "saturating", threshold: "electronic", outputs: "regenerated", residual: "alternating" },
    ),
    margin: fc.double({ min: 0.05, max: 0.45, noNaN: true }),
    inputs: fc.oneof(
      fc.constant({ kind: "exhaustive" as const }),
      fc.constant({ kind: "proof" as const }),
      fc.record({ kind: fc.constant("sampled" as const), samples: fc.integer({ min: 1, max: 1e9 }) }),
    ),
    technology: fc.option(fc.constantFrom("foundry-si", "../own.yaml", 'a "b" \\ c.YML')),
    symbolRateBd: fc.double({ min: 1e6, max: 1e12, noNaN: true }),
    portOrder: fc.constantFrom("free" as const, "by-worker" as const),
    requirements: fc
      .uniqueArray(bounds, { selector: ({ metric }) => metric })
      .map((list) => list.sort((a, b) => order.indexOf(a.metric) - order.indexOf(b.metric))),
    emit: fc.shuffledSubarray([...targets], { minLength: 1 }),
  })
  .map(({ levelBits, decisions, margin, inputs, fanIn, ...rest }) => {
    const levels = (2 ** Math.min(levelBits, rest.precisionBits)) as Levels;
    const capacity = fanIn?.reduce((product, factor) => product * factor, 1) ?? 64;
    const topology: TopologySpec = fanIn === null ? { kind: "single" } : { kind: "cascade", fanIn };
    // A cascade takes as many workers as it has inputs, at most 4096.
    const workers = fanIn === null ? rest.workers : Math.min(capacity, 64 * rest.workers);
    const countable = distinctInputVectors(workers, rest.precisionBits, levels, fanIn?.[0]) <= 5e7;
    return {
      ...rest,
      workers,
      topology,
      levels,
      network: { kind: "constructed", ...decisions, margin },
      verify: { against: "ring", inputs: inputs.kind === "exhaustive" && !countable ? { kind: "proof" } : inputs },
      prefer: null,
      rateBoundAt: null,
      free: [],
      defaults: [],
    } satisfies Spec;
  });

test("parsing the canonical text of any specs gives them back, and formatting that the same text", () => {
  const files = fc.uniqueArray(specs, { minLength: 1, maxLength: 4, selector: (spec) => spec.name.toLowerCase() });
  fc.assert(
    fc.property(files, (written) => {
      const text = formatSpecs(written);
      const { value, diagnostics } = parseSpecs({ name: "a.optinc", text }, { emitTargets: targets });
      // Some of what is written does nothing beside the rest.
      expect(diagnostics.filter(({ code }) => code !== "OPT0235")).toEqual([]);
      expect(placeless(value!)).toEqual(written);
      expect(formatSpecs(value!)).toBe(text);
    }),
    { seed, numRuns: rounds(300) },
  );
});

/** Every consumer of diagnostics must cope with whatever parsing made of the text. */
function survives(name: string, text: string): void {
  const source = { name, text };
  const { value, diagnostics } = parseSpecs(source, { emitTargets: targets });
  expect(value === null).toBe(diagnostics.length > 0);
  expect(diagnostics.length).toBeLessThanOrEqual(21);
  for (const { message, labels } of diagnostics) {
    expect(message).not.toMatch(/[\n\r]/);
    for (const { span } of labels) {
      expect(span.start).toBeGreaterThanOrEqual(0);
      expect(span.end).toBeGreaterThanOrEqual(span.start);
      expect(span.end).toBeLessThanOrEqual(text.length);
    }
  }
  renderDiagnostics(source, diagnostics);
  diagnosticsToJson(source, diagnostics);
  buildSarif("0", [{ source, diagnostics }], {});
}

const bytes = fc.uint8Array({ maxLength: 200 }).map((data) => new TextDecoder("latin1").decode(data));
const signs = fc.array(fc.constantFrom(...'{}{}\n\n;,.x1e5%/"# \t=:[]-&*!@\u0000\u00E9\uD83D\uDE00a'), {
  maxLength: 80,
});
const vocabulary = fc.array(
  fc.constantFrom(
    "aggregate",
    "workers",
    "precision",
    "network",
    "verify",
    "emit",
    "signed",
    "4",
    "8 bits",
    "{",
    "}",
    "\n",
    ",",
  ),
  { maxLength: 60 },
);

test("random texts never crash, in the DSL or in YAML", () => {
  const texts = fc.oneof(
    bytes,
    signs.map((list) => list.join("")),
    vocabulary.map((list) => list.join(" ")),
  );
  fc.assert(
    fc.property(texts, fc.boolean(), (text, yaml) => survives(yaml ? "a.yaml" : "a.optinc", text)),
    { seed, numRuns: rounds(6000) },
  );
});

test("mutated specs never crash, in the DSL or in YAML", () => {
  const edit = fc.record({
    at: fc.nat(400),
    cut: fc.nat(12),
    put: fc.oneof(
      bytes,
      signs.map((list) => list.join("")),
    ),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.boolean(), (edits, yaml) => {
      let text = yaml ? exampleYaml : example;
      for (const { at, cut, put } of edits) text = text.slice(0, at) + put.slice(0, 9) + text.slice(at + cut);
      survives(yaml ? "a.yaml" : "a.optinc", text);
    }),
    { seed, numRuns: rounds(4000) },
  );
});

test("texts with braces and indentation at odds never crash", () => {
  const line = fc.tuple(
    fc.nat(3),
    fc.constantFrom(
      "a {",
      "}",
      "verify",
      "{",
      "a; b {",
      "} c {",
      "4 d",
      '"s {',
      "} }",
      "{ {",
      "x {",
      "a @",
      "",
      "e } f",
      "# {",
    ),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 14 }), (lines) => {
      survives("a.optinc", lines.map(([indent, content]) => `${"  ".repeat(indent)}${content}\n`).join(""));
    }),
    { seed, numRuns: rounds(2000) },
  );
});

/** As long as a text may be. */
const longest = { "a.optinc": limits.textLength, "a.yaml": limits.yamlLength };

test.each([
  ["opened blocks", "a.optinc", "a{"],
  ["opened nameless blocks", "a.optinc", "{"],
  ["closed blocks", "a.optinc", "}"],
  ["indented closings", "a.optinc", "a\n b\n }\n"],
  ["stray signs", "a.optinc", "@ "],
  ["NUL bytes", "a.optinc", "\u0000"],
  ["one word", "a.optinc", "a"],
  ["quotes", "a.optinc", '"'],
  ["backslashes in a string", "a.optinc", '"\\'],
  ["unknown settings", "a.optinc", "abcdefgh\n"],
  ["brackets", "a.yaml", "["],
  ["lists in lists", "a.yaml", "- "],
  ["keys of keys", "a.yaml", "? "],
  ["words", "a.yaml", "a "],
  ["quotes", "a.yaml", '"'],
  ["anchors", "a.yaml", "&a "],
])("the longest text of %s is refused, %s", (_title, name, piece) => {
  survives(name, piece.repeat(longest[name as keyof typeof longest] / piece.length));
});

test("YAML nested by indentation as deep as it may go is refused", () => {
  const text = Array.from({ length: 1400 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join("");
  survives("a.yaml", text);
  survives("a.yaml", Array.from({ length: 199 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join(""));
  survives("a.yaml", `${"[".repeat(64)}${"]".repeat(64)}`);
});
