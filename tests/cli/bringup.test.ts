import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectEnd, optinc, optincProcess, program, root, scratch } from "./run.ts";

const spec = "aggregate pair { workers 2; precision 2 bits; network constructed { neuron saturating } }\n";
const relu = "aggregate pair { workers 2; precision 2 bits; network constructed { neuron relu } }\n";

describe("optinc bringup", () => {
  test("prints on one screen what is done how often, and the first step of each kind", () => {
    const { code, out, err } = optinc(["bringup", "-"], { input: spec });
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^pair: \d+ steps; from step \d+ on no heater is touched/);
    expect(out).toMatch(/^ {4}1 {2}heater .*theta +brightest layer\d+\[\d+\] for w\d_s0=3/m);
    expect(out).toMatch(/^ +\d+ {2}threshold layer\d+\[\d+\] +middle of /m);
    expect(out.split("\n").length).toBeLessThan(24);
    const trimmed = optinc(["bringup", "-", "--trimming"], { input: spec }).out;
    expect(trimmed).toMatch(/no heater is touched\n/);
    expect(trimmed).not.toMatch(/heater combine/);
  });

  test("writes them as JSON, in the names of circuit.json", () => {
    const folder = scratch();
    const file = join(folder, "bringup.json");
    expect(optinc(["bringup", "-", "-q", "-o", file], { input: spec }).code).toBe(0);
    const procedure = JSON.parse(readFileSync(file, "utf8"));
    expect(procedure).toMatchObject({ format: "optinc.bringup", version: 1, circuit: "pair" });
    expect(procedure.steps[0]).toMatchObject({ number: 1, purpose: "light", knob: { kind: "heater" } });
    expect(JSON.parse(optinc(["bringup", "-", "-o", "-"], { input: spec }).out)).toEqual(procedure);
    writeFileSync(file, "mine");
    const refused = optinc(["bringup", "-", "-o", file], { input: spec });
    expect(refused.code).toBe(1);
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  test("says which circuits have none", () => {
    const { code, err } = optinc(["bringup", "-"], { input: relu });
    expect(code).toBe(1);
    expect(err).toMatch(/OPT0823.*no bring-up of pair can be derived: its neurons have no threshold to set/);
    const exported = optinc(["export", "-", "--to", "bringup-python", "-o", "-"], { input: relu });
    expect(exported.code).toBe(1);
    expect(exported.err).toMatch(/OPT0823/);
  });

  test("serves a chip: answers every line, and says what is wrong with one", () => {
    const file = join(scratch(), "pair.optinc");
    writeFileSync(file, spec);
    const procedure = JSON.parse(optinc(["bringup", file, "-o", "-"]).out);
    const [first] = procedure.steps;
    const { monitor, drive } = { monitor: first.rule.monitor, drive: first.rule.drive };
    const ask = (...requests: unknown[]): { ok: boolean; value?: number; error?: string; words?: number[][] }[] => {
      const input = requests.map((each) => (typeof each === "string" ? each : JSON.stringify(each))).join("\n");
      const { code, out } = optincProcess(["bringup", file, "--serve"], { input: `${input}\n` });
      expect(code).toBe(0);
      return out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
    };
    const read = { do: "read", ...monitor, drive };
    const answers = ask(read, { do: "set", ...first.knob, value: 2 }, read, { do: "words", words: [[1, -1]] });
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(answers[0]!.value).not.toBeCloseTo(answers[2]!.value!, 3);
    expect(answers[3]!.words![0]!.length).toBe(2);
    expect(ask({ ...read, times: 1e9 })[0]!.value).toBeCloseTo(answers[0]!.value!, 1);
    const wrong = ask(
      "{",
      "[]",
      '{"do":"jump"}',
      { do: "set", kind: "heater", name: "no/such[0].theta", value: 1 },
      { do: "set", ...first.knob, value: null },
      { do: "read", kind: "neuron", name: "nowhere", drive },
      { do: "read", ...monitor, drive: { levels: { w9_s9: 1 }, on: [] } },
      { do: "read", ...monitor, drive: { levels: {}, on: ["nobody"] } },
      { do: "read", ...monitor },
      { do: "read", ...monitor, drive, times: 0 },
      { do: "read", ...monitor, drive, times: "many" },
      { do: "words", words: [[9, 9]] },
      { do: "words", words: "all" },
    );
    expect(wrong.map(({ ok }) => ok)).toEqual(wrong.map(() => false));
    for (const { error } of wrong) expect(error).toMatch(/\S/);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("a served chip ends by %s", async (signal) => {
    const file = join(scratch(), "pair.optinc");
    writeFileSync(file, spec);
    const child = spawn(process.execPath, [program, "bringup", file, "--serve"], { cwd: root });
    child.stdout.once("data", () => child.kill(signal));
    child.stdin.write("{}\n");
    const [code] = await once(child, "close");
    expect(code).toBe(signal === "SIGINT" ? 130 : 143);
  });
});

describe("optinc yield --bringup", () => {
  test("sets chips as built beside trimmed and brought-up ones, the same whatever the threads", () => {
    const args = ["yield", "-", "--phase", "0.005", "--splitter", "0.02", "--chip-samples", "8", "--bringup"];
    const { code, out } = optinc([...args, "--threads", "1"], { input: spec });
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}trimmed +\d of 8/m);
    expect(out).toMatch(/^ {2}brought up +8 of 8, 100 % .*from unknown phases/m);
    expect(out).toMatch(/assumed in these rows: neuron gain 5 %/);
    expect(optinc([...args, "--threads", "2"], { input: spec }).out).toBe(out);
  });

  test("is refused for circuits without a bring-up", () => {
    const { code, err } = optinc(["yield", "-", "--phase", "0.005", "--chip-samples", "4", "--bringup"], {
      input: relu,
    });
    expect(code).toBe(1);
    expect(err).toMatch(/OPT0823/);
  });
});

describe("optinc bringup --health", () => {
  test("takes the errors of a technology, and names one that is none", () => {
    const file = join(scratch(), "hot.yaml");
    const shipped = readFileSync(join(root, "technologies/foundry-si.yaml"), "utf8");
    writeFileSync(
      file,
      shipped.replace(/^technology: .*/m, "technology: hot").replace(/(heater-crosstalk: { value: )0.2/, "$130"),
    );
    const [cool, hot] = ["foundry-si", file].map((name) => health("--technology", name));
    expect(cool).toMatchObject({ code: 0, out: expect.stringContaining("quad: 0 of 4 096 words wrong") });
    expect(hot!.out).not.toBe(cool!.out);
    expect(health("--technology", "none")).toMatchObject({ code: 1, err: expect.stringContaining("OPT0637") });
  });

  const spec =
    "aggregate quad { workers 4; precision 4 bits; network constructed { neuron saturating; decision-margin 0.4 } }\n";
  const health = (...args: string[]) => optinc(["bringup", "-", "--health", ...args], { input: spec });

  test("says of a chip that is well that no step found a problem, and what each detector reads", () => {
    const { code, out } = health();
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(
        /^quad: 0 of 4 096 words wrong, 0 of \d+ readings off by more than 1 %; no step found a problem\n/,
      ),
    ]);
    expect(out).toMatch(/^ {2}detector +readings +off +worst +as designed +read +drive$/m);
    expect(out).toMatch(/^ {2}o3_s1 +\d+ +0 /m);
  });

  test("what has no effect is refused, and -q prints nothing", () => {
    const of = (...args: string[]) => optinc(["bringup", "-", ...args], { input: spec });
    expectEnd(of("--fibre-walk", "0.1"), 2, "--fibre-walk needs --health");
    expectEnd(of("--health", "-o", "steps.json"), 2, "--out does not go with --health");
    expect(health("-q")).toMatchObject({ code: 0, out: "" });
  });

  // what the chip survives, or what is named
  test.each([
    [["--heater-walk", "0.1"], 0, /readings off by more than 1 %; /],
    [["--heater-walk", "0.26"], null, /step \d+, heater layer\S+\.phi: drifted by -?[\d.]+ rad since it was set/],
    [
      ["--fibre-walk", "0.9"],
      null,
      /step \d+, (heater combine\S+|launch-phase \S+): drifted by -?[\d.]+ rad since it was set/,
    ],
    [["--monitor-range", "2"], null, /step \d+, \S+ layer\S+: layer\S+ reads no more: light beyond its range/],
    [
      ["--fault", "oscillator-dark:layer1[2]"],
      3,
      /neuron-phase layer1\[2\]: no contrast: a dead heater, a dark source, or noise/,
    ],
    // without repetitions 491 and 3 463 words were wrong
    [["--noise", "0.1"], 0, /^quad: 0 of 4 096 words wrong/],
    [["--noise", "0.2"], 0, /^quad: 0 of .*; \d problems\n {2}step \d+, heater \S+: too noisy: off by 0\.0\d+$/m],
  ])("of %j", (args, wanted, said) => {
    const { code, out } = health(...args);
    expect(out).toMatch(said);
    if (wanted !== null) expect(code).toBe(wanted);
    // a chip with wrong words is never said to be well
    if (code === 3) expect(out).not.toMatch(/, 0 of \d+ readings off.*no step found a problem/);
  });
});
