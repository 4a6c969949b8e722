import { describe, expect, test } from "vitest";
import { type Diagnostic, renderDiagnostics } from "../../dsl/index.ts";
import { read as checked, specsOf } from "./example.ts";

function read(text: string, name: string): { specs: number; found: readonly Diagnostic[]; shown: string } {
  const { value, diagnostics } = checked(text, name);
  return { specs: value?.length ?? 0, found: diagnostics, shown: renderDiagnostics({ name, text }, diagnostics) };
}

const inYaml = (line: string): string => `aggregate a:\n  workers: 4\n  precision: 8 bits\n  ${line}\n`;

describe("in YAML", () => {
  test("a flag is its name, with `true` or nothing behind it", () => {
    for (const line of ["unsigned: true", "unsigned:", "unsigned: yes", "unsigned: ~"]) {
      expect(read(inYaml(line), "a.yaml").shown.replace(/^.*`unsigned: true`\n$/s, "told")).toBe(
        line === "unsigned: yes" ? "told" : "",
      );
    }
  });

  test("a path without quotes is a string", () => {
    for (const weights of ["mlp.safetensors", "nets/mlp.npz", "../a.json", "/nets/a.json", "./my-nets/a.json"]) {
      const text = inYaml(`network imported: { weights: ${weights} }`);
      expect(specsOf(text, "a.yaml")[0]!.network).toMatchObject({ kind: "imported", weights });
    }
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
