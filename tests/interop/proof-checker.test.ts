import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Circuit, checkCircuit, seededRandom } from "../../netlist/index.ts";
import { proofLog, prove } from "../../verify/index.ts";
import { optinc } from "../cli/run.ts";
import { controls } from "../proof/attacker/controls.ts";
import { hostileCircuits } from "../proof/attacker/families.ts";
import { answerOf } from "./exports.ts";

/** Of what `export --to proof-checker` writes: its requirements, and what its program says of it. */
interface Exported {
  readonly needs: readonly string[];
  readonly code: number;
  readonly text: string;
}

interface Verdict {
  readonly name: string;
  /** 0: the proof holds. 3: it is not decided, or the log says otherwise. 1: bad input. */
  readonly code: number;
  readonly text: string;
}

const constructed = "network constructed { decision-margin 0.25 }";
const specs: Readonly<Record<string, string>> = {
  "mean-4x16": `workers 4; precision 16 bits; ${constructed}`,
  "mean-3x8": `workers 3; precision 8 bits; ${constructed}`,
  "mean-5x8": `workers 5; precision 8 bits; ${constructed}`,
  "floor-7x5": `workers 7; precision 5 bits; rounding floor; ${constructed}`,
  "even-4x8": `workers 4; precision 8 bits; rounding half-even; signed; ${constructed}`,
  "none-5x6": `workers 5; precision 6 bits; rounding none; ${constructed}`,
  "levels-8x16": `workers 8; precision 16 bits; levels 16; ${constructed}`,
  "cascade-6x4": `workers 6; precision 4 bits; topology cascade 3 x 2; ${constructed}`,
  "lossy-4x4": `workers 4; precision 4 bits; technology "foundry-si"; ${constructed}`,
  "regenerated-4x8":
    "workers 4; precision 8 bits; network constructed { decision-margin 0.25; outputs regenerated; residual regenerated }",
  "rectifier-4x6":
    "workers 4; precision 6 bits; rounding half-even; network constructed { decision-margin 0.25; neuron relu }",
  "optical-3x6": "workers 3; precision 6 bits; network constructed { decision-margin 0.25; threshold optical }",
};
const examples = ["cascade-16x8", "mean-16x8", "mean-3x8", "mean-4x16", "mean-4x8-foundry", "mean-4x8", "mean-8x8"];
const hostile = 150;

interface Log {
  circuit: string;
  holds: boolean;
  readonly cells: { states: number | null; margin: number | null; deviation: number }[];
  readonly signals: { deviation: number }[];
  readonly receivers: { error: number }[];
}

/** Logs that say more than was proved, or something else. */
const falsehoods: Readonly<Record<string, (log: Log) => void>> = {
  "a bound a thousand times too small": ({ cells }) => {
    for (const cell of cells) cell.deviation /= 1000;
  },
  "signals without deviation": ({ signals }) => {
    for (const signal of signals) signal.deviation = 0;
  },
  "a state more": ({ cells: [first] }) => {
    first!.states! += 1;
  },
  "a margin that is larger": ({ cells: [first] }) => {
    first!.margin = 0.4;
  },
  "no margin where there is one": ({ cells: [first] }) => {
    first!.margin = null;
  },
  "another circuit": (log) => {
    log.circuit = "another";
  },
  "a receiver without error": ({ receivers: [first] }) => {
    first!.error = 0;
  },
  "a proof that does not hold": (log) => {
    log.holds = false;
  },
};

function run(args: readonly string[], input?: string): void {
  const { code, err } = optinc([...args, "-q"], input === undefined ? {} : { input });
  expect([args, code, err]).toEqual([args, 0, ""]);
}

/** Every circuit that optinc proves, through its command line; what is hostile or a control, through the same proof. */
function prepare(folder: string): void {
  const at = (name: string): string => join(folder, name);
  const jobs: { name: string; circuit: string; log: string | null }[] = [];
  const built = (name: string): void => {
    run(["verify", at(name), "--proof-log", at(`${name}.log.json`)]);
    jobs.push({ name, circuit: `${name}/circuit.json`, log: `${name}.log.json` });
  };
  for (const [name, text] of Object.entries(specs)) {
    run(["compile", "-", "-o", at(name), "--chips", "0"], `aggregate ${name} { ${text} }\n`);
    built(name);
  }
  for (const example of examples) {
    const name = `example ${example}`;
    run(["compile", `examples/${example}.optinc`, "-o", at(name), "--chips", "0"]);
    built(name);
  }
  const honest = readFileSync(at("mean-3x8.log.json"), "utf8");
  for (const [falsehood, falsify] of Object.entries(falsehoods)) {
    const log: Log = JSON.parse(honest);
    falsify(log);
    const file = `false ${jobs.length}.json`;
    writeFileSync(at(file), JSON.stringify(log));
    jobs.push({ name: `false: ${falsehood}`, circuit: "mean-3x8/circuit.json", log: file });
  }
  const unknown = { ...JSON.parse(readFileSync(at("mean-3x8/circuit.json"), "utf8")), fieldfactor: 0.5 };
  writeFileSync(at("unknown.json"), JSON.stringify(unknown));
  jobs.push({ name: "bad: a key that is not known", circuit: "unknown.json", log: null });
  jobs.push({ name: "bad: no file", circuit: "gone.json", log: null });
  run(["export", at("example mean-4x8"), "--to", "proof-checker", "-o", at("exported")]);
  const chip = ["--splitter", "0.03", "--chip-samples", "1", "--write-chip", at("measured.json"), "--chip-sample", "4"];
  run(["yield", at("mean-3x8"), ...chip]);
  writeFileSync(at("measured.optinc"), `aggregate mean-3x8 { ${specs["mean-3x8"]} }\n`);
  run(["compile", at("measured.optinc"), "--measured", at("measured.json"), "-o", at("measured"), "--chips", "0"]);
  built("measured");
  const made = (name: string, circuit: Circuit): void => {
    const text = JSON.stringify(circuit);
    const file = `${jobs.length}.json`;
    writeFileSync(at(file), text);
    const read = checkCircuit(JSON.parse(text)).circuit;
    const log = read === null || read.certificate === null ? null : `${jobs.length}.log.json`;
    const proof = log === null ? null : prove(read!).log;
    if (name.startsWith("hostile ")) expect([name, proof?.holds ?? false]).toEqual([name, false]);
    if (log !== null) writeFileSync(at(log), proofLog(read!.name, proof!));
    jobs.push({ name, circuit: file, log });
  };
  for (const version of [1, 2, 3, 4]) {
    const golden = new URL(`../proof/golden/version-${version}.json`, import.meta.url);
    made(`version ${version}`, JSON.parse(readFileSync(golden, "utf8")));
  }
  for (const { name, circuit } of controls(seededRandom(2))) made(`control ${name}`, circuit);
  let count = 0;
  for (const { family, circuit } of hostileCircuits(seededRandom(5))) {
    made(`hostile ${family}`, circuit);
    if (++count >= hostile) break;
  }
  writeFileSync(at("jobs.json"), JSON.stringify(jobs));
}

it("a checker that was written from docs/explanation/proof.md proves what optinc proves, with bounds as good, and no hostile circuit", async () => {
  const answer = await answerOf<{ readonly verdicts: readonly Verdict[]; readonly exported: Exported }>(
    "proof_checker",
    prepare,
  );
  if (answer === null) return;
  const { verdicts, exported } = answer;
  expect(exported.code, exported.text).toBe(0);
  expect(exported.text).toContain("proof holds: every word is the mean, rounded half-up, of 4 words of 8 bits");
  // The environment of this test holds what the exported README.md says, and nothing else.
  const pinned = readFileSync(new URL("requirements-proof.txt", import.meta.url), "utf8");
  expect(exported.needs).toEqual(pinned.match(/^[a-z0-9-]+==[0-9.]+/gm));
  const wanted = ({ name }: Verdict): number => (/^(hostile |false:)/.test(name) ? 3 : name.startsWith("bad:") ? 1 : 0);
  const differing = verdicts.filter(
    (it) => it.code !== wanted(it) || it.text.includes("differs") !== it.name.startsWith("false:"),
  );
  expect(differing.map(({ name, code, text }) => `${name}: ${code}: ${text.slice(-300)}`)).toEqual([]);
  expect(verdicts.filter(({ name }) => name.startsWith("hostile "))).toHaveLength(hostile);
  console.log(`${verdicts.length} circuits, of which ${hostile} are hostile: the second checker says the same of all`);
});
