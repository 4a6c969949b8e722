import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkWorkers, readNpy, verifyCodes, writeNpy } from "../../verify/index.ts";

/** A .npy file with any header text and payload. */
function npy(header: string, payload: number, version: 1 | 2 | 3 = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const start = version === 1 ? 10 : 12;
  const bytes = new Uint8Array(start + text.length + payload);
  const view = new DataView(bytes.buffer);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  if (version === 1) view.setUint16(8, text.length, true);
  else view.setUint32(8, text.length, true);
  bytes.set(text, start);
  return bytes;
}

function header(fields: { descr?: string; order?: string; shape?: string } = {}): string {
  const { descr = "'<f4'", order = "False", shape = "(2, 3)" } = fields;
  return `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
}

const codesOf = (bytes: Uint8Array): string[] => readNpy(bytes, "g.npy").findings.map(({ code }) => code);

describe("npy files", () => {
  it("come back as they were written", () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 40 })).chain(([workers, length]) =>
          fc.record({
            workers: fc.constant(workers),
            length: fc.constant(length),
            data: fc.float32Array({
              minLength: workers * length,
              maxLength: workers * length,
              noNaN: true,
              noDefaultInfinity: true,
            }),
          }),
        ),
        (array) => {
          const bytes = writeNpy(array);
          const { value, findings } = readNpy(bytes, "g.npy");
          expect(findings).toEqual([]);
          expect(value).toEqual(array);
          expect(writeNpy(value!)).toEqual(bytes);
        },
      ),
    );
  });

  it("are laid out as numpy.save does", () => {
    const bytes = writeNpy({ workers: 1, length: 2, data: Float32Array.of(1, -2) });
    expect(bytes.length).toBe(128 + 8);
    expect(String.fromCharCode(...bytes.subarray(1, 6))).toBe("NUMPY");
    expect([...bytes.subarray(6, 10)]).toEqual([1, 0, 118, 0]);
    expect(bytes[127]).toBe(0x0a);
    expect([...bytes.subarray(128)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
  });

  it.each([1, 2, 3] as const)("are read in version %i, also from inside a larger buffer", (version) => {
    const file = npy(header(), 24, version);
    const larger = new Uint8Array(file.length + 3);
    larger.set(file, 3);
    const { value, findings } = readNpy(larger.subarray(3), "g.npy");
    expect(findings).toEqual([]);
    expect(value).toEqual({ workers: 2, length: 3, data: new Float32Array(6) });
  });

  it.each([2, 3] as const)("are read with a header beyond 64 KiB in version %i", (version) => {
    const text = `${header().trimEnd()}${" ".repeat(70_000)}\n`;
    expect(readNpy(npy(text, 24, version), "g.npy").findings).toEqual([]);
  });

  it("may spell the header differently", () => {
    const text = `{"shape": (2, 3,), "descr": "<f4", "fortran_order": False}      \n`;
    expect(readNpy(npy(text, 24), "g.npy").value?.length).toBe(3);
  });

  it.each<[string, string, Uint8Array]>([
    ["OPT0501", "an empty file", new Uint8Array()],
    ["OPT0501", "text", new TextEncoder().encode("1 2 3 4 5 6 7 8 9")],
    ["OPT0501", "only the magic bytes", npy(header(), 0).subarray(0, 6)],
    ["OPT0502", "a later version", Uint8Array.from(npy(header(), 24), (byte, i) => (i === 6 ? 4 : byte))],
    ["OPT0502", "a minor version", Uint8Array.from(npy(header(), 24), (byte, i) => (i === 7 ? 1 : byte))],
    ["OPT0503", "a file that ends in the length field", npy(header(), 0).subarray(0, 9)],
    ["OPT0503", "a file that ends in the header", npy(header(), 0).subarray(0, 40)],
    ["OPT0503", "no line feed", npy(header().trimEnd(), 24)],
    ["OPT0503", "no dictionary", npy("('<f4', False, (2, 3))\n", 24)],
    ["OPT0503", "a key too few", npy("{'descr': '<f4', 'shape': (2, 3)}\n", 24)],
    ["OPT0503", "a key twice", npy(header().replace("}", "'descr': '<f4'}"), 24)],
    ["OPT0503", "an expression", npy(header({ shape: "(1 + 1, 3)" }), 24)],
    ["OPT0503", "a negative size", npy(header({ shape: "(-2, 3)" }), 24)],
    ["OPT0503", "a shape that is a number", npy(header({ shape: "(6)" }), 24)],
    ["OPT0503", "text after the dictionary", npy(header().replace("}", "} x"), 24)],
    ["OPT0504", "float64", npy(header({ descr: "'<f8'" }), 48)],
    ["OPT0504", "big-endian float32", npy(header({ descr: "'>f4'" }), 24)],
    ["OPT0504", "a structured type", npy(header({ descr: "[('a', '<f4'), ('b', '<f4', (2,))]" }), 24)],
    ["OPT0505", "Fortran order", npy(header({ order: "True" }), 24)],
    ["OPT0506", "one dimension", npy(header({ shape: "(6,)" }), 24)],
    ["OPT0506", "three dimensions", npy(header({ shape: "(1, 2, 3)" }), 24)],
    ["OPT0506", "no dimension", npy(header({ shape: "()" }), 4)],
    ["OPT0506", "no element", npy(header({ shape: "(2, 0)" }), 0)],
    ["OPT0507", "truncated data", npy(header(), 23)],
    ["OPT0507", "data left over", npy(header(), 25)],
    ["OPT0507", "a shape beyond any memory", npy(header({ shape: `(${"9".repeat(400)}, 3)` }), 24)],
  ])("%s for %s", (code, _, bytes) => {
    const { value, findings } = readNpy(bytes, "g.npy");
    expect(value).toBeNull();
    expect(findings.map((finding) => finding.code)).toEqual([code]);
    expect(findings[0]!.where).toMatch(/^g\.npy: byte \d+$/);
  });

  it("report every fault of the header at once", () => {
    const bytes = npy(header({ descr: "'<i4'", order: "True", shape: "(6,)" }), 24);
    expect(codesOf(bytes)).toEqual(["OPT0504", "OPT0505", "OPT0506"]);
  });

  it("report the place of the first value that is not finite, and how many there are", () => {
    const data = Float32Array.of(0, 1, 2, 3, Number.NaN, Number.POSITIVE_INFINITY);
    const { value, findings } = readNpy(writeNpy({ workers: 2, length: 3, data }), "g.npy");
    expect(value).toBeNull();
    expect(findings).toMatchObject([{ code: "OPT0508", where: "g.npy[1, 1]" }]);
    expect(findings[0]!.message).toContain("2 of 6");
  });

  it("are compared with the number of workers of the circuit", () => {
    const array = { workers: 2, length: 1, data: Float32Array.of(1, 2) };
    expect(checkWorkers(array, 2, "g.npy")).toEqual([]);
    expect(checkWorkers(array, 4, "g.npy")).toMatchObject([{ code: "OPT0509" }]);
  });

  it("never make the reader throw or accept damage silently, whatever byte changed", () => {
    const good = npy(header(), 24);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 }),
        fc.nat(good.length),
        (changes, length) => {
          const bytes = good.slice(0, length);
          for (const [at, byte] of changes) bytes[at % Math.max(1, length)] = byte;
          const { value, findings } = readNpy(bytes, "g.npy");
          expect(value === null).toBe(findings.length > 0);
          if (value !== null) expect(value.data.length).toBe(value.workers * value.length);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("never make the reader throw, whatever the header says", () => {
    const piece = fc.constantFrom(
      "{",
      "}",
      "(",
      ")",
      "[",
      "]",
      ",",
      ":",
      "'descr'",
      "'<f4'",
      "True",
      "2",
      " ",
      "\\",
      "\n",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(readNpy(npy(`${pieces.join("")}\n`, 24), "g.npy").value).toBeNull();
      }),
      { numRuns: 2000 },
    );
    expect(codesOf(npy(`${"(".repeat(60_000)}\n`, 0))).toEqual(["OPT0503"]);
  });

  it("have a page for every code that the reader reports", () => {
    const source = readFileSync(new URL("../../verify/npy.ts", import.meta.url), "utf8");
    const reported = [...new Set(source.match(/OPT\d{4}/g))].sort();
    const pages = verifyCodes.map(({ code }) => code);
    expect(reported).toEqual(pages.filter((code) => reported.includes(code)));
    expect(new Set(pages).size).toBe(pages.length);
  });
});
