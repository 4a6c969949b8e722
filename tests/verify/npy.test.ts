import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PythonValue, parsePythonLiteral } from "../../formats/python.ts";
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

function changed(bytes: Uint8Array, at: number, by: number): Uint8Array {
  return bytes.with(at, by);
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

  it.each<readonly [string, Uint8Array, number, string, string | null]>([
    ["text", new TextEncoder().encode("1 2 3 4 5 6 7"), 0, "this is not a .npy file", "write it with numpy.save"],
    ["one wrong byte", changed(npy(header(), 24), 3, 0), 0, "this is not a .npy file", "write it with numpy.save"],
    [
      "a file that starts with P",
      Uint8Array.of(0x50, 0, 0, 0, 0, 0, 0, 0),
      0,
      "this is not a .npy file",
      "write it with numpy.save",
    ],
    [
      "a file that goes on with K",
      Uint8Array.of(0, 0x4b, 0, 0, 0, 0, 0, 0),
      0,
      "this is not a .npy file",
      "write it with numpy.save",
    ],
    [
      "an archive",
      Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0),
      0,
      "this is not a .npy file",
      "this looks like a .npz archive: unpack it and name one .npy file",
    ],
    ["version 0", changed(npy(header(), 24), 6, 0), 6, "version 0.0 of the .npy format is not known", null],
    ["version 4", changed(npy(header(), 24), 6, 4), 6, "version 4.0 of the .npy format is not known", null],
    ["version 1.1", changed(npy(header(), 24), 7, 1), 6, "version 1.1 of the .npy format is not known", null],
    ["eight bytes", npy(header(), 0).subarray(0, 8), 8, "the file ends within the length of its header", null],
    [
      "eleven bytes of version 2",
      npy(header(), 0, 2).subarray(0, 11),
      8,
      "the file ends within the length of its header",
      null,
    ],
    ["half a header", npy(header(), 0).subarray(0, 40), 8, "a header of 60 bytes does not fit a file of 40", null],
    ["an empty header", npy("", 0), 10, "the header does not end with a line feed", null],
    ["an empty header of version 2", npy("", 0, 2), 12, "the header does not end with a line feed", null],
    ["an empty line", npy("\n", 0), 10, "the header is not a Python dictionary", null],
    ["a list", npy("[1, 2]\n", 0), 10, "the header is not a Python dictionary", null],
    [
      "other keys",
      npy("{'shape': (1,), 'dtype': '<f4'}\n", 4),
      10,
      "the header has the keys dtype, shape instead of descr, fortran_order, shape",
      null,
    ],
    ["an order that is a number", npy(header({ order: "0" }), 24), 10, "fortran_order is neither True nor False", null],
    ["a shape that is a list", npy(header({ shape: "[2, 3]" }), 24), 10, "the shape is not a tuple", null],
    ["a shape of texts", npy(header({ shape: "('2', 3)" }), 24), 10, "the shape is not a tuple of integers", null],
    [
      "float64",
      npy(header({ descr: "'<f8'" }), 48),
      10,
      'the array is of type "<f8", not little-endian float32',
      'convert it with array.astype("<f4")',
    ],
    [
      "a type that is none",
      npy(header({ descr: "4" }), 24),
      10,
      "the array is of a structured type, not little-endian float32",
      'convert it with array.astype("<f4")',
    ],
    [
      "Fortran order",
      npy(header({ order: "True" }), 24),
      10,
      "the array is in Fortran order",
      "convert it with numpy.ascontiguousarray(array)",
    ],
    [
      "one dimension",
      npy(header({ shape: "(6,)" }), 24),
      10,
      "the array has 1 dimensions instead of 2",
      "flatten each worker's gradient: array.reshape(workers, -1)",
    ],
    [
      "no worker",
      npy(header({ shape: "(0, 3)" }), 0),
      10,
      "an array of 0 x 3 holds no gradients",
      "each axis needs at least one entry",
    ],
    [
      "a byte too few",
      npy(header(), 23),
      70,
      "23 bytes of data, but 2 x 3 float32 need 24",
      "the file is truncated: copy or write it again",
    ],
    [
      "a byte too many",
      npy(header(), 25),
      70,
      "25 bytes of data, but 2 x 3 float32 need 24",
      "remove what follows the array",
    ],
  ])("say what is wrong of %s, where, and what helps", (_, bytes, at, message, help) => {
    expect(readNpy(bytes, "g.npy").findings).toEqual([
      { code: expect.stringMatching(/^OPT050\d$/), severity: "error", message, where: `g.npy: byte ${at}`, help },
    ]);
  });

  it("are decoded as their version says", () => {
    // The byte of a letter that is two bytes in UTF-8 and one in Latin-1, in the name of a type.
    const latin = npy(header({ descr: "'<f4?'" }), 24);
    latin[latin.indexOf(0x3f)] = 0xe4;
    expect(readNpy(latin, "g.npy").findings[0]!.message).toContain('"<f4\u00e4"');
    const utf = npy(header({ descr: "'<f4\u00e4'" }), 24, 3);
    expect(readNpy(utf, "g.npy").findings[0]!.message).toContain('"<f4\u00e4"');
  });

  it("are written for arrays only that hold what they say", () => {
    expect(() => writeNpy({ workers: 2, length: 3, data: new Float32Array(5) })).toThrow("5 numbers for 2 x 3");
    // The header grows with the numbers of its shape, by 64 bytes each.
    for (let digits = 1; digits < 8; digits++) {
      const bytes = writeNpy({ workers: 10 ** digits, length: 0, data: new Float32Array() });
      expect(bytes.length % 64).toBe(0);
      expect(bytes.at(-1)).toBe(0x0a);
      const text = new TextDecoder().decode(bytes.subarray(10));
      expect(text.trimEnd().endsWith("}")).toBe(true);
    }
  });

  it("that are not finite are counted and placed", () => {
    const at = (data: number[]) =>
      readNpy(writeNpy({ workers: 2, length: 2, data: Float32Array.from(data) }), "g").findings;
    expect(at([Number.NaN, 1, 2, 3])).toEqual([
      {
        code: "OPT0508",
        severity: "error",
        message: "the gradient is NaN here; 1 of 4 values are not finite",
        where: "g[0, 0]",
        help: "leave out steps whose gradients overflowed, or scale the loss down",
      },
    ]);
    expect(at([1, 1, 2, Number.NEGATIVE_INFINITY])).toMatchObject([
      { message: "the gradient is -Infinity here; 1 of 4 values are not finite", where: "g[1, 1]" },
    ]);
    expect(checkWorkers({ workers: 2, length: 1, data: Float32Array.of(1, 2) }, 4, "g")).toEqual([
      {
        code: "OPT0509",
        severity: "error",
        message: "gradients of 2 workers for a circuit of 4",
        where: "g",
        help: "the first axis of the array has to be 4",
      },
    ]);
  });

  it.each<readonly [string, PythonValue | null]>([
    ["'a'", { kind: "string", value: "a" }],
    ['"a\'b"', { kind: "string", value: "a'b" }],
    ["'a\"'", { kind: "string", value: 'a"' }],
    ["12", { kind: "int", value: 12 }],
    ["True", { kind: "bool", value: true }],
    ["False", { kind: "bool", value: false }],
    ["(2)", { kind: "int", value: 2 }],
    ["(2,)", { kind: "tuple", items: [{ kind: "int", value: 2 }] }],
    ["()", { kind: "tuple", items: [] }],
    ["[2]", { kind: "list", items: [{ kind: "int", value: 2 }] }],
    [
      "[2, 'x1']",
      {
        kind: "list",
        items: [
          { kind: "int", value: 2 },
          { kind: "string", value: "x1" },
        ],
      },
    ],
    ["{}", { kind: "dict", entries: [] }],
    ["{'a': 1,}", { kind: "dict", entries: [["a", { kind: "int", value: 1 }]] }],
    ["{'a' 1}", null],
    ["{'a', 1}", null],
    ["{1: 1}", null],
    ["{'a':}", null],
    ["{'a': 1 'b': 2}", null],
    ["{'a': 1", null],
    ["{,}", null],
    ["(2 3)", null],
    ["(2]", null],
    ["[2)", null],
    ["(,)", null],
    ["(", null],
    ["]", null],
    [":", null],
    ["2 3", null],
    ["", null],
    ["Truely", null],
    ["'a", null],
    ["'a\\'", null],
    ["-1", null],
  ])("have headers in a part of Python: %s", (text, value) => {
    expect(parsePythonLiteral(text)).toEqual(value);
  });

  it("have headers of sixteen levels at most", () => {
    const nested = (depth: number): string => `${"[".repeat(depth)}1${"]".repeat(depth)}`;
    expect(parsePythonLiteral(nested(16))).not.toBeNull();
    expect(parsePythonLiteral(nested(17))).toBeNull();
    const inside = (depth: number): string => `${"{'a': ".repeat(depth)}1${"}".repeat(depth)}`;
    expect(parsePythonLiteral(inside(16))).not.toBeNull();
    expect(parsePythonLiteral(inside(17))).toBeNull();
    expect(parsePythonLiteral(`${"[".repeat(17)}${"]".repeat(17)}`)).not.toBeNull();
    expect(parsePythonLiteral(`${"[".repeat(18)}${"]".repeat(18)}`)).toBeNull();
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
    const source = readFileSync(new URL("../../verify/driving/npy.ts", import.meta.url), "utf8");
    const reported = [...new Set(source.match(/OPT\d{4}/g))].sort();
    const pages = Object.keys(verifyCodes);
    expect(reported).toEqual(pages.filter((code) => reported.includes(code)));
  });
});
