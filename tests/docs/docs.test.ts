import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import { language, parseSpecs, specReference } from "../../dsl/index.ts";
import { countDevices, drawCircuit } from "../../netlist/index.ts";
import { specOf } from "../compiler/specs.ts";
import { circuitReasons, deviceReasons, verifiedReasons } from "../netlist/survivors.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

describe("what the documents say", () => {
  it("docs/spec.md is the settings table (`npm run reference` writes it)", () => {
    expect(read("docs/spec.md")).toBe(specReference(language));
  });

  it("the README's spec is the example's text", () => {
    expect(read("README.md")).toContain(read("examples/mean-4x8.optinc").trim());
  });

  it("the README's MZI counts are those of the compiled circuits", () => {
    const rows = [...read("README.md").matchAll(/^\| (\d+) workers, (\d+) bits \| (\d+) \|/gm)];
    expect(rows.length).toBe(4);
    for (const [, workers, bits, mzis] of rows) {
      expect(countDevices(synthesise(specOf(Number(workers), Number(bits), 4)).circuit).mzis).toBe(Number(mzis));
    }
  });

  it("the picture is the compiled example (`npm run picture` draws it)", () => {
    const name = "examples/mean-4x8.optinc";
    const { value } = parseSpecs({ name, text: read(name) }, { emitTargets: ["spice", "phases"] });
    expect(read("docs/mean-4x8.svg")).toBe(drawCircuit(synthesise(value![0]!).circuit));
  });

  it("every reason why a changed netlist means the same is explained", () => {
    const reasons = [...deviceReasons(0, []), ...circuitReasons, ...verifiedReasons].map(({ reason }) => reason);
    const page = read("docs/targets/README.md");
    for (const reason of reasons) expect(page).toContain(`\n| ${reason.split(":")[0]!} | `);
  });

  it("every link of the README and docs leads somewhere", () => {
    const pages = [
      "README.md",
      ...readdirSync(new URL("docs/", root)).flatMap((f) => (f.endsWith(".md") ? [`docs/${f}`] : [])),
    ];
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)]
        .map((match) => match[1]!)
        .filter((target) => !/^https?:/.test(target))
        .filter((target) => {
          try {
            readFileSync(new URL(target, new URL(page, root)));
            return false;
          } catch {
            return true;
          }
        })
        .map((target) => `${page}: ${target}`),
    );
    expect(broken).toEqual([]);
  });
});
