import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Circuit, seededRandom } from "../../netlist/index.ts";
import { optinc, scratch, spec } from "../cli/run.ts";
import { allRounds } from "../rounds.ts";
import { bases } from "./attacker/bases.ts";
import { type Hostile, hostileCircuits } from "./attacker/families.ts";

/** One circuit of every family that the commands meet; a full round of the generator has one of each. */
const wanted = [
  "a chain of copies before a steep edge",
  "neurons behind the last signal, couplers",
  "unequal workers before a window",
  "unequal workers, no claim",
  "a strong lane that leads nowhere",
  "phases of many turns before a steep edge",
  "edges within rounding",
  "a state that claims leave out",
  "a wrong number",
];

const circuits: Hostile[] = [];
for (const hostile of hostileCircuits(seededRandom(5), wanted)) {
  circuits.push(hostile);
  if (circuits.length === wanted.length) break;
}

/** What a user would write for this circuit. */
function specFor({ name, aggregate }: Circuit): string {
  const { workers, bits, levels, rounding, signed, fanIn } = aggregate;
  return spec(
    name,
    `workers ${workers}`,
    `precision ${bits} bits`,
    `levels ${levels}`,
    `rounding ${rounding}`,
    signed ? "signed" : "unsigned",
    ...(fanIn === undefined ? [] : [`topology cascade ${fanIn.join(" x ")}`]),
    "network constructed { decision-margin 0.05 }",
  );
}

function placed(circuit: Circuit): string {
  const cwd = scratch();
  writeFileSync(join(cwd, "c.json"), JSON.stringify(circuit));
  writeFileSync(join(cwd, "held.optinc"), specFor(circuit));
  return cwd;
}

const commands: readonly (readonly [string, readonly string[]])[] = [
  ["verify", ["verify", "c.json"]],
  ["verify --inputs exhaustive", ["verify", "c.json", "--inputs", "exhaustive"]],
  ["verify --spec", ["verify", "c.json", "--spec", "held.optinc"]],
  ["verify --spec --inputs exhaustive", ["verify", "c.json", "--spec", "held.optinc", "--inputs", "exhaustive"]],
  ["report", ["report", "c.json", "-o", "page.html", "-q"]],
  ["export", ["export", "c.json", "--to", "spice", "--option", "testbench=inside", "-o", "c.sp"]],
];

describe.each(circuits.map(({ family, circuit }, i) => [family, circuit, i] as const))("%s", (_, circuit, i) => {
  // Half of them in npm test: every family meets three commands, every command four families.
  it.each(commands.filter((_, k) => allRounds || (i + k) % 2 === 0))("is not passed by %s", (_name, args) => {
    const cwd = placed(circuit);
    const run = optinc(args, { cwd });
    expect([1, 3], run.out).toContain(run.code);
    expect(run.out).not.toMatch(/: (verified|passed)/i);
    const page = join(cwd, "page.html");
    if (existsSync(page)) expect(readFileSync(page, "utf8")).not.toContain('class="verdict good"');
  });

  it("is not passed by verify --netlist", () => {
    const cwd = placed(circuit);
    optinc(["export", "c.json", "--to", "spice", "--option", "testbench=inside", "-o", "c.sp"], { cwd });
    const run = optinc(["verify", "--netlist", "c.sp", "--as", "spice"], { cwd });
    // A deck claims no proof. Words that nobody can try all are sampled, and the verdict says that nothing is proved.
    const canTryAll = circuit.aggregate.workers * circuit.aggregate.bits <= 32;
    if (canTryAll || run.code !== 0) expect([1, 3], run.out).toContain(run.code);
    else expect(run.out).toContain("Exact: not proved");
  });
});

describe("a circuit that is right", () => {
  it.each(commands)("is passed by %s", (_name, args) => {
    const cwd = placed(bases()[0]!);
    const run = optinc(args, { cwd });
    expect(run.code, run.err).toBe(0);
    const page = join(cwd, "page.html");
    if (existsSync(page)) expect(readFileSync(page, "utf8")).toContain('class="verdict good"');
  });
});
