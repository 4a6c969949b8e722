import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { npyHeader } from "../../formats/index.ts";
import { optinc, spec } from "./run.ts";

const cwd = mkdtempSync(join(tmpdir(), "optinc-export-chip-"));
const bits = 6;
/** Codes that a gradient of a block with exponent 0 can have: all but the lowest one. */
const codes = Array.from({ length: 2 ** bits - 1 }, (_, i) => i + 1);
const middle = 2 ** (bits - 1);
const pairs = codes.flatMap((a) => codes.map((b) => [a, b] as const));

beforeAll(() => {
  const run = (args: readonly string[], input = "") =>
    expect(optinc(args, { cwd, input })).toMatchObject({ code: 0, err: "" });
  run(
    ["compile", "-", "-o", "b", "--chips", "0", "-q"],
    spec("mean", "workers 2", `precision ${bits} bits`, "network constructed { neuron relu }"),
  );
  run("yield b --splitter 0.1 --chip-samples 1 --write-chip measured.json --chip-sample 1 -q".split(" "));
  const sent = [0, 1].map((worker) =>
    Buffer.from(Float32Array.from(pairs, (pair) => (pair[worker]! - middle) / (middle - 1)).buffer),
  );
  writeFileSync(join(cwd, "all.npy"), Buffer.concat([npyHeader("<f4", [2, pairs.length]), ...sent]));
});
afterAll(() => rmSync(cwd, { recursive: true }));

/** What each worker receives of every pair, by `optinc aggregate`: [worker][pair]. */
function aggregated(chip: readonly string[]): number[][] {
  const args = ["aggregate", "b", "all.npy", "-o", "out.npy", "--block", "4096", "-q", "--force", ...chip];
  expect(optinc(args, { cwd })).toMatchObject({ code: 0, err: "" });
  const bytes = readFileSync(join(cwd, "out.npy"));
  const start = 10 + bytes.readUInt16LE(8);
  const values = new Float32Array(Uint8Array.from(bytes.subarray(start)).buffer);
  const received = Array.from(values, (value) => Math.round(value * (middle - 1)) + middle);
  return [received.slice(0, pairs.length), received.slice(pairs.length)];
}

/** The same by the arrays of an exported C header, read as docs/reference/formats.md says. */
function tabulated(chip: readonly string[]): number[][] {
  const args = ["export", "b", "--to", "table", "--option", "form=c", "--option", "index=words", "-o", "t.h"];
  expect(optinc([...args, "-q", "--force", ...chip], { cwd })).toMatchObject({ code: 0, err: "" });
  const text = readFileSync(join(cwd, "t.h"), "utf8");
  const array = (name: string): number[][] => {
    const body = new RegExp(`mean_${name}\\[\\d+\\]\\[\\d+\\] = \\{\\n([^;]*)\\};`).exec(text)![1]!;
    return [...body.matchAll(/\{([^{}]*)\}/g)].map(([, row]) => row!.match(/\d+/g)!.map(Number));
  };
  const [shares, received] = [array("shares"), array("received")];
  const [[...shareOf], [...receivedOf]] = [array("share_of")[0]!, array("received_of")[0]!];
  return [0, 1].map((worker) =>
    pairs.map((pair) => {
      const row = shares[shareOf[0]!]![pair[0]]! + shares[shareOf[1]!]![pair[1]]!;
      return received[receivedOf[worker]!]![row]!;
    }),
  );
}

const chips: readonly (readonly [string, readonly string[]])[] = [
  ["a chip of a technology", ["--chip-sample", "4", "--technology", "foundry-si", "--seed", "2"]],
  ["a chip that was measured", ["--measured", "measured.json"]],
];

describe.each(chips)("the function of %s", (_name, chip) => {
  test("is in a table word for word what aggregate makes of the chip, and not the mean", () => {
    const words = tabulated(chip);
    expect(words).toEqual(aggregated(chip));
    const wrong = pairs.filter(([a, b], i) => words[0]![i] !== Math.floor((a + b + 1) / 2)).length;
    expect(wrong).toBeGreaterThan(20);
    expect(wrong).toBeLessThan(pairs.length);
  });

  test("is said where a table of sums is not all of it (OPT0439), and goes into ONNX and a hook as well", () => {
    for (const format of ["table", "onnx", "torch-hook"]) {
      const { code, err } = optinc(["export", "b", "--to", format, "-o", `made-${format}`, "--force", ...chip], {
        cwd,
      });
      expect([code, err.includes("error")]).toEqual([0, false]);
      expect(err.includes("warning[OPT0439]")).toBe(format !== "onnx");
    }
  });
});

describe("chips in exports", () => {
  test("other chips give other tables, and the file says which chip it is", () => {
    const chip = (number: string) => ["--chip-sample", number, "--technology", "foundry-si"];
    expect(tabulated(chip("4"))).not.toEqual(tabulated(chip("5")));
    expect(readFileSync(join(cwd, "t.h"), "utf8")).toContain("/* mean, chip 5 of foundry-si, seed 1: the function");
    tabulated(["--measured", "measured.json"]);
    expect(readFileSync(join(cwd, "t.h"), "utf8")).toContain("/* mean, measured chip of measured.json: the function");
  });

  test("are refused where they would be left out, or where two chips are asked for; nothing is written", () => {
    const before = readdirSync(cwd);
    const chip = ["--chip-sample", "4", "--technology", "foundry-si"];
    const refused = (...args: string[]) => {
      const { code, err } = optinc(["export", "b", "-o", "none", ...args], { cwd });
      expect(err).not.toMatch(/ {4}at /);
      return `${code} ${/OPT\d+/.exec(err)?.[0] ?? err}`;
    };
    expect(refused("--to", "sax", ...chip)).toBe("1 OPT0449");
    expect(refused("--to", "gdsfactory", "--measured", "measured.json")).toBe("1 OPT0449");
    expect(refused("--to", "table", "--option", "chip=3", ...chip)).toBe("1 OPT0443");
    expect(refused("--to", "onnx", "--option", "phase-sigma=0.1", ...chip)).toBe("1 OPT0443");
    expect(refused("--to", "torch-hook", "--chip-sample", "4")).toBe("1 OPT0644");
    expect(refused("--to", "table", "--measured", "absent.json")).toBe("1 OPT0601");
    expect(refused("--to", "table", "--measured", "b/network.json")).toBe("1 OPT0446");
    expect(refused("--to", "table", "--measured", "measured.json", ...chip)).toMatch(/^2 /);
    expect(refused("--to", "table", "--seed", "2")).toMatch(/^2 /);
    expect(refused("--to", "table", "--technology", "foundry-si")).toMatch(/^2 /);
    expect(refused("--to", "sax", "--symbol-rate", "10GBd")).toMatch(/^2 /);
    expect(readdirSync(cwd)).toEqual(before);
  });

  test("their file is not written over", () => {
    const args = ["export", "b", "--to", "table", "--measured", "measured.json", "-o", "measured.json", "--force"];
    expect(optinc(args, { cwd })).toMatchObject({ code: 1 });
  });
});
