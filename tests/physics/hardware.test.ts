import { describe, expect, it } from "vitest";
import { countHardware } from "../../physics/budget/hardware.ts";
import { withoutFreePhases, wrapped } from "../../physics/light/free-phases.ts";
import { verifyCircuit } from "../../verify/index.ts";
import { circuitOf } from "./specs.ts";

describe("hardware", () => {
  it("of mean-4x8: 74 heaters, 44 theta in the layers and 30 phi where two lit lanes meet behind P, and all that hangs on light is counted", async () => {
    const hardware = countHardware(await circuitOf("workers 4; precision 8 bits"));
    expect(hardware).toMatchObject({
      mzis: 83,
      fixedCouplers: 39,
      heaters: 74,
      dacChannels: 74,
      neurons: 16,
      receivers: 16,
      oscillators: 32,
      carriers: 16,
      photodiodes: 64,
      amplifiers: 32,
      modulators: 16,
      transmitters: 16,
      referenceInputs: 1,
    });
    expect(hardware.heatersPi).toBeLessThan(hardware.phasesDrawnPi / 2);
  });

  it.each([
    "workers 4; precision 8 bits",
    "workers 3; precision 4 bits; rounding half-even",
    "workers 6; precision 3 bits; topology cascade 3 x 2",
  ])("%s: every phase that is left out is free: all words are right without it", async (spec) => {
    const circuit = await circuitOf(spec);
    const reduced = withoutFreePhases(circuit);
    const report = verifyCircuit(reduced, { inputs: { kind: "exhaustive" }, seed: 1 });
    expect(report.wrong).toBe(0);
    expect(report.worstReceiverError).toBeLessThan(1e-9);
  });

  it("a phase that is built is not free: without it words are wrong", async () => {
    const reduced = withoutFreePhases(await circuitOf("workers 4; precision 8 bits"));
    const last = reduced.sections.length - 2;
    const broken = {
      ...reduced,
      sections: reduced.sections.map((section, s) =>
        s !== last
          ? section
          : {
              ...section,
              meshes: section.meshes.map((mesh) => ({
                ...mesh,
                devices: mesh.devices.map((device) => (device.kind === "mzi" ? { ...device, phiRad: 0 } : device)),
              })),
            },
      ),
    };
    const report = verifyCircuit(broken, { inputs: { kind: "sampled", samples: 200 }, seed: 1 });
    expect(report.wrong).toBeGreaterThan(0);
  });

  it("wraps to the cheapest branch", () => {
    expect(wrapped(1.5 * Math.PI)).toBeCloseTo(-0.5 * Math.PI, 12);
    expect(wrapped(Math.PI)).toBeCloseTo(Math.PI, 12);
    expect(wrapped(-Math.PI)).toBeCloseTo(Math.PI, 12);
    expect(wrapped(6 * Math.PI + 1e-12)).toBe(0);
  });
});
