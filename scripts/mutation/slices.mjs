// What is mutated, and the tests that are to notice it. A mutant is tried on the tests of its file's row and on no others.

/** Folders and files whose every source has to be in a table below (tests/house holds it). */
export const scope = [
  "verify",
  "netlist/check",
  "netlist/formats/spice",
  "netlist/formats/sax",
  "netlist/formats/blackbird",
  "netlist/formats/index-file.ts",
  "netlist/formats/reading.ts",
  "compiler/aggregation",
];

const of = (room, ...names) => names.map((name) => `tests/${room}/${name}.test.ts`);

/** Mutated file -> tests. */
export const slices = {
  "verify/composition.ts": of("verify", "composition"),
  "verify/proof.ts": of("verify", "proof"),
  "verify/states.ts": of("verify", "states"),
  "verify/sources.ts": of("verify", "sources"),
  "verify/bound.ts": of("verify", "states"),
  "verify/margin.ts": of("verify", "proof", "hostile-proof"),
  "verify/comparison.ts": of("verify", "proof"),
  "verify/steps.ts": of("verify", "proof"),
  "verify/verify-circuit.ts": of("verify", "mutation", "hostile-proof", "drive"),
  "verify/vectors.ts": of("verify", "vectors"),
  "verify/usual-inputs.ts": of("verify", "vectors"),
  "verify/drive.ts": of("verify", "drive"),
  "verify/symmetry.ts": of("verify", "hostile-proof"),
  "verify/gradients.ts": of("verify", "gradients", "hostile-proof"),
  "verify/reference.ts": of("verify", "reference"),
  "verify/confidence.ts": of("verify", "robustness"),
  "verify/chips.ts": of("verify", "robustness", "cascade", "hostile-proof"),
  "verify/variants.ts": of("verify", "robustness", "cascade"),
  "verify/quantize.ts": of("verify", "quantize"),
  "verify/npy.ts": of("verify", "npy"),
  "verify/python.ts": of("verify", "npy"),
  "verify/junit.ts": of("verify", "junit"),
  "netlist/check/check.ts": of("netlist", "findings", "check"),
  "netlist/check/form.ts": of("netlist", "findings", "check"),
  "netlist/check/meshes.ts": of("netlist", "findings", "check"),
  "netlist/check/ports.ts": of("netlist", "findings", "check"),
  "netlist/check/claims.ts": of("netlist", "findings", "check"),
  "netlist/check/json-text.ts": of("netlist", "json-text"),
  "netlist/check/reports.ts": of("netlist", "findings", "check"),
  "netlist/formats/spice/reader.ts": of("netlist", "spice-refusals"),
  "netlist/formats/spice/network.ts": of("netlist", "spice-refusals"),
  "netlist/formats/spice/elements.ts": of("netlist", "spice-refusals"),
  "netlist/formats/spice/cards.ts": of("netlist", "spice-refusals"),
  "netlist/formats/spice/header.ts": of("netlist", "spice-refusals"),
  "netlist/formats/sax/reader.ts": of("netlist", "block-refusals"),
  "netlist/formats/sax/netlist.ts": of("netlist", "block-refusals"),
  "netlist/formats/blackbird/reader.ts": of("netlist", "block-refusals"),
  "netlist/formats/index-file.ts": of("netlist", "block-refusals"),
  "netlist/formats/reading.ts": of("netlist", "block-refusals"),
  "compiler/aggregation/aggregation.ts": of("compiler", "plans"),
  "compiler/aggregation/builder.ts": of("compiler", "plans"),
  "compiler/aggregation/quotient.ts": of("compiler", "plans"),
  "compiler/aggregation/cascade.ts": of("compiler", "plans"),
  "compiler/aggregation/plan-aggregation.ts": of("compiler", "plans"),
};

/** Sources of the folders above that are not mutated, with why. */
export const leftOut = {
  "verify/index.ts": "exports",
  "verify/codes.ts": "pages of `optinc explain`",
  "verify/results.ts": "types",
  "netlist/check/codes.ts": "pages of `optinc explain`",
  "netlist/check/finding.ts": "types",
  "netlist/formats/spice/writer.ts": "prints; what it prints is read back and run in ngspice",
  "netlist/formats/spice/parts.ts": "prints the parts that writer and reader share; compared with ngspice and with golden files",
  "netlist/formats/spice/plan.ts": "names that writer and reader share",
  "netlist/formats/sax/writer.ts": "prints; what it prints is read back and run in SAX",
  "netlist/formats/blackbird/writer.ts": "prints; what it prints is read back and run in its tools",
  "compiler/aggregation/plan.ts": "types",
};
