import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { accuracyText } from "../../toolchain/index.ts";
import { optinc, root, scratch } from "../cli/run.ts";
import { comparator, pair } from "../netlist/pair.ts";

it.each([
  ["verify", ["verify", "c.json"]],
  ["export", ["export", "c.json", "--to", "spice", "--option", "testbench=inside", "-o", "c.sp"]],
  ["export of a table", ["export", "c.json", "--to", "table", "-o", "c.csv"]],
  ["report", ["report", "c.json", "-o", "c.html"]],
])("words that are tried alone are not passed by %s", (_, args) => {
  const made = pair(comparator(1 + 5e-10, 1e-10));
  const inputs = made.inputs.map((port) =>
    port.kind === "worker" && port.worker === 1 ? { ...port, fieldPerLevel: 1 + 2e-9 } : port,
  );
  const cwd = scratch();
  writeFileSync(join(cwd, "c.json"), JSON.stringify({ ...made, certificate: null, inputs }));
  const run = optinc(args, { cwd });
  expect(run.code, run.err).toBe(3);
});

it("an imported network claims all words only while unequal workers change no decision on any vector", () => {
  const cwd = scratch();
  const example = join(root, "examples/imported/mean-2x4.optinc");
  const compiled = optinc(["compile", example, "-o", "b", "--chips", "0"], { cwd });
  expect(compiled.out).toContain("checked on all 49 words through the devices: every one is right");
  const circuit = JSON.parse(readFileSync(join(cwd, "b/circuit.json"), "utf8"));
  const verified = (by: number): ReturnType<typeof optinc> => {
    for (const port of circuit.inputs) if (port.worker === 0) port.fieldPerLevel *= 1 + by;
    writeFileSync(join(cwd, "c.json"), JSON.stringify(circuit));
    return optinc(["verify", "c.json"], { cwd });
  };
  expect(verified(1e-4)).toMatchObject({ code: 0, out: expect.stringContaining("checked on all 49 words") });
  const unequal = verified(0.04);
  expect(unequal).toMatchObject({
    code: 3,
    out: expect.stringContaining("tested on 49 words through the devices, all right; other"),
  });
  expect(unequal.out).not.toContain("all 49");
});

it("the summary of a compile says that words were tried, whether or not some were wrong", () => {
  const tried = {
    mode: "tried",
    vectors: 49,
    wrong: 0,
    errorRateUpper95: null,
    worstReceiverError: 0.4,
    seed: 1,
  } as const;
  const texts = [0, 7].map((wrong) => accuracyText({ ...tried, wrong }));
  for (const text of texts) expect(text).not.toMatch(/all 49/);
  expect(texts[1]).toBe("accuracy 85.71 % on the 49 words that were tried through the devices: 7 wrong");
  const all = accuracyText({ ...tried, mode: "exhaustive", wrong: 7 });
  expect(all).toBe("accuracy 85.71 % on all 49 words through the devices: 7 wrong");
});
