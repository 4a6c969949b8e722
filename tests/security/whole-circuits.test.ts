import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import type { Metric, Requirement, Spec } from "../../dsl/index.ts";
import { type Circuit, checkCircuit, type Device, type Optics, seededRandom } from "../../netlist/index.ts";
import { opticsOf, requirementSteps } from "../../physics/index.ts";
import { parseSpecs } from "../../toolchain/index.ts";
import { finish } from "../../verify/index.ts";
import { expectEnd, optinc, scratch } from "../cli/run.ts";
import { mlpOf } from "../compiler/network/mlps.ts";
import { technology } from "../physics/specs.ts";

const foundry = technology("foundry-si");
const specOf = (text: string): Spec =>
  parseSpecs({ name: "m", text: `aggregate mean { technology "foundry-si"; ${text} }` }).value![0]!;
const opticsFor = (spec: Spec): Optics => opticsOf(foundry, spec.symbolRateBd).optics!;

const constructed = specOf("workers 3; precision 4 bits");
const regenerating = specOf("workers 3; precision 4 bits; network constructed { neuron relu; threshold optical }");
const cascaded = specOf("workers 4; precision 2 bits; topology cascade 2 x 2");
const trained = specOf("workers 3; precision 8 bits; network trained { hidden 9 }");
const circuits: readonly (readonly [string, Spec, Circuit])[] = [
  ...(
    [
      ["saturating neurons", constructed],
      ["rectifiers", regenerating],
      ["a cascade", cascaded],
    ] as const
  ).map(([name, spec]) => [name, spec, synthesise(spec, { network: null }, opticsFor(spec)).circuit] as const),
  [
    "a perceptron",
    trained,
    synthesise(trained, { network: mlpOf([4, 9, 6, 4], () => false, seededRandom(11)) }, opticsFor(trained)).circuit,
  ],
];

/** Bounds that every circuit here keeps, of the figures that hang on where its parts lie. */
const bounds: readonly (readonly [Metric, number])[] = [
  ["area", 1],
  ["latency", 1],
  ["path-loss", 1000],
  ["crossings", 1e6],
  ["heater-power", 1e6],
];
const requirements = bounds.map(([metric, value]): Requirement => {
  const common = { kind: "bound", relation: "<=", unit: null, written: `${value}`, at: null } as const;
  return { ...common, metric, value, span: { start: 0, end: 0 } };
});

/** Which of them are kept, and what is said of those that are not. */
function judged(circuit: Circuit, spec: Spec): readonly (true | string)[] {
  expect(checkCircuit(JSON.parse(JSON.stringify(circuit))).findings.filter((it) => it.severity === "error")).toEqual(
    [],
  );
  const held = { name: "mean", symbolRateBd: spec.symbolRateBd, requirements };
  return finish(requirementSteps(circuit, held, foundry, 1)).map(({ met, found }) => met || found);
}

type Guide = Extract<Device, { readonly kind: "waveguide" }>;

function withGuides(circuit: Circuit, change: (guide: Guide) => Guide): Circuit {
  const sections = circuit.sections.map((section) => ({
    ...section,
    meshes: section.meshes.map((mesh) => ({
      ...mesh,
      devices: mesh.devices.map((device) => (device.kind === "waveguide" ? change(device) : device)),
    })),
  }));
  return { ...circuit, sections };
}

function withoutPlacement({ placement: _, ...circuit }: Circuit): Circuit {
  return circuit;
}

/** Of the length that is given and the crossings that it has. */
function honest(guide: Guide, lengthUm: number, optics: Optics): Guide {
  const fieldFactor = optics.crossingFieldFactor ** guide.crossings * optics.fieldFactorPerUm ** lengthUm;
  return { ...guide, lengthUm, fieldFactor };
}

describe.each(circuits)("a circuit of %s, in a technology", (_, spec, circuit) => {
  const optics = opticsFor(spec);

  it("keeps its requirements as it was compiled", () => {
    expect(judged(circuit, spec)).toEqual([true, true, true, true, true]);
  });

  it.each<[string, Circuit, RegExp]>([
    ["placement", withoutPlacement(circuit), /no placement/],
    ["placement and crossings", withoutPlacement(withGuides(circuit, (it) => ({ ...it, crossings: 0 }))), /placement/],
    ["length", withGuides(circuit, (it) => ({ ...it, lengthUm: 0 })), /^a waveguide of 0 um in .* cannot pass/],
    ["a tenth of its length", withGuides(circuit, (it) => ({ ...it, lengthUm: 0.9 * it.lengthUm })), /cannot pass/],
    ["loss", withGuides(circuit, (it) => ({ ...it, fieldFactor: 1 })), /cannot pass a field of 1$/],
    ["length and its loss", withGuides(circuit, (it) => honest(it, 0, optics)), /at least|apart/],
  ])("keeps none of them without %s", (_name, changed, reason) => {
    for (const said of judged(changed, spec).slice(0, 4)) expect(said).toMatch(reason);
  });

  it.each(["combine", "reference", "broadcast"] as const)("has heaters in layers that it calls %s", (kind) => {
    const sections = circuit.sections.map((section): typeof section =>
      section.kind === "layer" ? { ...section, kind } : section,
    );
    expect(judged({ ...circuit, sections }, spec)[4]).toMatch(/neurons|stands behind|meets in|splits/);
    // meshes of layers in sections without neurons
    const split = circuit.sections.flatMap((section): (typeof section)[] =>
      section.kind === "layer"
        ? [
            { ...section, kind, name: `${section.name}_meshes`, activations: [] },
            { ...section, meshes: [] },
          ]
        : [section],
    );
    expect(judged({ ...circuit, sections: split, certificate: null }, spec)[4]).toMatch(
      /stands behind|meets in|splits/,
    );
  });

  it("is refused with a key that no version has, wherever it stands", () => {
    const places: string[] = [];
    const walk = (value: unknown, where: string): void => {
      if (typeof value !== "object" || value === null) return;
      if (!Array.isArray(value)) {
        const fields = value as Record<string, unknown>;
        for (const key of ["fieldfactor", "colour", "__proto__"]) {
          Object.defineProperty(fields, key, { value: 0.5, enumerable: true, configurable: true });
          const { circuit: read, findings } = checkCircuit(file);
          delete fields[key];
          expect(read).toBeNull();
          expect(findings[0]).toMatchObject({ code: "OPT0405", severity: "error", where });
          expect(findings[0]!.help).toMatch(/known keys: |did you mean `fieldFactor`/);
        }
        places.push(where);
      }
      // of a list the first and the last
      const entries = Object.entries(value);
      for (const [key, inner] of Array.isArray(value) ? [...entries.slice(0, 1), ...entries.slice(-1)] : entries)
        walk(inner, Array.isArray(value) ? `${where}[${key}]` : where === "" ? key : `${where}.${key}`);
    };
    const file = JSON.parse(JSON.stringify(circuit)) as unknown;
    walk(file, "");
    expect(places).toContain("sections[0].meshes[0].devices[0]");
    expect(checkCircuit(file).circuit).not.toBeNull();
  });
});

describe("lengths", () => {
  it("are those of the lanes that a placement moves a stretch over", () => {
    const optics = opticsFor(cascaded);
    const circuit = circuits[2]![2];
    const short = withGuides(circuit, (it) => honest(it, Math.max(0, it.lengthUm - 1), optics));
    expect(judged(short, cascaded)[0]).toMatch(/^stretch \d+, on mode \d+, says [\d.]+ um and is at least [\d.]+ um/);
  });

  it("have delay lines among them where light would meet too late", () => {
    const optics = opticsFor(constructed);
    const circuit = circuits[0]![2];
    const early = withGuides(circuit, (it) => honest(it, Math.min(it.lengthUm, 2 * optics.lanePitchUm), optics));
    expect(judged(early, constructed).join()).toMatch(/arrives [\d.]+ ps apart: delay lines are missing|at least/);
  });
});

describe("verify --spec", () => {
  const lines = (area: string): string =>
    `aggregate mean {\n workers 3; precision 4 bits\n technology "foundry-si"\n require { area <= ${area} }\n}\n`;

  it.each<[string, Circuit, string]>([
    ["lengths", withGuides(circuits[0]![2], (it) => ({ ...it, lengthUm: 0 })), "cannot pass a field of"],
    ["placement", withoutPlacement(circuits[0]![2]), "the circuit has no placement to check its lengths by"],
  ])("does not keep an area that a circuit without %s claims", (_, changed, reason) => {
    const cwd = scratch();
    writeFileSync(join(cwd, "held.optinc"), lines("1 m2"));
    writeFileSync(join(cwd, "whole.json"), JSON.stringify(circuits[0]![2]));
    writeFileSync(join(cwd, "c.json"), JSON.stringify(changed));
    expect(optinc(["verify", "whole.json", "--spec", "held.optinc"], { cwd }).code).toBe(0);
    const run = optinc(["verify", "c.json", "--spec", "held.optinc"], { cwd });
    expectEnd(run, 3, "error[OPT0821]: mean: `area` is required, but cannot be computed: ");
    expect(run.err).toContain(reason);
  });
});
