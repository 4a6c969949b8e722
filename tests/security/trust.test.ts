import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { beforeAll, describe, expect } from "vitest";
import { hashes } from "../cli/run.ts";
import { promisesOf } from "./lines.ts";
import { type Build, compiledPair, everyCommand, imported, putBuild } from "./place-of-commands.ts";
import { place, put, watched } from "./watched.ts";

const { holds, allAreTested } = promisesOf("What is not trusted");
let build: Build;
beforeAll(() => {
  build = compiledPair();
});

describe("what is not trusted", () => {
  holds("Specs, technologies, circuits, netlists, weights, gradients and build directories are checked", () => {
    const at = place();
    putBuild(at, build);
    const circuit = JSON.parse(build["circuit.json"]!) as Record<string, unknown>;
    put(at, "net.optinc", imported);
    const hostile: readonly [readonly string[], string | Uint8Array, string][] = [
      [["check", "x.optinc"], "aggregate a { workers { { 4 } ; precision", "x.optinc"],
      [["check", "x.yaml"], "a: [1, {b: *c", "x.yaml"],
      [["technology", "check", "t.yaml"], "technology: a\nquantities: { wavelength: { value: .nan } }\n", "t.yaml"],
      [["budget", "build", "--technology", "t.yaml"], "- &a [*a]", "t.yaml"],
      [["verify", "x.json"], JSON.stringify({ ...circuit, sections: [null, 1, "a", {}] }), "x.json"],
      [["verify", "x.json"], build["circuit.json"]!.slice(0, 900), "x.json"],
      [
        ["verify", "--netlist", "x.sp", "--as", "spice"],
        `${build["pair.test.sp"]!.slice(0, 900)}\n.subckt a b\n`,
        "x.sp",
      ],
      [
        ["verify", "x.sax-index.json"],
        '{"format":"optinc.export-index","version":1,"target":"sax"}',
        "x.sax-index.json",
      ],
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

  holds("A circuit without certificate passes as exhaustive where it is shown", () => {
    const at = place();
    const exhaustive = ["verify", "bare.json", "--inputs", "exhaustive"];
    const circuit = JSON.parse(build["circuit.json"]!);
    circuit.certificate = null;
    put(at, "bare.json", JSON.stringify(circuit));
    expect(watched(at, exhaustive).code).toBe(0);
    for (const input of circuit.inputs) if (input.worker === 1) input.fieldPerLevel *= 1.3;
    put(at, "bare.json", JSON.stringify(circuit));
    expect(watched(at, exhaustive).code).toBe(3);
  });

  holds("Files beside a circuit cannot make verification ask for less", () => {
    const at = place();
    const circuit = JSON.parse(build["circuit.json"]!);
    const mesh = circuit.sections.find((section: { kind: string }) => section.kind === "layer").meshes[0];
    mesh.devices[0].thetaRad += 1;
    const summary = JSON.parse(build["summary.json"]!);
    summary.network.trained = { target: 0, accuracy: 1 };
    summary.network.kind = "trained";
    summary.verify.inputs = { kind: "sampled", samples: 1 };
    putBuild(at, build, (files) => {
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

  holds("A damaged cache entry is ignored and reported", () => {
    const at = place();
    everyCommand(at, build);
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

allAreTested();
