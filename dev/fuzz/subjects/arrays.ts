import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { readGradients } from "../../../cli/gradients/gradient-array.ts";
import { checkCircuit } from "../../../netlist/index.ts";
import { verifyGradients, writeNpy } from "../../../verify/index.ts";
import type { FuzzSubject } from "../material/case.ts";
import { circuits, circuitText, importedCircuit, weightsJson } from "../material/corpus.ts";
import type { Dice } from "../material/dice.ts";
import { judge } from "../material/judge.ts";
import { mutateBytes, mutateJson, mutateText } from "../material/mutate.ts";

/** Gradients (.npy) through the reader and a circuit; weights (.json, .npz, .safetensors) through import and compilation. */
export function arraySubjects(): FuzzSubject[] {
  const [circuit] = circuits();
  const gradients = [
    [2, 1],
    [2, 7],
    [2, 0],
    [3, 4],
    [0, 4],
  ].map(([workers, length]) => {
    const data = Float32Array.from({ length: workers! * length! }, (_, i) => ((i * 37) % 11) / 4 - 1);
    return writeNpy({ workers: workers!, length: length!, data });
  });
  const tensors = Object.entries(JSON.parse(weightsJson) as Record<string, number[] | number[][]>).map(tensorOf);
  const weights = (name: string, weight: number, make: (dice: Dice) => string | Uint8Array): FuzzSubject => ({
    name,
    weight,
    make: (dice) => ({ files: { [`w.${name}`]: make(dice) }, args: [`${dice.below(2 ** 20)}`] }),
    run: ({ files, args }) => {
      const [file, content] = Object.entries(files)[0]!;
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      const network = importedCircuit(file, bytes);
      if (network === null) return;
      // What was compiled must read back: its numbers came out of the file.
      const { circuit: again, findings } = checkCircuit(JSON.parse(circuitText(network)));
      if (again === null) throw new Error(`the compiled circuit does not read back: ${findings[0]?.message}`);
      judge(again, Number(args[0]));
    },
  });
  return [
    {
      name: "npy",
      weight: 8,
      make: (dice) => ({ files: { "g.npy": mutateArray(dice.pick(gradients), dice) }, args: [] }),
      run: async ({ files }) => {
        const directory = mkdtempSync(join(tmpdir(), "optinc-fuzz-"));
        try {
          const file = join(directory, "g.npy");
          writeFileSync(file, files["g.npy"]!);
          const { value, diagnostics } = await readGradients(file, [2]);
          if ((value === null) !== diagnostics.length > 0) throw new Error("an array with errors, or neither");
          if (value !== null) verifyGradients(circuit!, value, 4);
        } finally {
          rmSync(directory, { recursive: true, force: true });
        }
      },
    },
    weights("json", 2, (dice) => mutateJson(JSON.parse(weightsJson), dice)),
    weights("npz", 5, (dice) => mutateArchive(tensors, dice)),
    weights("safetensors", 5, (dice) => mutateSafetensors(tensors, dice)),
  ];
}

interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

function tensorOf([name, value]: [string, number[] | number[][]]): Tensor {
  const numbers = Float32Array.from(value.flat());
  const shape = Array.isArray(value[0]) ? [value.length, value[0].length] : [value.length];
  return { name, shape, bytes: new Uint8Array(numbers.buffer) };
}

function npyOf({ shape, bytes }: Tensor): Uint8Array {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  return npyFile(`{'descr': '<f4', 'fortran_order': False, 'shape': (${sides}), }`, bytes);
}

function npyFile(dictionary: string, data: Uint8Array): Uint8Array {
  const text = `${dictionary}${" ".repeat((64 - ((11 + dictionary.length) % 64)) % 64)}\n`;
  const head = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, (text.length >> 8) & 255]);
  return new Uint8Array(Buffer.concat([head, Buffer.from(text, "latin1"), data]));
}

/** Bytes anywhere, or the dictionary with a length that fits it. */
function mutateArray(bytes: Uint8Array, dice: Dice): Uint8Array {
  if (dice.chance(0.5)) return mutateBytes(bytes, dice);
  const start = 10 + bytes[8]! + 256 * bytes[9]!;
  const dictionary = Buffer.from(bytes.subarray(10, start)).toString("latin1").trimEnd();
  return npyFile(mutateText(dictionary, dice), bytes.subarray(start));
}

function mutateArchive(tensors: readonly Tensor[], dice: Dice): Uint8Array {
  const inside = dice.chance(0.6);
  const chosen = dice.below(tensors.length);
  const files = tensors.map((tensor, i) => {
    const name = inside && dice.chance(0.05) ? mutateText(tensor.name, dice) : tensor.name;
    const npy = npyOf(tensor);
    return [`${name}.npy`, inside && i === chosen ? mutateArray(npy, dice) : npy] as const;
  });
  const archive = zipSync(Object.fromEntries(files), { level: dice.chance(0.5) ? 0 : 6, mtime: "2020-01-01" });
  return inside ? archive : mutateBytes(archive, dice);
}

function mutateSafetensors(tensors: readonly Tensor[], dice: Dice): Uint8Array {
  let at = 0;
  const entries = tensors.map(({ name, shape, bytes }) => {
    const begin = at;
    at += bytes.length;
    return [name, { dtype: "F32", shape, data_offsets: [begin, at] }] as const;
  });
  const header = { __metadata__: { activation: "relu" }, ...Object.fromEntries(entries) };
  const inHeader = dice.chance(0.6);
  const text = Buffer.from(inHeader ? mutateJson(header, dice) : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeUInt32LE(text.length);
  const whole = new Uint8Array(Buffer.concat([size, text, ...tensors.map((tensor) => tensor.bytes)]));
  return inHeader ? whole : mutateBytes(whole, dice);
}
