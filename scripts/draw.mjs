// Draws docs/mean-4x8.svg from the compiled example; run after a build: `npm run picture`.
import { readFileSync, writeFileSync } from "node:fs";
import { synthesise } from "../dist/compiler/index.js";
import { parseSpecs } from "../dist/dsl/index.js";
import { drawCircuit, targets } from "../dist/netlist/index.js";

const name = "examples/mean-4x8.optinc";
const source = { name, text: readFileSync(new URL(`../${name}`, import.meta.url), "utf8") };
const { value } = parseSpecs(source, { emitTargets: targets.map((target) => target.name) });
const compiled = synthesise(value[0]);
writeFileSync(new URL("../docs/mean-4x8.svg", import.meta.url), drawCircuit(compiled.circuit));
