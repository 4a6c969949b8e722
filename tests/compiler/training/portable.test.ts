import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { kernelBytes as compiler } from "../../../compiler/kernels/generated/kernels.ts";
import { arctangent } from "../../../compiler/mesh/arctangent.ts";
import { cosinePi, seededNormal } from "../../../compiler/network/training/portable.ts";
import { importedFrom, root } from "../../../dev/scripts/imports.mjs";
import { kernelBytes as netlist } from "../../../netlist/kernels/generated/kernels.ts";

// The part of the WebAssembly namespace that is used here; @types/node has none of it.
declare const WebAssembly: {
  readonly Module: { new (bytes: Uint8Array): object; readonly imports: (module: object) => unknown };
};

describe("portable functions", () => {
  it("agree with the engine's cosine to 1e-15", () => {
    for (let i = 0; i <= 1000; i++)
      expect(Math.abs(cosinePi(i / 1000) - Math.cos((Math.PI * i) / 1000))).toBeLessThan(1e-15);
  });

  it("agree with the engine's arctangent to an ulp, and to the bit with that of fdlibm", () => {
    for (const x of Array.from({ length: 6001 }, (_, i) => (i / 1000) ** 3))
      expect(Math.abs(arctangent(x) - Math.atan(x))).toBeLessThan(2.3e-16);
    expect([0, 0.3, 0.6, 1, 2, Number.POSITIVE_INFINITY].map(arctangent)).toEqual([
      0, 0.2914567944778671, 0.5404195002705842, 0.7853981633974483, 1.1071487177940904, 1.5707963267948966,
    ]);
  });

  it("draw numbers of mean 0 and variance 1, the same from a seed on every machine", () => {
    const normal = seededNormal(1);
    const draws = Array.from({ length: 20000 }, () => normal());
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + x * x, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
    expect(draws.slice(0, 3)).toEqual([-0.3177246347938092, 0.3567017247354263, 0.05867204900595435]);
  });
});

/** What ECMAScript fixes to the last bit. Math.hypot, Math.pow, Math.log and their kin it does not, nor `**`. */
const exact = /^(abs|ceil|clz32|floor|fround|imul|max|min|round|sign|sqrt|trunc|PI)$/;

describe("the training", () => {
  const modules = importedFrom("compiler/network/training/index.ts");
  const code = (module: string): string =>
    readFileSync(join(root, module), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");

  it("runs the arithmetic, the random numbers and the WebAssembly kernels, and no other module", () => {
    expect(modules).toContain("compiler/kernels/generated/kernels.ts");
    expect(modules).toContain("netlist/simulation/random.ts");
    const rest = modules.filter((module) => !/^compiler\/(aggregation|kernels|network)\//.test(module));
    expect(rest).toEqual(["netlist/simulation/random.ts"]);
  });

  const meshes = ["arctangent", "factor", "isometry", "phases", "program"].map((name) => `compiler/mesh/${name}.ts`);
  it.each([...modules, ...meshes])("computes in %s by operations that are the same everywhere", (module) => {
    const text = code(module);
    const functions = [...text.matchAll(/\bMath\s*(?:\.\s*(\w+))?/g)].map(([, name]) => name ?? "Math itself");
    expect(functions.filter((name) => !exact.test(name))).toEqual([]);
    // Whole powers of two are doubles, which every engine finds; no others are here.
    const bases = [...text.matchAll(/([\w.)\]!]+)\s*\*\*/g)].map(([, base]) => base);
    expect(bases.filter((base) => base !== "2")).toEqual([]);
  });

  // AssemblyScript compiles functions of its Math into the module; what came from the engine would be an import.
  it.each(Object.entries({ compiler, netlist }))(
    "runs kernels of the %s that take nothing from the engine but memory",
    (_, bytes) => {
      const module = new WebAssembly.Module(Buffer.from(bytes, "base64"));
      expect(WebAssembly.Module.imports(module)).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
    },
  );
});
