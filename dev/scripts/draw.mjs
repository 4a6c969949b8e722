// Draws docs/mean-4x8.svg from the compiled example as it is placed for a foundry; run after a build: `npm run picture`.
import { readFileSync, writeFileSync } from "node:fs";
import { synthesise } from "../../dist/compiler/index.js";
import { parseSpecs } from "../../dist/dsl/index.js";
import { drawCircuit, targets } from "../../dist/netlist/index.js";
import { opticsOf, readTechnology } from "../../dist/physics/index.js";

const read = (name) => ({ name, text: readFileSync(new URL(`../../${name}`, import.meta.url), "utf8") });
const { value } = parseSpecs(read("examples/mean-4x8-foundry.optinc"), { emitTargets: targets.map((it) => it.name) });
const [spec] = value;
const technology = readTechnology(read(`technologies/${spec.technology}.yaml`)).value;
const { optics } = opticsOf(technology, spec.symbolRateBd);
const { circuit } = synthesise(spec, undefined, optics);
writeFileSync(new URL("../../docs/mean-4x8.svg", import.meta.url), drawCircuit(circuit));
