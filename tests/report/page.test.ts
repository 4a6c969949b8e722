import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/index.ts";
import { type Circuit, serializeCircuit } from "../../netlist/index.ts";
import { type Anchor, anchorText, parseAnchor, type ReportInput, reportPage } from "../../report/index.ts";
import { verifyCircuit } from "../../verify/index.ts";
import { root } from "../cli/run.ts";
import { specOf } from "../compiler/specs.ts";

const { circuit } = synthesise(specOf(4, 8, 4, "half-up", true, 0.25));
const assets = {
  script: readFileSync(join(root, "dist/report/page.js"), "utf8"),
  style: readFileSync(join(root, "dist/report/page.css"), "utf8"),
};
const verification = verifyCircuit(circuit, { inputs: { kind: "exhaustive" }, seed: 1, proof: true });

function input(change: Partial<ReportInput> = {}): ReportInput {
  return {
    circuit,
    source: "build/mean-4x8",
    passed: true,
    report: verification,
    verification: "mean-4x8 (build/mean-4x8): verified\n",
    verdict: "Exact: yes, proved.",
    checks: [],
    player: {
      ...{ comparators: [], weakest: null, counterexample: null, inputScales: null, technology: null },
      ...{ seed: 1, unitPowerW: null },
    },
    figures: [],
    tables: [{ name: "figures", caption: "Figures", columns: ["what", "value"], rows: [["MZIs", 83]] }],
    version: "0.0.0",
    ...change,
  };
}

/** What stands between the tags of each script, in order, with its attributes. */
function scripts(page: string): { attributes: string; text: string }[] {
  return [...page.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)].map(([, attributes = "", text = ""]) => ({
    attributes,
    text,
  }));
}

/** Text that tries to leave wherever it is put. */
const hostile = [
  `</script><script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `' onmouseover='alert(1)`,
  "<!--",
  "]]>&lt;",
  "\u202eevil\u0000\u2028",
  "=HYPERLINK(1)",
];

describe("the page", () => {
  it("is one HTML file of its own: verdict first, no address but names of XML", () => {
    const page = reportPage(input(), assets);
    expect(page.slice(0, 32)).toBe(`<!DOCTYPE html>\n<html lang="en">`);
    expect(/https?:\/\/(?!www\.w3\.org\/).{0,40}/.exec(page)).toBeNull();
    expect(/<[a-z][^<>]*\s(src|srcset)=/.exec(page)).toBeNull();
    expect(/@import|url\(/.exec(page)).toBeNull();
    expect(page.match(/<link[^>]*>/g)).toEqual([`<link rel="icon" href="data:,">`]);
    expect(page.indexOf("Verified")).toBeLessThan(page.indexOf("Words through the chip"));
    expect(page.length).toBeLessThan(1.5e6);
  });

  it("is the same for the same circuit", () => {
    expect(reportPage(input(), assets)).toBe(reportPage(input(), assets));
  });

  it("carries the circuit to the bit", () => {
    const packed = scripts(reportPage(input(), assets)).find(({ attributes }) => attributes.includes("circuit-data"))!;
    expect(gunzipSync(Buffer.from(packed.text, "base64")).toString()).toBe([...serializeCircuit(circuit)].join(""));
  });

  it("allows its one script and its one style by their hashes, and nothing else", () => {
    const page = reportPage(input(), assets);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!.replaceAll("&#39;", "'");
    const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    const run = scripts(page).filter(({ attributes }) => !/type="(application\/json|text\/plain)"/.test(attributes));
    expect(run).toHaveLength(1);
    expect(policy).toContain(`script-src ${hash(run[0]!.text)} 'wasm-unsafe-eval';`);
    expect(policy).toContain(`style-src ${hash(/<style>([\s\S]*?)<\/style>/.exec(page)![1]!)};`);
    expect(policy).toMatch(/^default-src 'none';.* base-uri 'none'; form-action 'none'$/);
    expect(/\s(on[a-z]+|style)="/.exec(page)).toBeNull();
  });

  const plain = reportPage(input({ tables: [], figures: [] }), assets);
  it.each(hostile)("shows %j as text, wherever it stands", (text) => {
    const named: Circuit = {
      ...circuit,
      name: text,
      sections: circuit.sections.map((section) => ({
        ...section,
        name: text,
        meshes: section.meshes.map((mesh) => ({ ...mesh, name: text })),
      })),
      inputs: circuit.inputs.map((port) => ({ ...port, name: text })),
    };
    const page = reportPage(
      input({
        circuit: named,
        source: text,
        verification: text,
        tables: [{ name: text, caption: text, columns: [text], rows: [[text]] }],
        figures: [{ id: text, title: text, explanation: text, svg: "<svg></svg>" }],
        verdict: text,
        checks: [{ name: text, state: "fail", found: text, wanted: text, slack: null, required: true, mend: text }],
        player: {
          ...{
            weakest: null,
            counterexample: null,
            inputScales: null,
            seed: 1,
            unitPowerW: null,
          },
          comparators: [{ cell: text, section: 0, mode: 0, step: 0, fieldPerGridStep: 1, margin: 1, state: text }],
          technology: null,
        },
      }),
      assets,
    );
    // Nothing of it became a tag: what is there beyond the plain page are the elements of the table, figure and requirement.
    expect(scripts(page)).toHaveLength(scripts(plain).length);
    const visible = page.replace(/<script[\s\S]*?<\/script>/g, "").replace(/"[^"<>]*"/g, '""');
    expect(/<img|<!--|<[a-z][^>]*\son[a-z]+=|\u202e/.exec(visible)).toBeNull();
    const json = scripts(page).find(({ attributes }) => attributes.includes("player-data"))!;
    expect(JSON.parse(json.text).comparators[0].cell).toBe(text);
  });

  it("refuses a script or a style that would end its own element", () => {
    expect(() => reportPage(input(), { ...assets, script: "'</script>'" })).toThrow(/ends its own element/);
    expect(() => reportPage(input(), { ...assets, style: "</style>" })).toThrow(/ends its own element/);
  });
});

describe("links into the page", () => {
  it("say the same after being written and read", () => {
    const words = fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 }), { minLength: 1, maxLength: 6 });
    const anchors = fc.record({
      input: fc.option(words),
      device: fc.option(fc.string({ minLength: 1, unit: "grapheme" })),
      sample: fc.option(fc.nat({ max: 999_999_999 })),
    });
    fc.assert(
      fc.property(anchors, (anchor: Anchor) => {
        expect(parseAnchor(anchorText(anchor))).toEqual(anchor);
      }),
    );
  });

  it.each([
    "",
    "#",
    "#input",
    "#input=",
    "#input=a,b",
    "#input=1e3",
    "#device",
    "#sample=-1",
    "#figures-title",
    "#device=%E0%A4%A",
  ])("%j names no words and no chip", (hash) => {
    expect(parseAnchor(hash)).toMatchObject({ input: null, sample: null });
  });
});
