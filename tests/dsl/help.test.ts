import { describe, expect, test } from "vitest";
import { type Diagnostic, parseSpecs, renderDiagnostics } from "../../dsl/index.ts";
import { targets } from "./example.ts";

function read(text: string, name: string): { specs: number; found: readonly Diagnostic[]; shown: string } {
  const { value, diagnostics } = parseSpecs({ name, text }, { emitTargets: targets });
  return { specs: value?.length ?? 0, found: diagnostics, shown: renderDiagnostics({ name, text }, diagnostics) };
}

const inAggregate = (line: string): string => `aggregate a {\n  workers 4\n  precision 8 bits\n  ${line}\n}\n`;
const inYaml = (line: string): string => `aggregate a:\n  workers: 4\n  precision: 8 bits\n  ${line}\n`;

const path = 'a path stands in quotes: `weights "mlp.safetensors"`';
const quotes = 'strings stand in straight quotes: `weights "mlp.safetensors"`';
const product = "a product is written with the letter x: `4 x 4`";
const range = "a range is written with two dots: `4..6`";
const list = "a list is written without brackets: `emit spice, phases`";
const comment = "a comment begins with `#`";

describe("a common mistake gets its help", () => {
  test.each([
    ["network imported { weights mlp.safetensors }", path],
    ["network imported { weights nets/mlp.npz }", path],
    ["network imported { weights ../mlp.npz }", path],
    ["network imported { weights /nets/mlp.npz }", path],
    ["network imported { weights nets\\mlp.npz }", path],
    ["network imported { weights \u201Cmlp.npz\u201D }", quotes],
    ["network imported { weights \u2018mlp.npz\u2019 }", quotes],
    ["network imported { weights \u00ABmlp.npz\u00BB }", quotes],
    ["network imported { weights \u201Emlp.npz\u201C }", quotes],
    ["network imported { weights 'mlp.npz' }", quotes],
    ["network imported { weights `mlp.npz` }", quotes],
    ["topology cascade 4 \u00D7 4", product],
    ["topology cascade 4\u00D74", product],
    ["topology cascade 4 * 4", product],
    ["topology cascade 4 \u00B7 4", product],
    ["topology cascade 4X4", product],
    ["topology cascade 4 X 4", "write `topology single` or for instance `topology cascade 4 x 4`"],
    ["network trained { approximate layers 4\u20136 }", range],
    ["network trained { approximate layers 4 \u2014 6 }", range],
    ["network trained { approximate layers 4\u20266 }", range],
    ["network trained { approximate layers 4 - 6 }", range],
    ["network trained { hidden [64, 128] }", list],
    ["network trained { hidden (64 128) }", list],
    ["network constructed { decision-margin \u22120.25 }", "a minus sign is written `-`"],
    ["levels = 4", "a setting is its name and its values: `workers 4`"],
    ["levels 4 // PAM4", comment],
    ["levels 4 /* PAM4 */", comment],
    ["// PAM4", comment],
    ["signed false", "write `unsigned`"],
    ["signed true", "write `signed`"],
    ["unsigned no", "write `signed`"],
    ["signed 1", "write `signed`"],
  ])("%j", (line, help) => {
    const { found, shown } = read(inAggregate(line), "a.optinc");
    expect(
      found.map((each) => each.help),
      shown,
    ).toEqual([help]);
  });

  test.each([
    ["topology: cascade 4 \u00D7 4", product],
    ["network imported:\n    weights: \u201Cmlp.npz\u201D", quotes],
    ["signed: false", "write `unsigned: true`"],
    ["signed: no", "write `unsigned: true`"],
    ["unsigned: false", "write `signed: true`"],
    ["signed: 1", "write `signed: true`"],
    ["levels:", "write for instance `levels: 4`"],
    ["verify:", "write `verify: { against: ring, inputs: exhaustive }`"],
    ["network: { decision-margin: 0.3 }", "one of `constructed`, `trained`, `imported`"],
    ["emit: 3", "write for instance `emit: [spice, phases]`"],
    ["network imported: {}", 'add `weights: "mlp.safetensors"`'],
    ["levels: 512", null],
  ])("in YAML %j", (line, help) => {
    const { found, shown } = read(inYaml(line), "a.yaml");
    expect(
      found.map((each) => each.help),
      shown,
    ).toEqual([help]);
    expect(shown).not.toContain("expected `{`");
  });

  test("in YAML a flag is its name, with `true` or nothing behind it", () => {
    for (const line of ["unsigned: true", "unsigned:", "unsigned: yes", "unsigned: ~"]) {
      expect(read(inYaml(line), "a.yaml").shown.replace(/^.*`unsigned: true`\n$/s, "told")).toBe(
        line === "unsigned: yes" ? "told" : "",
      );
    }
  });

  test("a path without quotes is a string in YAML", () => {
    for (const weights of ["mlp.safetensors", "nets/mlp.npz", "../a.json", "/nets/a.json", "./my-nets/a.json"]) {
      const text = inYaml(`network imported: { weights: ${weights} }`);
      const { value, diagnostics } = parseSpecs({ name: "a.yaml", text }, { emitTargets: targets });
      expect(diagnostics).toEqual([]);
      expect(value![0]!.network).toMatchObject({ kind: "imported", weights });
    }
  });
});

/** The first line under the arrow, and what is written under it. */
function labels(text: string, name = "a.yaml"): string[] {
  const { found } = read(text, name);
  return found.flatMap((each) =>
    each.labels.map(
      ({ span, text: label }) => `${span.start} ${JSON.stringify(text.slice(span.start, span.end))} ${label}`,
    ),
  );
}

describe("what YAML itself refuses is said in its own words", () => {
  test.each([
    ["aggregate a: {workers: 2, precision: 8\n", ['13 "{" this `{` is not closed', '39 "" `}` expected before this']],
    [
      "aggregate a:\n  emit: [spice, phases\n  precision: 8\n",
      ['21 "[" this `[` is not closed', '38 "p" `]` expected before this'],
    ],
    ["a: {b: [1, 2}\n", ['7 "[" this `[` is not closed', '12 "}" `]` expected before this']],
    ["a: {b: '{', c: [1\n", ['15 "[" this `[` is not closed', '18 "" `]` expected before this']],
    ['a: "2\n  b: 3\n', ['3 "\\"" this quote is not closed']],
    ["a: {b: 'x\n", ['7 "\'" this quote is not closed']],
    ["aggregate a:\n  workers 16\n  precision: 8\n", ['15 "workers 16\\n  precision" a key goes over several lines']],
  ])("%j", (text, said) => {
    expect(labels(text)).toEqual(said);
  });

  test("a line without its colon gets that help", () => {
    for (const line of ["workers 16", "workers:16"]) {
      const { found } = read(`aggregate a:\n  ${line}\n  precision: 8\n`, "a.yaml");
      expect(found.map(({ code, help }) => [code, help])).toEqual([
        ["OPT0109", "a name is followed by a colon and a blank: `workers: 4`"],
      ]);
    }
  });

  test("a name that is a block of its own gets that help", () => {
    const { found } = read("aggregate:\n  a:\n    workers: 16\n    precision: 8\n", "a.yaml");
    expect(found.map(({ code, help }) => [code, help])).toEqual([
      ["OPT0214", "the name stands behind it: `aggregate a:`"],
    ]);
  });
});

describe("YAML is known by its text where no ending tells", () => {
  const yaml = "# four workers\naggregate mean-4x8:\n  workers: 4\n  precision: 8 bits\n";
  const flow = "aggregate mean-4x8: {workers: 4, precision: 8 bits}\n";
  const plain = "# note: four workers\naggregate mean-4x8 {\n  workers 4\n  precision 8 bits\n}\n";
  test.each(["<stdin>", "/dev/fd/63", "spec", "spec.txt"])("%s", (name) => {
    for (const text of [yaml, `---\n${yaml}`, `%YAML 1.2\n---\n${yaml}`, `\uFEFF${yaml}`, flow, plain]) {
      const { specs, shown } = read(text, name);
      expect(specs, shown).toBe(1);
    }
    expect(read(yaml.replace("8 bits", "80 bits"), name).found.map(({ code }) => code)).toEqual(["OPT0209"]);
    expect(read("", name).found.map(({ code }) => code)).toEqual(["OPT0201"]);
  });

  test("where the ending tells, it counts, and says so", () => {
    expect(read(yaml, "a.optinc").found.at(-1)?.help).toBe("YAML is read from files called `.yaml` or `.yml`");
    expect(read(plain, "a.yaml").found[0]?.help).toBe("the spec language is read from files called `.optinc`");
  });
});
