import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseSpecs, renderDiagnostics } from "../../dsl/index.ts";
import {
  type QuantityKey,
  quantities,
  quantityKeys,
  quantityReference,
  readTechnology,
  type Technology,
} from "../../physics/index.ts";

const folder = new URL("../../technologies/", import.meta.url);
const names = readdirSync(folder).sort();

function shipped(name: string): Technology {
  const source = { name, text: readFileSync(new URL(name, folder), "utf8") };
  const { value, diagnostics } = readTechnology(source);
  expect(renderDiagnostics(source, diagnostics)).toBe("");
  return value!;
}

describe("the technologies that are shipped", () => {
  it("are these", () => {
    expect(names).toEqual(["best-published.yaml", "foundry-si.yaml", "ideal.yaml", "sin-thermal.yaml"]);
  });

  it.each(names)("%s is read, and bears the name of its file", (name) => {
    expect(`${shipped(name).name}.yaml`).toBe(name);
  });

  it("all but the ideal one give everything but an equaliser and a recovery, which stand in none", () => {
    const given = (name: string): string[] => Object.keys(shipped(name).entries);
    const wanted = quantityKeys.filter((key) => !/^(equaliser-|neuron-recovery)/.test(key));
    for (const name of names.filter((each) => each !== "ideal.yaml"))
      expect(given(name).sort()).toEqual([...wanted].sort());
    expect(given("ideal.yaml").every((key) => key.endsWith("-loss"))).toBe(true);
  });

  it.each<[string, QuantityKey, number]>([
    ["foundry-si.yaml", "propagation-loss", 300],
    ["foundry-si.yaml", "tia-noise", 16.9e-12],
    ["foundry-si.yaml", "heater-power-pi", 0.025],
    ["foundry-si.yaml", "laser-efficiency", 0.3],
    ["foundry-si.yaml", "index-by-width", 1.8e6],
    ["foundry-si.yaml", "switch-energy", 9.8e-12],
    ["best-published.yaml", "detector-bandwidth", 103e9],
    ["sin-thermal.yaml", "bend-radius", 20e-6],
    ["sin-thermal.yaml", "wavelength", 1.55e-6],
  ])("%s: %s is %d in the base unit", (name, key, value) => {
    const found = shipped(name).entries[key]!.value;
    expect(Math.abs(found / value - 1)).toBeLessThan(1e-12);
  });
});

it("the example of every row is read", () => {
  const lines = quantityKeys.map((key) => {
    const [value, unit] = quantities[key].example;
    return `  ${key}: { value: ${value}, unit: "${unit ?? 1}", source: a test, kind: assumed }\n`;
  });
  const text = `technology: all\ndescription: every quantity\nquantities:\n${lines.join("")}`;
  const { value, diagnostics } = readTechnology({ name: "all.yaml", text });
  expect(diagnostics).toEqual([]);
  expect(Object.keys(value!.entries)).toEqual(quantityKeys);
});

describe("docs/reference/technology.md", () => {
  const page = readFileSync(new URL("../../docs/reference/technology.md", import.meta.url), "utf8");

  it("has the quantities of the table and of the files (`npm run reference` writes them)", () => {
    const marked = /<!-- quantities -->\n([\s\S]*)<!-- end of quantities -->/.exec(page);
    expect(marked?.[1]).toBe(quantityReference(names.map(shipped)));
  });

  it("shows a file of one's own that is read, and a spec that is read", () => {
    const howTo = readFileSync(new URL("../../docs/how-to/own-technology.md", import.meta.url), "utf8");
    const [, own] = /```yaml\n([\s\S]*?)```/.exec(howTo)!;
    expect(readTechnology({ name: "own.yaml", text: own! }).diagnostics).toEqual([]);
    const [, spec] = /```\n(aggregate [\s\S]*?)```/.exec(page)!;
    expect(parseSpecs({ name: "a.optinc", text: spec! }, { emitTargets: ["spice", "phases"] }).diagnostics).toEqual([]);
  });
});
