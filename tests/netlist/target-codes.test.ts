import { expect, it } from "vitest";
import { findTarget, seededRandom, subjectOf } from "../../netlist/index.ts";
import { tinyCircuit } from "./build.ts";
import { withRandomLosses } from "./lossy.ts";
import { largeCircuit, unitaryCircuit } from "./subjects.ts";

const codesOf = (format: string, circuit: Parameters<typeof subjectOf>[0]): string[] =>
  findTarget(format)!
    .check(subjectOf(circuit, { kind: "circuit" }), {})
    .map((it) => it.code);

it("OPT0431 says that a format leaves neurons out, and only where there are some", () => {
  expect(codesOf("sax", tinyCircuit())).toContain("OPT0431");
  expect(codesOf("sax", unitaryCircuit(3))).toEqual([]);
});

it("OPT0434 warns of blocks that the tool does not load in comfort", () => {
  expect(codesOf("lumerical", largeCircuit(6000))).toContain("OPT0434");
  expect(codesOf("lumerical", unitaryCircuit(3))).not.toContain("OPT0434");
});

it("OPT0436 says that a format leaves losses out, and only where there are some", () => {
  const lossy = withRandomLosses(unitaryCircuit(3), seededRandom(1));
  for (const format of ["gdsfactory", "perceval", "lumerical"]) {
    expect(codesOf(format, lossy)).toContain("OPT0436");
    expect(codesOf(format, unitaryCircuit(3))).not.toContain("OPT0436");
  }
  for (const format of ["spice", "sax", "touchstone"]) {
    expect(codesOf(format, lossy)).not.toContain("OPT0436");
  }
});
