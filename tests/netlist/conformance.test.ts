import { describe, expect, it } from "vitest";
import {
  checkCircuit,
  checkOptions,
  findTarget,
  optionValue,
  parseScope,
  type Subject,
  subjectOf,
  type Target,
  type TargetOptions,
  targets,
} from "../../netlist/index.ts";
import { tinyCircuit } from "./build.ts";
import { pinningCircuit, unitaryCircuit } from "./subjects.ts";

/** All files of an export by name; bytes that are no text as base64. */
function files(target: Target, subject: Subject, options: TargetOptions = {}): Record<string, string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  return Object.fromEntries(
    target.emit(subject, options).map((file) => {
      const bytes = Buffer.concat([...file.content].map((it) => (typeof it === "string" ? Buffer.from(it) : it)));
      const binary = /\.(parquet|npz|onnx)$/.test(file.name);
      return [file.name, binary ? bytes.toString("base64") : decoder.decode(bytes)];
    }),
  );
}

const examples = { tiny: tinyCircuit(), pinning: pinningCircuit(), unitary3: unitaryCircuit(3) };

describe.each(targets.map((target) => [target.name, target] as const))("%s", (name, target) => {
  it("is described, and found by its name", () => {
    expect(findTarget(name)).toBe(target);
    expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
    for (const text of [target.summary, target.carries, target.limits, ...target.options.map((it) => it.summary)]) {
      expect(text.length).toBeGreaterThan(5);
    }
  });

  it("writes the golden files of every example", async () => {
    for (const [example, circuit] of Object.entries(examples)) {
      expect(checkCircuit(circuit).findings.filter((it) => it.severity === "error")).toEqual([]);
      const subject = subjectOf(circuit, { kind: "circuit" });
      expect(target.check(subject, {}).filter((it) => it.severity === "error")).toEqual([]);
      const text = Object.entries(files(target, subject)).map(([file, content]) => `==> ${file}\n${content}`);
      await expect(text.join("")).toMatchFileSnapshot(`golden/${name}-${example}.txt`);
    }
  });

  it("is deterministic, with LF, without paths, and says nothing that is no value, for every option and scope", () => {
    const choices = target.options.flatMap((option) => option.values.map((value) => ({ [option.name]: value })));
    for (const circuit of Object.values(examples)) {
      const scopes = ["circuit", "layer:1", `mesh:${circuit.sections[0]!.meshes[0]!.name}`];
      for (const scopeText of scopes) {
        const { scope, findings } = parseScope(circuit, scopeText);
        expect(findings).toEqual([]);
        const subject = subjectOf(circuit, scope!);
        for (const options of [{}, ...choices]) {
          expect(checkOptions(target, options)).toEqual([]);
          const first = files(target, subject, options);
          expect(files(target, subjectOf(structuredClone(circuit), scope!), options)).toEqual(first);
          const names = Object.keys(first);
          expect(new Set(names).size).toBe(target.emit(subject, options).length);
          for (const [file, content] of Object.entries(first)) {
            expect(file).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/);
            if (!/\.(parquet|npz|onnx)$/.test(file)) {
              expect(content.endsWith("\n")).toBe(true);
              expect(content).not.toMatch(/\r|NaN|undefined|Infinity|\[object/);
              expect(content).not.toContain(process.cwd());
            }
            if (file.endsWith(".json")) {
              expect(() => JSON.parse(content)).not.toThrow();
            }
          }
        }
      }
    }
  });

  it("becomes as many files as its description says", () => {
    const circuit = tinyCircuit();
    const subject = subjectOf(circuit, { kind: "circuit" });
    const names = target.emit(subject, {}).map((file) => file.name);
    const [, number, , unit] = /\b(a|three) (file|files) a (section|mesh)\b/.exec(target.carries) ?? [];
    const meshes = circuit.sections.reduce((sum, it) => sum + it.meshes.length, 0);
    const parts = unit === undefined ? 0 : unit === "mesh" ? meshes : circuit.sections.length;
    const indexes = names.filter((it) => it.endsWith("-index.json"));
    expect(indexes.length).toBe(parts > 0 ? 1 : 0);
    const whole = /\btwo files\b/.test(target.carries) ? 2 : 1;
    expect(names.length - indexes.length).toBe(parts === 0 ? whole : (number === "three" ? 3 : 1) * parts);
    for (const finding of target.check(subject, {}).filter((it) => it.code === "OPT0431")) {
      expect(finding.help).toContain(`${number} ${number === "a" ? "file" : "files"} a ${unit}`);
    }
  });

  it("refuses options that it does not have", () => {
    expect(checkOptions(target, { colour: "red" })).toMatchObject([{ code: "OPT0432", severity: "error" }]);
    expect(() => optionValue(target.options, {}, "colour")).toThrow();
    for (const option of target.options) {
      expect(checkOptions(target, { [option.name]: "?" })).toMatchObject([{ code: "OPT0433" }]);
    }
  });
});

describe("the registry", () => {
  it("has every name once, and no file name twice", () => {
    expect(new Set(targets.map((it) => it.name)).size).toBe(targets.length);
    expect(findTarget("verilog")).toBeNull();
    const subject = subjectOf(tinyCircuit(), { kind: "circuit" });
    const names = targets.flatMap((target) => target.emit(subject, {}).map((file) => file.name));
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("scopes", () => {
  it("finds sections and meshes, and lists what there is otherwise", () => {
    const circuit = tinyCircuit();
    expect(parseScope(circuit, "layer:2").scope).toEqual({ kind: "layer", section: 3 });
    expect(parseScope(circuit, "layer:T").scope).toEqual({ kind: "layer", section: 4 });
    expect(parseScope(circuit, "mesh:U").scope).toEqual({ kind: "mesh", section: 2, mesh: 2 });
    expect(parseScope(circuit, "mesh:layer 2/V^T").scope).toEqual({ kind: "mesh", section: 3, mesh: 0 });
    for (const wrong of ["layer:9", "layer:", "mesh:V^T", "mesh:x", "all", "mesh"]) {
      const { scope, findings } = parseScope(circuit, wrong);
      expect(scope).toBeNull();
      expect(findings).toMatchObject([{ code: "OPT0435", severity: "error" }]);
    }
    expect(parseScope(circuit, "mesh:V^T").findings[0]!.help).toContain("layer 1/V^T, ");
  });
});
