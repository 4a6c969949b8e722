import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { constants, deflateRawSync } from "node:zlib";
import { beforeAll, describe, expect } from "vitest";
import { expectEnd, optincProcess, pair } from "../cli/run.ts";
import { promisesOf } from "./lines.ts";
import { type Build, compiledPair, imported, putBuild } from "./place-of-commands.ts";
import { place, put, watched, watchedEnvironment } from "./watched.ts";

const { holds, allAreTested } = promisesOf("Limits");
let build: Build;
beforeAll(() => {
  build = compiledPair();
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
    putBuild(at, build);
    put(at, "net.optinc", imported);
    symlinkSync("/dev/zero", join(at.directory, "w.npz"));
    const endless = [
      ["OPT0609", "verify", "--netlist", "/dev/zero", "--as", "spice"],
      ["OPT0510", "verify", "build", "--gradients", "/dev/zero"],
      ["OPT0609", "compile", "net.optinc", "-o", "out"],
    ];
    for (const [code, ...args] of endless)
      expect(watched(at, args)).toMatchObject({ code: 1, err: expect.stringContaining(code!) });
    expect(watched(at, ["check", "/dev/zero"])).toMatchObject({ code: 1, err: expect.stringContaining("OPT0609") });
  });

  holds("An archive of weights is measured before it is unpacked", () => {
    const at = place();
    put(at, "net.optinc", imported);
    // 600 MiB of zeros in half a megabyte; what unpacks it shows in the peak of the process.
    put(at, "w.npz", zipOfZeros("a.npy", 600));
    put(
      at,
      "peak.cjs",
      'process.on("exit", () => require("node:fs").appendFileSync("peak.txt", String(process.resourceUsage().maxRSS)));',
    );
    const { NODE_OPTIONS: options, ...rest } = watchedEnvironment(at);
    const env = { ...rest, NODE_OPTIONS: `${options} --require ${join(at.directory, "peak.cjs")}` };
    expectEnd(
      optincProcess(["compile", "net.optinc", "-o", "out"], { cwd: at.directory, env }),
      1,
      "unpacks to too much",
    );
    expect(Number(readFileSync(join(at.directory, "peak.txt"), "utf8")) / 1024).toBeLessThan(400);
  });

  holds("Every number that states a size", () => {
    const at = place();
    const circuit = JSON.parse(build["circuit.json"]!);
    putBuild(at, build);
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
    putBuild(at, build);
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

allAreTested();

/** An archive of one file of so many MiB of zeros: one deflated MiB again and again, as deflating them all takes seconds. */
function zipOfZeros(name: string, mebibytes: number): Buffer {
  const one = deflateRawSync(Buffer.alloc(2 ** 20), { finishFlush: constants.Z_FULL_FLUSH });
  const data = Buffer.concat([...Array(mebibytes).fill(one), deflateRawSync(Buffer.alloc(0))]);
  // Version, flags, method, time, date; the checksum of the file, which would be read last of all, is left 0.
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(mebibytes * 2 ** 20, 18);
  common.writeUInt16LE(name.length, 22);
  const file = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), data]);
  const entry = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(file.length, 16);
  return Buffer.concat([file, entry, end]);
}
