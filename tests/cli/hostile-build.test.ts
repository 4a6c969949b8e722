import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Chalk } from "chalk";
import { Command } from "commander";
import { beforeAll, describe, expect, test } from "vitest";
import { definition } from "../../cli/commands/verify.ts";
import type { Terminal } from "../../cli/text/terminal.ts";
import { type Aggregate, type Circuit, checkCircuit, readWords, simulate } from "../../netlist/index.ts";
import { passed, prove, verifyCircuit } from "../../verify/index.ts";
import { mutations } from "./json-mutations.ts";
import { expectEnd, optinc, pair } from "./run.ts";

/** A constructed build of two workers and two bits, made once. */
let build = "";

beforeAll(() => {
  const directory = mkdtempSync(join(tmpdir(), "optinc-hostile-"));
  build = join(directory, "pair");
  expect(optinc(["compile", "-", "-o", build, "-q", "--chips", "0"], { input: pair }).code).toBe(0);
  return () => rmSync(directory, { recursive: true, force: true });
});

type VerifyCommand = Readonly<Record<string, unknown>>;

/** What a command line without options says. */
const usual: VerifyCommand = Object.fromEntries(
  Object.entries(definition.parameters).map(([property, { fallback }]) => [property, fallback]),
);

async function verify(
  directory: string,
  change: Partial<VerifyCommand> = {},
): Promise<{ code: number | null; out: string; err: string }> {
  let out = "";
  let err = "";
  const plain = new Chalk({ level: 0 });
  const terminal: Terminal = {
    out: (text) => {
      out += text;
    },
    data: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    ...{ paintOut: plain, paintErr: plain, rewritable: false, width: 80 },
  };
  const code = await definition.run(terminal, { ...usual, ...change, paths: [directory] }, new Command());
  return { code, out, err };
}

/** A copy with some files replaced; `consistent`: by somebody who knows how to write a manifest. */
function spoilt(files: Readonly<Record<string, string>>, consistent: boolean): string {
  const directory = join(mkdtempSync(join(tmpdir(), "optinc-spoilt-")), "pair");
  mkdirSync(directory);
  cpSync(build, directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  if (consistent) {
    const path = join(directory, "manifest.json");
    const manifest = JSON.parse(readFileSync(path, "utf8"));
    for (const entry of manifest.files) {
      const bytes = readFileSync(join(directory, entry.name));
      entry.sha256 = createHash("sha256").update(bytes).digest("hex");
      entry.bytes = bytes.length;
    }
    writeFileSync(path, JSON.stringify(manifest));
  }
  return directory;
}

async function verifySpoilt(
  files: Readonly<Record<string, string>>,
  consistent: boolean,
  change: Partial<VerifyCommand> = {},
): Promise<{ code: number | null; out: string; err: string }> {
  const directory = spoilt(files, consistent);
  try {
    const { code, out, err } = await verify(directory, change);
    return { code, out: out.replaceAll(directory, build), err };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function json(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(build, name), "utf8"));
}

/** The circuit with one phase moved, which makes words wrong. */
function broken(): string {
  const circuit = JSON.parse(readFileSync(join(build, "circuit.json"), "utf8"));
  const layer = circuit.sections.find((section: { kind: string }) => section.kind === "layer");
  layer.meshes[0].devices[0].thetaRad += 0.4;
  return JSON.stringify(circuit);
}

/** All words of both workers through every device, and the mean by its definition: nothing of verify/ is asked. */
function everyWordIsRight(circuit: Circuit): boolean {
  const { workers, symbols } = circuit.aggregate;
  const words = 2 ** circuit.aggregate.bits;
  const vectors = words ** workers;
  const sent = new Uint8Array(vectors * workers * symbols);
  const codes = Array.from({ length: vectors }, (_, v) =>
    Array.from({ length: workers }, (_unused, w) => Math.floor(v / words ** w) % words),
  );
  codes.forEach((row, v) => {
    row.forEach((code, w) => {
      sent.set(digits(code, circuit.aggregate), (v * workers + w) * symbols);
    });
  });
  const received = readWords(circuit, simulate(circuit, sent));
  return codes.every((row, v) => {
    const wanted = digits(mean(row, circuit.aggregate), circuit.aggregate);
    return row.every((_, w) => wanted.every((digit, s) => received[(v * workers + w) * symbols + s] === digit));
  });
}

function digits(code: number, { levels, symbols }: Aggregate): number[] {
  return Array.from({ length: symbols }, (_, s) => Math.floor(code / levels ** (symbols - 1 - s)) % levels);
}

/** Of codes; the offset of signed words is the same for all, and even but for words of one bit. */
function mean(codes: readonly number[], { rounding, signed, bits }: Aggregate): number {
  const exact = codes.reduce((sum, code) => sum + code, 0) / codes.length;
  const below = Math.floor(exact);
  if (rounding === "floor" || exact - below < 0.5) return below;
  if (exact - below > 0.5 || rounding === "half-up") return below + 1;
  const offset = signed ? 2 ** (bits - 1) : 0;
  return (below - offset) % 2 === 0 ? below : below + 1;
}

describe("whatever is changed in a build", () => {
  test("every value of circuit.json: refused, found wrong, or all its words are right", () => {
    const original = json("circuit.json");
    const counts = { refused: 0, wrong: 0, equivalent: 0 };
    const unsound: string[] = [];
    for (const { where, value } of mutations(original)) {
      const { circuit } = checkCircuit(value);
      if (circuit === null) {
        counts.refused++;
        continue;
      }
      // Sizes that only take time.
      if (circuit.aggregate.workers !== 2 || circuit.aggregate.bits > 4 || circuit.modes > 1000) {
        counts.refused++;
        continue;
      }
      const claimed = passed(verifyCircuit(circuit, { inputs: { kind: "exhaustive" }, seed: 1 }));
      const proved = circuit.certificate !== null && prove(circuit).holds;
      if (!claimed && !proved) counts.wrong++;
      else if (everyWordIsRight(circuit)) counts.equivalent++;
      else unsound.push(`${where}${claimed ? " passed" : ""}${proved ? " proved" : ""}`);
    }
    expect(unsound).toEqual([]);
    // The test must see all three.
    expect(Math.min(counts.refused, counts.wrong, counts.equivalent)).toBeGreaterThan(100);
  });

  test("every value of summary.json and of the manifest: refused, or the verdict is the same", async () => {
    const untouched = await verify(build);
    expect(untouched.code).toBe(0);
    const directory = spoilt({}, false);
    const counted = (text: string): string =>
      text.replaceAll(directory, build).replace(/\d files agree/, "6 files agree");
    for (const name of ["summary.json", "manifest.json"]) {
      const original = readFileSync(join(directory, name));
      let number = 0;
      for (const { where, value } of mutations(json(name))) {
        // The hash of summary.json says all: one in eight is enough of it.
        if (name === "summary.json" && number++ % 8 !== 0) continue;
        writeFileSync(join(directory, name), JSON.stringify(value));
        const { code, out, err } = await verify(directory);
        if (code === 1) expect(err, where).toMatch(/error\[OPT061[45]\]/);
        else expect({ code, out: counted(out), err, where }).toEqual({ ...untouched, where });
      }
      writeFileSync(join(directory, name), original);
    }
    rmSync(join(directory, ".."), { recursive: true });
  });

  test("a broken circuit is found whatever summary.json says, and whoever wrote the manifest", async () => {
    const circuit = broken();
    expect((await verifySpoilt({ "circuit.json": circuit }, false)).err).toContain("circuit.json differs");
    const summary = JSON.parse(JSON.stringify(json("summary.json")));
    const bent = [
      { ...summary, network: { ...summary.network, trained: { target: 0 } } },
      { ...summary, network: { kind: "trained", target: 0, trained: { target: 0, vectors: 7, wrong: 0 } } },
      { ...summary, verify: { against: "ring", inputs: { kind: "sampled", samples: 1 } } },
      { ...summary, verify: { against: "ring", inputs: { kind: "proof" } }, proof: { ...summary.proof, holds: true } },
      [],
      null,
    ];
    for (const value of bent) {
      const files = { "circuit.json": circuit, "summary.json": JSON.stringify(value) };
      expect((await verifySpoilt(files, false)).code).toBe(1);
      const run = await verifySpoilt(files, true);
      expect(run.code).toBe(3);
      expect(run.out).toContain("on all 7 words through the devices: 1 wrong");
    }
  });
});

describe("what the user says", () => {
  test("--allow-modified verifies what is there, and every report says so", async () => {
    const files = { "summary.json": "{}" };
    expect((await verifySpoilt(files, false)).code).toBe(1);
    const run = await verifySpoilt(files, false, { allowModified: true });
    expectEnd(run, 0, "warning[OPT0615]");
    expect(run.out).toContain("MODIFIED, and allowed by --allow-modified: summary.json differs");
    const data = JSON.parse((await verifySpoilt(files, false, { allowModified: true, json: "-" })).out);
    expect(data.reports[0].build.modified).toEqual(["summary.json differs from manifest.json"]);
    expect((await verifySpoilt({ "circuit.json": broken() }, false, { allowModified: true })).code).toBe(3);
  });

  test("a manifest that names other places is none", async () => {
    for (const name of ["../pair/circuit.json", "/etc/passwd", "..", "", "a\u0000b", "a\u001b[2J"]) {
      const manifest = json("manifest.json");
      const files = [...(manifest["files"] as object[]), { name, sha256: "0".repeat(64), bytes: 1 }];
      const run = await verifySpoilt({ "manifest.json": JSON.stringify({ ...manifest, files }) }, false);
      expectEnd(run, 1, "error[OPT0614]");
    }
  });

  test("a directory without a manifest, or whose manifest does not list the circuit, is refused", async () => {
    const manifest = json("manifest.json");
    const files = (manifest["files"] as { name: string }[]).filter(({ name }) => name !== "circuit.json");
    const unlisted = await verifySpoilt({ "manifest.json": JSON.stringify({ ...manifest, files }) }, false);
    expect(unlisted).toMatchObject({ code: 1, err: expect.stringContaining("circuit.json is not listed") });
    const bare = spoilt({}, false);
    rmSync(join(bare, "manifest.json"));
    expect(await verify(bare)).toMatchObject({ code: 1, err: expect.stringContaining("error[OPT0614]") });
    expect((await verify(bare, { allowModified: true })).code).toBe(0);
    rmSync(join(bare, ".."), { recursive: true });
  });

  test("--spec holds a build to words, rounding, topology and margin", async () => {
    const path = join(build, "..", "spec.optinc");
    const held = async (...lines: string[]): Promise<{ code: number | null; out: string; err: string }> => {
      writeFileSync(path, `aggregate pair {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`);
      return await verify(build, { spec: path });
    };
    const agreed = await held("workers 2", "precision 2 bits");
    expect(agreed).toMatchObject({ code: 0, out: expect.stringMatching(/spec +pass +pair of .*spec\.optinc\n/) });
    expect(agreed.out).toMatch(/proof +holds/);
    for (const [said, ...lines] of [
      ["rounding: the spec says floor, the circuit half-up", "workers 2", "precision 2 bits", "rounding floor"],
      ["precision: the spec says 4, the circuit 2", "workers 2", "precision 4 bits"],
      ["workers: the spec says 3, the circuit 2", "workers 3", "precision 2 bits"],
      ["margin: the spec says 0.45", "workers 2", "precision 2 bits", "network constructed { decision-margin 0.45 }"],
    ]) {
      const run = await held(...lines);
      expect(run.code).toBe(3);
      expect(run.out).toContain(said);
    }
  });

  test("a target for a constructed circuit is refused, and counts for one that claims nothing", async () => {
    expect(await verify(build, { target: 0.5 })).toMatchObject({ code: 1, err: expect.stringContaining("OPT0633") });
    const circuit = JSON.parse(broken());
    const files = { "circuit.json": JSON.stringify({ ...circuit, certificate: null }) };
    expect((await verifySpoilt(files, true)).code).toBe(3);
    const low = await verifySpoilt(files, true, { target: 0.01 });
    expect(low).toMatchObject({ code: 0, out: expect.stringMatching(/target +1 %, as --target says\n/) });
    const proof = await verifySpoilt(files, true, { inputs: "proof" });
    expect(proof).toMatchObject({ code: 1, err: expect.stringContaining("error[OPT0634]") });
  });
});
