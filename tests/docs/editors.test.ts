import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { beforeAll, describe, expect, it } from "vitest";
import oniguruma from "vscode-oniguruma";
import textmate, { type IGrammar } from "vscode-textmate";
import { language, textMateGrammar, unitNames } from "../../dsl/index.ts";
import { root, scratch } from "../cli/run.ts";

const folder = join(root, "dev/editors/vscode");
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const grammarFile = "syntaxes/optinc.tmLanguage.json";

describe("the grammar for editors", () => {
  let grammar: IGrammar;
  beforeAll(async () => {
    const wasm = readFileSync(createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm"));
    await oniguruma.loadWASM(new Uint8Array(wasm).buffer);
    const registry = new textmate.Registry({
      onigLib: Promise.resolve({
        createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
        createOnigString: (text) => new oniguruma.OnigString(text),
      }),
      loadGrammar: async () => textmate.parseRawGrammar(read(grammarFile), grammarFile),
    });
    grammar = (await registry.loadGrammar("source.optinc"))!;
  });

  /** Words of a text with the innermost scope that colours them, as VS Code's engine sees them. */
  function coloured(text: string): [word: string, scope: string][] {
    let stack = textmate.INITIAL;
    return text.split("\n").flatMap((line) => {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
      stack = ruleStack;
      return tokens.flatMap(({ startIndex, endIndex, scopes }): [string, string][] => {
        const word = line.slice(startIndex, endIndex).trim();
        return word === "" ? [] : [[word, scopes.at(-1)!.replace(/\.optinc$/, "")]];
      });
    });
  }

  it("is written from the language (`npm run grammar`)", () => {
    expect(read(grammarFile)).toBe(`${JSON.stringify(textMateGrammar(), null, 2)}\n`);
  });

  it("colours every word of a spec as what it is", async () => {
    const text =
      'aggregate mean-4x8 { # four\n  precision 8 bits; levels\t4\n  technology "a # b"\n  network constructed { decision-margin 25% }\n';
    const more =
      "  topology cascade 4 x 4\n  require { latency <= 5 ns; yield >= 99 % at phase 0.5 rad, splitter 1 % }\n  rate 100Gb/s\n}";
    const scopes = coloured(text + more).map(([word, scope]) => `${word}  ${scope}`);
    await expect(`${scopes.join("\n")}\n`).toMatchFileSnapshot("golden/coloured.txt");
  });

  it("knows every setting, block and unit, and colours no name that is none", () => {
    const within = (rows: typeof language): readonly string[] =>
      rows.flatMap((row) => [...row.settings.map(({ name }) => name), ...within(row.blocks)]);
    // A study names its aggregate: the word is that of the block.
    const blocks = language.map(({ name }) => name);
    for (const name of within(language)) {
      const scope = blocks.includes(name) ? "storage.type" : "support.type.property-name";
      expect(coloured(`  ${name} 4`)[0]).toEqual([name, scope]);
    }
    const dimensions = ["time", "power", "data rate", "symbol rate", "area", "noise current", "information"] as const;
    for (const unit of dimensions.flatMap((each) => unitNames(each))) {
      expect(coloured(`  rate 4 ${unit}`).slice(1)).toEqual([
        ["4", "constant.numeric"],
        [unit, "keyword.other.unit"],
      ]);
    }
    expect(coloured("  levls 4 bitsy")[0]).toEqual(["levls", "source"]);
    expect(coloured("  levls 4 bitsy").map(([, scope]) => scope)).not.toContain("keyword.other.unit");
  });

  it("leaves no word of an example without a colour but the names of targets, which are not the language's", () => {
    const examples = readdirSync(join(root, "examples")).filter((name) => name.endsWith(".optinc"));
    const plain = examples.flatMap((name) =>
      coloured(readFileSync(join(root, "examples", name), "utf8")).filter(([, scope]) => scope === "source"),
    );
    expect([...new Set(plain.map(([word]) => word))]).toEqual(["spice", "phases"]);
  });
});

describe("the extension for Visual Studio Code", () => {
  it("has the version of the program, and loads with all that it needs from its package", () => {
    const run = spawnSync(process.execPath, ["dev/scripts/vsix.mjs"], { cwd: root, encoding: "utf8" });
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: "" });
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const files = unzipSync(readFileSync(join(root, `build/optinc-${version}.vsix`)));
    const text = (name: string): string => Buffer.from(files[name]!).toString();
    expect(text("extension.vsixmanifest")).toContain(`<Identity Language="en-US" Id="optinc" Version="${version}"`);
    const types = [...text("[Content_Types].xml").matchAll(/Extension="(\.\w+)"/g)].map(([, ending]) => ending!);
    for (const name of Object.keys(files)) {
      expect(name === "[Content_Types].xml" || types.some((ending) => name.endsWith(ending)), name).toBe(true);
    }
    const about = JSON.parse(text("extension/package.json"));
    expect(about.version).toBe(version);
    const { languages, grammars } = about.contributes;
    for (const path of [about.main, languages[0].configuration, grammars[0].path]) {
      expect(files).toHaveProperty([`extension/${path.replace("./", "")}`]);
    }
    // Outside of the repository, where no package of ours is found; `vscode` is the editor's own.
    const place = scratch();
    for (const [name, bytes] of Object.entries(files)) {
      mkdirSync(dirname(join(place, name)), { recursive: true });
      writeFileSync(join(place, name), bytes);
    }
    const fake = 'module.exports = new Proxy({}, { get: (_, name) => name === "version" ? "1.91.0" : class {} });';
    mkdirSync(join(place, "extension/node_modules/vscode"), { recursive: true });
    writeFileSync(join(place, "extension/node_modules/vscode/index.js"), fake);
    const script = 'console.log(Object.keys(require("./extension/extension.js")).join())';
    const loaded = spawnSync(process.execPath, ["-e", script], { cwd: place, encoding: "utf8" });
    expect(loaded).toMatchObject({ status: 0, stderr: "", stdout: "activate,deactivate\n" });
  });
});
