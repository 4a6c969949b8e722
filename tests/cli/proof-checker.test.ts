import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { expectEnd, optinc, root, scratch } from "./run.ts";

const spec = "aggregate pair { workers 2; precision 2 bits }\n";

test("export --to proof-checker writes the circuit, the log of its proof, the program of the package and what to do", () => {
  const cwd = scratch();
  const wrong = optinc(["export", "-", "--to", "proof-checker", "-o", "out", "--scope", "layer:1"], {
    cwd,
    input: spec,
  });
  expectEnd(wrong, 1, "error[OPT0437]: pair: a proof is of the whole");
  expect(readdirSync(cwd)).toEqual([]);
  expect(optinc(["compile", "-", "-o", "b", "--chips", "0", "-q"], { cwd, input: spec }).code).toBe(0);
  expect(optinc(["verify", "b", "--proof-log", "log.json", "-q"], { cwd }).code).toBe(0);
  expect(optinc(["export", "b", "--to", "proof-checker", "-o", "out"], { cwd }).code).toBe(0);
  const text = (name: string): string => readFileSync(join(cwd, name), "utf8");
  const names = ["README.md", "check_proof.py", "circuit.json", "manifest.json", "proof.json"];
  expect(readdirSync(join(cwd, "out")).sort()).toEqual(names);
  expect(text("out/circuit.json")).toBe(text("b/circuit.json"));
  expect(text("out/proof.json")).toBe(text("log.json"));
  expect(text("out/check_proof.py")).toBe(readFileSync(join(root, "proof/check_proof.py"), "utf8"));
  expect(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).files).toContain("proof/check_proof.py");
  expect(text("out/README.md")).toContain("check_proof.py circuit.json --log proof.json");
});

test("a circuit without certificate has no proof to check (OPT0634); one that is not proved is written, and ends with 3", () => {
  const cwd = scratch();
  expect(optinc(["compile", "-", "-o", "b", "--chips", "0", "-q"], { cwd, input: spec }).code).toBe(0);
  const circuit = JSON.parse(readFileSync(join(cwd, "b/circuit.json"), "utf8"));
  const run = (changed: object): ReturnType<typeof optinc> => {
    writeFileSync(join(cwd, "changed.json"), JSON.stringify({ ...circuit, ...changed }));
    return optinc(["export", "changed.json", "--to", "proof-checker", "-o", "out"], { cwd });
  };
  const none = run({ certificate: null });
  expect(none).toMatchObject({ code: 1, err: expect.stringMatching(/error\[OPT0634\]: pair: .*no certificate/) });
  expect(readdirSync(cwd).sort()).toEqual(["b", "changed.json"]);
  const [first, ...others] = circuit.certificate.signals;
  const signals = [{ ...first, fieldPerUnit: 2 * first.fieldPerUnit }, ...others];
  expect(run({ certificate: { ...circuit.certificate, signals } })).toMatchObject({ code: 3 });
  expect(JSON.parse(readFileSync(join(cwd, "out/proof.json"), "utf8")).holds).toBe(false);
});
