import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { allCodes } from "../../cli/commands/explain.ts";
import { synthesise } from "../../compiler/synthesise.ts";
import { railroad } from "../../dev/scripts/railroad.mjs";
import { diagnosticsReference } from "../../dsl/codes/reference.ts";
import { language, parseSpecs, specReference } from "../../dsl/index.ts";
import { SpecParser } from "../../dsl/text/grammar.ts";
import { circuitJsonSchema, circuitKeys } from "../../netlist/circuit/json-schema.ts";
import { countDevices, drawCircuit } from "../../netlist/index.ts";
import { opticsOf, readTechnology } from "../../physics/index.ts";
import { optinc, scratch } from "../cli/run.ts";
import { circuitReasons, verifiedReasons } from "../netlist/survivors.ts";
import { every } from "../rounds.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

describe("what the documents say", () => {
  it("docs/reference/spec.md is the settings table (`npm run reference` writes it)", () => {
    expect(read("docs/reference/spec.md")).toBe(specReference(language));
  });

  it("docs/reference/grammar.svg is the grammar that the parser runs (`npm run reference` draws it)", () => {
    const productions = new SpecParser(true).getSerializedGastProductions();
    expect(read("docs/reference/grammar.svg")).toBe(railroad(productions));
  });

  it("docs/reference/diagnostics.md is the pages of `optinc explain` (`npm run reference` writes it)", () => {
    expect(read("docs/reference/diagnostics.md")).toBe(diagnosticsReference(allCodes()));
  });

  it("circuit-schema.json and the keys in formats.md are the rules of circuit.json (`npm run reference` writes them)", () => {
    expect(JSON.parse(read("docs/reference/circuit-schema.json"))).toEqual(circuitJsonSchema());
    expect(read("docs/reference/formats.md")).toContain(`<!-- keys -->\n${circuitKeys()}<!-- end of keys -->`);
  });

  it("circuit-schema.json describes the circuits of the shipped examples", () => {
    const cwd = scratch();
    const follows = new Ajv2020().compile(JSON.parse(read("docs/reference/circuit-schema.json")));
    const specs = readdirSync(join(fileURLToPath(root), "examples"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".optinc") && /^aggregate/m.test(read(`examples/${name}`)))
      // Trained circuits have the form of imported ones, after minutes; of these the one of two workers takes a fifth of the time.
      // A design that is searched for has the form of one that is written.
      .filter(
        (name) =>
          !/network trained|mean-4x16.npz|design-objective|prefer |launch-power <=/.test(read(`examples/${name}`)),
      );
    expect(specs.length).toBeGreaterThan(8);
    for (const name of every(2, specs)) {
      const spec = join(fileURLToPath(root), "examples", name);
      const run = optinc(["compile", spec, "-o", "build", "--force", "--chips", "0"], { cwd });
      expect(run.code, run.err).toBe(0);
      expect(follows(JSON.parse(readFileSync(join(cwd, "build/circuit.json"), "utf8"))), name).toBe(true);
    }
  });

  it("the README's spec is the example's text", () => {
    expect(read("README.md")).toContain(read("examples/mean-4x8.optinc").trim());
  });

  it("the README's MZI counts are those of the compiled circuits", () => {
    const rows = [...read("README.md").matchAll(/^\| (\d+) workers, (\d+) bits \| (\d+) \|/gm)];
    expect(rows.length).toBe(4);
    for (const [, workers, bits, mzis] of rows) {
      const text = `aggregate a { workers ${workers}; precision ${bits} bits }`;
      const { value } = parseSpecs({ name: "a.optinc", text }, { emitTargets: ["spice", "phases"] });
      expect(countDevices(synthesise(value![0]!).circuit).mzis).toBe(Number(mzis));
    }
  });

  it("the picture is the compiled example (`npm run picture` draws it), with a ring for every crossing", () => {
    const name = "examples/mean-4x8-foundry.optinc";
    const { value } = parseSpecs({ name, text: read(name) }, { emitTargets: ["spice", "phases"] });
    const technology = `technologies/${value![0]!.technology}.yaml`;
    const { optics } = opticsOf(readTechnology({ name: technology, text: read(technology) }).value!, 25e9);
    const { circuit } = synthesise(value![0]!, { network: null }, optics!);
    const picture = drawCircuit(circuit);
    // Devices with what they do, and the title with its figures: what a reader takes from the picture, wherever it stands.
    const said = (svg: string): readonly string[] =>
      [...svg.matchAll(/<title>[^<]+|font-weight="bold">[^<]+/g)].map(([text]) => text).sort();
    expect(said(picture).length).toBeGreaterThan(20);
    expect(said(read("docs/mean-4x8.svg"))).toEqual(said(picture));
    // one ring stands in the legend
    expect(picture.split("<circle").length - 2).toBe(countDevices(circuit).crossings);
  });

  it("the figures of how-it-works.md are what the devices give (`npm run picture` draws them)", () => {
    const run = spawnSync(process.execPath, ["dev/scripts/draw.mjs", "--check"], { cwd: root, encoding: "utf8" });
    expect(run.stderr).toBe("");
    expect(run.status).toBe(0);
  });

  it("every reason why a changed netlist means the same is explained", () => {
    const reasons = [...circuitReasons, ...verifiedReasons].map(({ reason }) => reason);
    const page = read("docs/reference/targets/README.md");
    for (const reason of reasons) expect(page).toContain(`\n| ${reason.split(":")[0]!} | `);
  });

  it("docs/README.md lists every page by its title", () => {
    const files = readdirSync(new URL("docs/", root), { recursive: true, encoding: "utf8" });
    const pages = files
      .map((file) => file.replaceAll("\\", "/"))
      .filter((file) => file.endsWith(".md") && !/^README|targets\/(?!README)/.test(file));
    const contents = read("docs/README.md");
    expect(pages.length).toBeGreaterThan(20);
    for (const page of pages) {
      const title = /^# (.*)$/m.exec(read(`docs/${page}`))![1]!;
      expect(contents).toContain(`- [${title}](${page}): `);
    }
  });
});
