import { describe, expect, it } from "vitest";
import { cosinePi, seededNormal } from "../../../compiler/network/training/portable.ts";

describe("portable functions", () => {
  it("agree with the engine's cosine to 1e-15", () => {
    for (let i = 0; i <= 1000; i++)
      expect(Math.abs(cosinePi(i / 1000) - Math.cos((Math.PI * i) / 1000))).toBeLessThan(1e-15);
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
