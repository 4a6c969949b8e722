import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { weightsOf } from "../../../compiler/index.ts";
import { readNpz } from "../../../compiler/network/formats/npz.ts";
import { crc32 } from "../../../compiler/network/formats/zip.ts";
import { type ImportedNetwork, importNetwork, readWeights } from "../../../compiler/network/imported.ts";
import type { ApproximateSpec, Checked, ImportedNetworkSpec } from "../../../dsl/index.ts";
import { holdMessages } from "../../netlist/refusals.ts";
import { json, type Named, npy, npz, safetensors, type Width, withHeader, withText } from "./files.ts";
import { aggregation } from "./mlps.ts";

/** Numbers that all four types hold exactly, subnormal halves among them. */
const exact = [0, -0.5, 1.25, -3, 3 * 2 ** -17, 0.0078125, -96, 1];

function tensorsOf(widths: readonly number[], names: (layer: number) => string): Named[] {
  return widths.slice(1).flatMap((rows, l) => {
    const cols = widths[l]!;
    const data = Array.from({ length: rows * cols }, (_, i) => exact[(i * 5 + l) % exact.length]!);
    const bias = Array.from({ length: rows }, (_, i) => exact[(i * 3 + l) % exact.length]!);
    return [
      { name: `${names(l)}.weight`, shape: [rows, cols], data },
      { name: `${names(l)}.bias`, shape: [rows], data: bias },
    ];
  });
}

const sequential = (layer: number): string => String(2 * layer);
/** Fits 4 workers x 8 bits x 4 levels. */
const good = tensorsOf([4, 5, 6, 4], sequential);
const aggregate = aggregation(4, 8, 4);

function load(
  bytes: Uint8Array,
  name: string = "mlp.safetensors",
  approximate: ApproximateSpec = { kind: "none" },
): Checked<ImportedNetwork> {
  const spec: ImportedNetworkSpec = { kind: "imported", weights: name, activation: "relu", approximate };
  return importNetwork(spec, aggregate, { name, bytes });
}

function faults(tensors: readonly Named[]): string[] {
  const { value, diagnostics } = load(safetensors(tensors, "F64"));
  expect(value).toBeNull();
  return diagnostics.map((d) => `${d.code} ${d.message}`);
}

describe("the same network from every format", () => {
  const widths: readonly Width[] = ["F16", "BF16", "F32", "F64"];
  const files: readonly (readonly [string, Uint8Array])[] = [
    ...widths.map((type) => [`${type}.safetensors`, safetensors(good, type)] as const),
    ["metadata.safetensors", safetensors(good, "F32", { activation: "ReLU", framework: "pt" })],
    ["mlp.json", json(good, { activation: "relu" })],
    ["f2.npz", npz(good, "F16")],
    ["f4.npz", npz(good, "F32", false)],
    ["f8.NPZ", npz(good, "F64")],
    [
      "order.npz",
      zipSync({
        "0.weight.npy": npy(good[0]!, "F32", { fortran: true }),
        "0.bias.npy": npy(good[1]!, "F64", { big: true }),
        "2.weight.npy": npy(good[2]!, "F32", { fortran: true, big: true }),
        "2.bias.npy": npy(good[3]!, "F16"),
        "4.weight.npy": npy(good[4]!, "F64"),
        "4.bias.npy": npy(good[5]!, "F32", { fortran: true }),
      }),
    ],
  ];
  test.each(files)("%s", (name, bytes) => {
    const { value, diagnostics } = load(bytes, name);
    expect(diagnostics).toEqual([]);
    const { layers } = value!.mlp;
    expect(layers.map((layer) => [layer.rows, layer.cols, layer.activation])).toEqual([
      [5, 4, "relu"],
      [6, 5, "relu"],
      [4, 6, "none"],
    ]);
    layers.forEach((layer, l) => {
      expect([...weightsOf(layer)]).toEqual(good[2 * l]!.data);
      expect([...layer.bias]).toEqual(good[2 * l + 1]!.data);
    });
  });

  test("a view into a larger buffer is read like a file of its own", () => {
    const bytes = safetensors(good);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(load(shifted.subarray(3)).diagnostics).toEqual([]);
  });
});

test.each([
  ["nn.Sequential", sequential],
  ["numbered attributes", (l: number) => `fc${l + 1}`],
  ["a list beyond ten", (l: number) => `layers.${l + 9}`],
])("layers are ordered by the numbers in their names: %s", (_, names) => {
  const shuffled = tensorsOf([4, 5, 6, 4], names).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  expect(load(safetensors(shuffled)).value!.mlp.layers.map((layer) => layer.rows)).toEqual([5, 6, 4]);
});

describe("what is wrong is said", () => {
  const change = (name: string, edit: (tensor: Named) => Named | null): Named[] =>
    good.flatMap((tensor) => (tensor.name === name ? (edit(tensor) ?? []) : [tensor]));
  holdMessages<readonly [tensors: Named[]]>(
    "weights",
    [
      ["a missing bias", change("2.bias", () => null)],
      ["a missing weight", change("2.weight", () => null)],
      ["a foreign tensor", [...good, { name: "norm.running_mean", shape: [1], data: [0] }]],
      ["an unclear order", tensorsOf([4, 5, 4], (l) => ["input", "output"][l]!)],
      ["two groups of numbers", tensorsOf([4, 5, 4], (l) => ["encoder.0", "decoder.1"][l]!)],
      ["a convolution", change("0.weight", (t) => ({ ...t, shape: [5, 2, 2] }))],
      ["a bias of another length", change("2.bias", (t) => ({ ...t, shape: [5], data: t.data.slice(0, 5) }))],
      [
        "layers that do not meet",
        tensorsOf([4, 5, 6, 4], sequential)
          .map((t) => (t.name === "2.weight" ? { ...t, shape: [6, 5] } : t))
          .toSpliced(4, 1, { name: "4.weight", shape: [4, 7], data: new Array<number>(28).fill(1) }),
      ],
      [
        "numbers that are none",
        change("0.weight", (t) => ({
          ...t,
          data: t.data.map((x, i) => (i === 6 ? Number.NaN : i === 9 ? Infinity : x)),
        })),
      ],
      ["widths of another aggregation", tensorsOf([3, 5, 2], sequential)],
      ["nothing", []],
    ],
    faults,
  );

  test("several faults in one run", () => {
    const tensors = change("2.bias", () => null).map((t) => (t.name === "0.bias" ? { ...t, shape: [5, 1] } : t));
    expect(faults(tensors)).toHaveLength(2);
  });

  test("a transposed weight is recognised", () => {
    const tensors = tensorsOf([4, 5, 4], sequential).map((t) =>
      t.name.endsWith("weight") ? { ...t, shape: t.shape.toReversed() } : t,
    );
    const { diagnostics } = load(safetensors(tensors));
    expect(diagnostics[0]!.help).toContain("transposed");
  });

  test("another activation, and layers that the file does not have", () => {
    const gelu = load(safetensors(good, "F32", { activation: "gelu" }));
    expect(gelu.diagnostics.map((d) => d.code)).toEqual(["OPT0307"]);
    const range = load(safetensors(good), "a.safetensors", { kind: "layers", first: 2, last: 4 });
    expect(range.diagnostics.map((d) => d.code)).toEqual(["OPT0309"]);
  });

  test.each<readonly [string, string, Uint8Array, string]>([
    [
      "integers",
      "a.safetensors",
      withHeader({ a: { dtype: "I64", shape: [1], data_offsets: [0, 8] } }, [new Uint8Array(8)]),
      "OPT0302",
    ],
    [
      "a type that is a list in a list, and so on",
      "a.safetensors",
      withText(`{"a": {"dtype": ${"[".repeat(1e5)}${"]".repeat(1e5)}, "shape": [1], "data_offsets": [0, 4]}}`, []),
      "OPT0302",
    ],
    [
      "a type that has no text",
      "a.safetensors",
      withText('{"a": {"dtype": {"toString": 1}, "shape": [1], "data_offsets": [0, 4]}}', []),
      "OPT0302",
    ],
    ["integers in .npz", "a.npz", zipSync({ "a.npy": npy(good[1]!, "F32", { descr: "<i4" }) }), "OPT0302"],
    [
      "a gap",
      "a.safetensors",
      withHeader({ a: { dtype: "F32", shape: [1], data_offsets: [4, 8] } }, [new Uint8Array(8)]),
      "OPT0301",
    ],
    [
      "left-over bytes",
      "a.safetensors",
      withHeader({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }, [new Uint8Array(8)]),
      "OPT0301",
    ],
    [
      "a shape of another size",
      "a.safetensors",
      withHeader({ a: { dtype: "F32", shape: [3], data_offsets: [0, 8] } }, [new Uint8Array(8)]),
      "OPT0301",
    ],
    [
      "a shape beyond memory",
      "a.safetensors",
      withHeader({ a: { dtype: "F32", shape: [1e9, 1e9], data_offsets: [0, 8] } }, [new Uint8Array(8)]),
      "OPT0301",
    ],
    ["truncation", "a.safetensors", safetensors(good).subarray(0, 400), "OPT0301"],
    ["a zip under another name", "a.safetensors", npz(good), "OPT0301"],
    ["text", "a.npz", json(good), "OPT0301"],
    ["ragged lists", "a.json", new TextEncoder().encode('{"0.weight": [[1, 2], [3]], "0.bias": [1, 2]}'), "OPT0301"],
    ["words among numbers", "a.json", new TextEncoder().encode('{"0.bias": [1, "2"]}'), "OPT0301"],
    [
      "deep nesting",
      "a.json",
      new TextEncoder().encode(`{"0.bias": ${"[".repeat(50_000)}${"]".repeat(50_000)}}`),
      "OPT0301",
    ],
    ["an unknown ending", "a.pt", npz(good), "OPT0301"],
  ])("%s: %s", (_, name, bytes, code) => {
    const { value, diagnostics } = load(bytes, name);
    expect(value).toBeNull();
    expect(diagnostics.map((d) => d.code)).toEqual([code]);
  });
});

describe("no bytes make a reader throw or hang", () => {
  const names = fc.constantFrom("a.safetensors", "a.json", "a.npz");
  const survives = (name: string, bytes: Uint8Array): void => {
    const { value, diagnostics } = readWeights({ name, bytes });
    expect(value === null).toBe(diagnostics.length > 0);
    for (const { code, message } of diagnostics) {
      expect(code).toMatch(/^OPT030[12]$/);
      expect(message).not.toMatch(/[\r\n]/);
    }
    load(bytes, name);
  };
  test("random bytes", () => {
    fc.assert(fc.property(names, fc.uint8Array({ maxLength: 300 }), survives), { seed: 1, numRuns: 3000 });
  });
  test("valid files with bytes changed, cut out and doubled", () => {
    const seeds = { "a.safetensors": safetensors(good), "a.json": json(good), "a.npz": npz(good, "F32", false) };
    const edits = fc.array(
      fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom("set", "cut", "double")),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(fc.constantFrom("a.safetensors", "a.json", "a.npz"), edits, (name, list) => {
        let bytes: number[] = [...seeds[name as keyof typeof seeds]];
        for (const [position, byte, how] of list) {
          const at = position % bytes.length;
          if (how === "set") bytes[at] = byte;
          else if (how === "cut") bytes.splice(at, 1 + (byte % 16));
          else bytes = [...bytes.slice(0, at + (byte % 16)), ...bytes.slice(at)];
        }
        survives(name, Uint8Array.from(bytes));
      }),
      { seed: 2, numRuns: 3000 },
    );
  });
});

test("`approximate` replaces the chosen layers by the nearest diag(d) u and says how near", () => {
  const { value } = load(safetensors(good, "F64"), "a.safetensors", { kind: "layers", first: 2, last: 2 });
  expect(value!.mlp.layers.map((layer) => layer.kind)).toEqual(["dense", "factored", "dense"]);
  expect(value!.approximations).toHaveLength(1);
  expect(value!.approximations[0]!.relativeError).toBeGreaterThan(0);
});

describe("a damaged .npz", () => {
  const read = (bytes: Uint8Array): readonly string[] => {
    const { value, diagnostics } = readNpz(bytes, "a.npz");
    if (value === null) return diagnostics.map(({ message }) => message);
    return value.tensors.map(({ name, shape, data }) => `${name} ${shape.join("x")} ${data.join()}`);
  };

  test.each([
    ["stored", false],
    ["deflated", true],
  ])("is refused, or says the same, whichever bit is flipped (%s)", (_, compressed) => {
    const whole = npz(good, "F32", compressed);
    const said = read(whole);
    let refused = 0;
    for (let at = 0; at < whole.length; at++) {
      const bytes = whole.slice();
      bytes[at]! ^= 1 << (at % 8);
      const now = read(bytes);
      if (now.length === 1) refused++;
      else expect(now).toEqual(said);
    }
    // what may change are times and versions
    expect(refused / whole.length).toBeGreaterThan(0.8);
  });

  test("says what is wrong", () => {
    const bytes = npz(good, "F64", false);
    bytes[300]! ^= 1;
    expect(read(bytes)).toEqual(["a.npz: the zip archive is damaged: a checksum is not that of the file"]);
  });

  test("has the checksum of the standard", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  });
});
