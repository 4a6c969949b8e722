import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { readGradients } from "../../cli/gradients/gradient-array.ts";
import { openGradients } from "../../cli/gradients/gradient-files.ts";
import { pythonValue, pythonWords } from "../../formats/python.ts";
import { writeNpy } from "../../verify/index.ts";
import { holdRefusals } from "../netlist/refusals.ts";

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

const folder = mkdtempSync(join(tmpdir(), "optinc-npy-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "g.npy");

/** What the headers' reader says, and the one that reads the numbers too. */
function opened(bytes: Uint8Array, workers = 2) {
  writeFileSync(file, bytes);
  return openGradients([file], workers, null);
}

function read(bytes: Uint8Array, workers = 2) {
  writeFileSync(file, bytes);
  return readGradients(file, [workers]);
}

describe("npy files", () => {
  it("come back as they were written", async () => {
    await fc.assert(
      fc.asyncProperty(
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
        async (array) => {
          const bytes = writeNpy(array);
          const { value, diagnostics } = await read(bytes, array.workers);
          expect(diagnostics).toEqual([]);
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

  it.each([1, 2, 3] as const)("are read in version %i", async (version) => {
    const { value, diagnostics } = await read(npy(header(), 24, version));
    expect(diagnostics).toEqual([]);
    expect(value).toEqual({ workers: 2, length: 3, data: new Float32Array(6) });
  });

  it("of float16 and of gradients of any shape are read too", async () => {
    const bytes = npy(header({ descr: "'<f2'", shape: "(2, 1, 3)" }), 12);
    bytes.set([0, 0x3c, 0, 0xc0], bytes.length - 12);
    const data = Float32Array.of(1, -2, 0, 0, 0, 0);
    expect((await read(bytes)).value).toEqual({ workers: 2, length: 3, data });
  });

  it("may spell the header differently", () => {
    const text = `{"shape": (2, 3,), "descr": "<f4", "fortran_order": False}      \n`;
    expect(opened(npy(text, 24)).value?.length).toBe(3);
  });

  holdRefusals<readonly [bytes: Uint8Array]>(
    "npy",
    [
      ["an empty file", "OPT0501 byte 0", new Uint8Array()],
      ["text", "OPT0501 byte 0", new TextEncoder().encode("1 2 3 4 5 6 7 8 9")],
      ["only the magic bytes", "OPT0501 byte 0", npy(header(), 0).subarray(0, 6)],
      ["one wrong byte", "OPT0501 byte 0", npy(header(), 24).with(3, 0)],
      ["a file that starts with P", "OPT0501 byte 0", Uint8Array.of(0x50, 0, 0, 0, 0, 0, 0, 0)],
      ["a file that goes on with K", "OPT0501 byte 0", Uint8Array.of(0, 0x4b, 0, 0, 0, 0, 0, 0)],
      ["an archive", "OPT0501 byte 0", Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0)],
      ["version 0", "OPT0502 byte 6", npy(header(), 24).with(6, 0)],
      ["version 4", "OPT0502 byte 6", npy(header(), 24).with(6, 4)],
      ["version 1.1", "OPT0502 byte 6", npy(header(), 24).with(7, 1)],
      ["eight bytes", "OPT0503 byte 8", npy(header(), 0).subarray(0, 8)],
      ["a file that ends in the length field", "OPT0503 byte 8", npy(header(), 0).subarray(0, 9)],
      ["eleven bytes of version 2", "OPT0503 byte 8", npy(header(), 0, 2).subarray(0, 11)],
      ["a file that ends in the header", "OPT0503 byte 8", npy(header(), 0).subarray(0, 40)],
      ["a header that NumPy refuses", "OPT0503 byte 8", npy(`${header().trimEnd()}${" ".repeat(7e4)}\n`, 24, 2)],
      ["no line feed", "OPT0503 byte 10", npy(header().trimEnd(), 24)],
      ["an empty header", "OPT0503 byte 10", npy("", 0)],
      ["an empty header of version 2", "OPT0503 byte 12", npy("", 0, 2)],
      ["an empty line", "OPT0503 byte 10", npy("\n", 0)],
      ["a list", "OPT0503 byte 10", npy("[1, 2]\n", 0)],
      ["a tuple", "OPT0503 byte 10", npy("('<f4', False, (2, 3))\n", 24)],
      ["a key too few", "OPT0503 byte 10", npy("{'descr': '<f4', 'shape': (2, 3)}\n", 24)],
      ["other keys", "OPT0503 byte 10", npy("{'shape': (1,), 'dtype': '<f4'}\n", 4)],
      ["a key twice", "OPT0503 byte 10", npy(header().replace("}", "'descr': '<f4'}"), 24)],
      ["text after the dictionary", "OPT0503 byte 10", npy(header().replace("}", "} x"), 24)],
      ["an expression", "OPT0503 byte 10", npy(header({ shape: "(1 + 1, 3)" }), 24)],
      ["a negative size", "OPT0503 byte 10", npy(header({ shape: "(-2, 3)" }), 24)],
      ["a shape that is a number", "OPT0503 byte 10", npy(header({ shape: "(6)" }), 24)],
      ["a shape that is a list", "OPT0503 byte 10", npy(header({ shape: "[2, 3]" }), 24)],
      ["a shape of texts", "OPT0503 byte 10", npy(header({ shape: "('2', 3)" }), 24)],
      ["an order that is a number", "OPT0503 byte 10", npy(header({ order: "0" }), 24)],
      ["float64", "OPT0511", npy(header({ descr: "'<f8'" }), 48)],
      ["big-endian float32", "OPT0511", npy(header({ descr: "'>f4'" }), 24)],
      ["a structured type", "OPT0511", npy(header({ descr: "[('a', '<f4'), ('b', '<f4', (2,))]" }), 24)],
      ["a type that is none", "OPT0511", npy(header({ descr: "4" }), 24)],
      ["Fortran order", "OPT0505", npy(header({ order: "True" }), 24)],
      ["one dimension", "OPT0509", npy(header({ shape: "(6,)" }), 24)],
      ["no dimension", "OPT0509", npy(header({ shape: "()" }), 4)],
      ["no element", "OPT0506", npy(header({ shape: "(2, 0)" }), 0)],
      ["no worker", "OPT0506", npy(header({ shape: "(0, 3)" }), 0)],
      ["a byte too few", "OPT0507 byte 70", npy(header(), 23)],
      ["a byte too many", "OPT0507 byte 70", npy(header(), 25)],
      ["a shape beyond any memory", "OPT0507 byte 469", npy(header({ shape: `(${"9".repeat(400)}, 3)` }), 24)],
    ],
    (bytes) => {
      const { value, diagnostics } = opened(bytes);
      expect(value).toBeNull();
      return diagnostics.map(({ code, message, help }) => {
        const [, at = "", what] = /^.*?g\.npy(?:: (byte \d+))?: (.*)$/s.exec(message)!;
        return { place: `${code} ${at}`.trim(), message: help === null ? what! : `${what} [${help}]` };
      });
    },
  );

  it("are decoded as their version says", () => {
    // The byte of a letter that is two bytes in UTF-8 and one in Latin-1, in the name of a type.
    const latin = npy(header({ descr: "'<f4?'" }), 24);
    latin[latin.indexOf(0x3f)] = 0xe4;
    expect(opened(latin).diagnostics[0]!.message).toContain('"<f4\u00e4"');
    const utf = npy(header({ descr: "'<f4\u00e4'" }), 24, 3);
    expect(opened(utf).diagnostics[0]!.message).toContain('"<f4\u00e4"');
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

  it.each([
    [[Number.NaN, 1, 2, 3], "g.npy[0, 0]: the gradient is NaN here; 1 of 4 values are not finite"],
    [[1, 1, Number.NEGATIVE_INFINITY, Number.NaN], "[1, 0]: the gradient is -Infinity here; 2 of 4 values are not"],
  ])("that are not finite are counted and placed: %j", async (data, message) => {
    const { value, diagnostics } = await read(writeNpy({ workers: 2, length: 2, data: Float32Array.from(data) }));
    expect(value).toBeNull();
    expect(diagnostics).toMatchObject([{ code: "OPT0508", message: expect.stringContaining(message) }]);
  });

  it("of another number of workers are refused for any circuit that has it", async () => {
    writeFileSync(file, writeNpy({ workers: 2, length: 1, data: Float32Array.of(1, 2) }));
    expect(await readGradients(file, [2, 4])).toMatchObject({ value: null, diagnostics: [{ code: "OPT0509" }] });
  });

  it.each([
    ["'a'", "a"],
    ['"a\'b"', "a'b"],
    ["'a\"'", 'a"'],
    ["'a,]'", "a,]"],
    ["12", 12],
    ["[True, False]", [true, false]],
    ["(2)", 2],
    ["(2,)", { tuple: [2] }],
    ["()", { tuple: [] }],
    ["[2]", [2]],
    ["[2, 'x1']", [2, "x1"]],
    ["[2, ('x1', [],),]", [2, { tuple: ["x1", []] }]],
    ["{}", {}],
    ["{'a': 1,}", { a: 1 }],
  ])("have headers in a part of Python: %s", (text, value) => {
    expect(pythonValue(pythonWords(text)!)).toEqual(value);
  });

  it.each([
    ...["{'a' 1}", "{'a', 1}", "{1: 1}", "{'a':}", "{'a': 1 'b': 2}", "{'a': 1", "{,}", "(2 3)", "(2]", "[2)", "(,)"],
    ...["(", "]", ":", "2 3", "", "Truely", "'a", "'a\\'", "-1", "[,]", "[1,,]", "[".repeat(1e6)],
  ])("have no header such as %.20s", (text) => {
    expect(pythonValue(pythonWords(text) ?? [])).toBeUndefined();
  });

  it("never make the reader throw or accept damage silently, whatever byte changed", async () => {
    const good = npy(header(), 24);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 }),
        fc.nat(good.length),
        async (changes, length) => {
          const bytes = good.slice(0, length);
          for (const [at, byte] of changes) bytes[at % Math.max(1, length)] = byte;
          const { value, diagnostics } = await read(bytes);
          expect(value === null).toBe(diagnostics.length > 0);
          if (value !== null) expect(value.data.length).toBe(value.workers * value.length);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("never make the reader throw, whatever the header says", () => {
    const piece = fc.constantFrom(..."{}()[],:2 \\\n", "'descr'", "'<f4'", "True");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(opened(npy(`${pieces.join("")}\n`, 24)).value).toBeNull();
      }),
      { numRuns: 2000 },
    );
    expect(opened(npy(`${"(".repeat(60_000)}\n`, 0)).diagnostics).toMatchObject([{ code: "OPT0503" }]);
  });
});
