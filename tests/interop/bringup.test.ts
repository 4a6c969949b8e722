import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { optinc, program } from "../cli/run.ts";

const folder = mkdtempSync(join(tmpdir(), "optinc-bringup-"));
afterAll(() => rmSync(folder, { recursive: true }));
const build = join(folder, "build");
const script = join(folder, "mean.bringup.py");

function python(text: string, ...args: string[]): { readonly code: number | null; readonly out: string } {
  const file = join(folder, "run.py");
  writeFileSync(file, text);
  const command = `${process.execPath} ${program}`;
  const run = spawnSync("python3", [file, "--optinc", command, "--build", build, ...args], { encoding: "utf8" });
  return { code: run.status, out: run.stdout + run.stderr };
}

it.each(["direct", "regenerated"])(
  "the exported program brings simulated chips up over standard input and output, without a step not: residual %s",
  (residual) => {
    const network = `network constructed { residual ${residual}; outputs ${residual}; decision-margin 0.4 }`;
    const input = `aggregate mean-4x8 { workers 4; precision 8 bits; ${network} }\n`;
    expect(optinc(["compile", "-", "-o", build, "-q", "--chips", "0", "--force"], { input }).code).toBe(0);
    expect(optinc(["export", build, "--to", "bringup-python", "-o", script, "--force"]).code).toBe(0);
    const text = readFileSync(script, "utf8");
    for (const chip of ["3", "4"]) {
      expect(python(text, "--chip-sample", chip)).toEqual({ code: 0, out: "0 of 1000 words wrong\n" });
    }
    expect(python(text, "--chip-sample", "3", "--noise", "0.03").out).toMatch(/^0 of 1000 words wrong$/m);
    const dead = /"heater","name":"([^"]+)"/.exec(text)![1]!;
    expect(python(text, "--chip-sample", "3", "--fault", `heater-open:${dead}`).out).toContain(
      `, heater ${dead}: no contrast`,
    );
    const lame = text.replace(
      'for step in PROCEDURE["steps"]:',
      'for step in [it for it in PROCEDURE["steps"] if it["purpose"] != "splitting"]:',
    );
    expect(lame).not.toBe(text);
    expect(python(lame, "--chip-sample", "3").code).toBe(3);
    expect(python(text, "--trimming", "--chip-sample", "5")).toEqual({ code: 0, out: "0 of 1000 words wrong\n" });
  },
);
