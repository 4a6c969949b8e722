import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectEnd, interrupted, optinc, scratch } from "./run.ts";

const spec = "aggregate pair { workers 2; precision 2 bits; rounding floor }\n";
const named = 'aggregate pair { workers 2; precision 2 bits; technology "foundry-si"; symbol-rate 10 GBd }\n';

describe("optinc budget", () => {
  test("prints errors, loss, time, power, area, hardware and what they hang on, on one screen", () => {
    const { code, out, err } = optinc(["budget", "-", "--technology", "best-published", "--launch-power", "3 dBm"], {
      input: spec,
    });
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^pair in best-published, 25 GBd, 3 dBm a symbol at its highest level\n/);
    for (const label of ["word errors", "needed", "noise", "bottleneck", "loss", "time", "light", "power", "energy"]) {
      expect(out).toMatch(new RegExp(`^  ${label} +\\S`, "m"));
    }
    expect(out).toMatch(/^ {2}hardware +\d+ MZIs/m);
    expect(out).toMatch(/^ {2}assumed +[a-z-]+ \+ 10 %: /m);
    expect(out.split("\n").length).toBeLessThan(50);
  });

  test("takes technology and symbol rate from the spec; as JSON everything is there", () => {
    const { code, out } = optinc(["budget", "-", "--json"], { input: named });
    expect(code).toBe(0);
    const [{ budget, sensitivities, monteCarlo }] = JSON.parse(out).budgets;
    expect(budget).toMatchObject({ technology: "foundry-si", symbolRateBd: 10e9, launchPowerW: 1e-3 });
    expect(budget.figures["word-error-rate"]).toMatchObject({ kind: "value" });
    expect(sensitivities.length).toBeGreaterThan(5);
    expect(monteCarlo).toBeNull();
    expect(out).toContain('"withoutMonteCarlo": null');
  });

  test("says what crossings leak where lanes cross, and nothing where they do not", () => {
    const crossed = named.replace("precision 2", "port-order by-worker; precision 6");
    const { code, out } = optinc(["budget", "-"], { input: crossed });
    expect(code).toBe(0);
    expect(out).toMatch(
      /^ {2}crosstalk +\d+ crossings? at -41 dB, phases unknown: \d+ of 20 chips right on all [\d ]+ vectors.*\(seed 1\)$/m,
    );
    const [{ crosstalk }] = JSON.parse(optinc(["budget", "-", "--json"], { input: crossed }).out).budgets;
    expect(crosstalk).toMatchObject({ kind: "value", value: { ratioDb: -41, chips: 20, all: true } });
    expect(
      JSON.parse(optinc(["budget", "-", "--json"], { input: spec.replace("}", '; technology "foundry-si" }') }).out)
        .budgets[0].crosstalk,
    ).toBeNull();
  });

  test("sends words through noisy devices beside what is computed, the same ones for a seed", () => {
    const args = ["budget", "-", "--technology", "foundry-si", "--monte-carlo", "5000", "--seed", "4"];
    const { code, out } = optinc(args, { input: spec });
    expect(code).toBe(0);
    expect(out).toMatch(/Monte Carlo +\d+ of 5 120 random words wrong .* \(seed 4\): .*; computed /);
    expect(optinc(args, { input: spec }).out).toBe(out);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s during the Monte Carlo prints what there is", async (signal) => {
    const args = ["budget", "examples/mean-4x8.optinc", "--technology", "foundry-si", "--monte-carlo", "1e9"];
    const when = /Monte Carlo of mean-4x8: [1-9][\d ]* of 1 000 000 000 words/;
    const { code, out } = await interrupted(args, signal, { when });
    expect(code).toBe(signal === "SIGINT" ? 130 : 143);
    expect(out).toMatch(/^mean-4x8 in foundry-si/);
    expect(out).toMatch(/Monte Carlo +[\d ]+ of [\d ]+ random words \(of 1 000 000 000 wanted\) wrong/);
    expect(out).toMatch(/^ {2}hardware /m);
  });

  test("draws the worst path and the margins, and replaces its own drawings only", () => {
    const dir = scratch();
    const [waterfall, margins, eye] = [join(dir, "loss.svg"), join(dir, "margins.svg"), join(dir, "eye.svg")];
    const args = [
      ...["budget", "-", "--technology", "foundry-si"],
      "--waterfall",
      waterfall,
      "--margins",
      margins,
      "--eye",
      eye,
    ];
    for (let again = 0; again < 2; again++) expect(optinc(args, { input: spec }).code).toBe(0);
    expect(readFileSync(waterfall, "utf8")).toMatch(/dB lost/);
    expect(readFileSync(margins, "utf8")).toMatch(/standard deviations/);
    expect(readFileSync(eye, "utf8")).toMatch(/Eye of o0_s0 at 25.00 GBd: 6.4 % open/);
    const swapped = ["budget", "-", "--technology", "foundry-si", "--waterfall", margins];
    expectEnd(optinc(swapped, { input: spec }), 1, "OPT0627");
  });

  test("without a technology says so, and answers with one that is silent what can be answered", () => {
    expectEnd(optinc(["budget", "-"], { input: spec }), 1, "OPT0644");
    const { code, out } = optinc(["budget", "-", "--technology", "ideal"], { input: spec });
    expect(code).toBe(0);
    expect(out).toMatch(/word errors +not computed: the technology ideal does not give/);
  });

  test.each([
    ["--symbol-rate", "0 GBd"],
    ["--symbol-rate", "25 dBm"],
    ["--launch-power", "NaN dBm"],
    ["--word-error-rate", "2"],
    ["--monte-carlo", "-1"],
  ])("%s %s is refused", (option, value) => {
    const dir = scratch();
    expectEnd(optinc(["budget", "-", option, value], { input: spec, cwd: dir }), 2, option);
    expect(existsSync(join(dir, "build"))).toBe(false);
  });
});
