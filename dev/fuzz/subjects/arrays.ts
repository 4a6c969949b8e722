import { join } from "node:path";
import fc from "fast-check";
import { zipSync } from "fflate";
import { readGradients } from "../../../cli/gradients/gradient-array.ts";
import { checkCircuit } from "../../../netlist/index.ts";
import { type Named, npy, safetensors, withText } from "../../../tests/compiler/network/files.ts";
import { verifyGradients, writeNpy } from "../../../verify/index.ts";
import { demandEither, type FuzzSubject, inFolder } from "../material/case.ts";
import { circuits, circuitText, importedCircuit, weightsJson } from "../material/corpus.ts";
import { judge } from "../material/judge.ts";
import { mutateBytes, mutateJson, mutateText } from "../material/mutate.ts";
import { choice } from "./circuits.ts";

/** Gradients (.npy) through the reader and a circuit; weights (.json, .npz, .safetensors) through import and compilation. */
export function arraySubjects(): FuzzSubject[] {
  const value = JSON.parse(weightsJson) as Record<string, number[] | number[][]>;
  const tensors = Object.entries(value).map(tensorOf);
  return [
    gradientSubject(),
    weightsSubject("json", 200, mutateJson(value)),
    weightsSubject("npz", 500, mutateArchive(tensors)),
    weightsSubject("safetensors", 500, mutateSafetensors(tensors)),
  ];
}

const shapes = [
  [2, 1],
  [2, 7],
  [2, 0],
  [3, 4],
  [0, 4],
] as const;

function gradientSubject(): FuzzSubject {
  const [circuit] = circuits();
  const arrays = shapes.map(([workers, length]) => {
    const data = Float32Array.from({ length: workers * length }, (_, i) => ((i * 37) % 11) / 4 - 1);
    return mutateArray(writeNpy({ workers, length, data }));
  });
  return {
    name: "npy",
    weight: 800,
    inputs: fc.oneof(...arrays).map((bytes) => ({ files: { "g.npy": bytes }, args: [] })),
    run: ({ files }) =>
      inFolder(files, async (folder) => {
        const { value, diagnostics } = await readGradients(join(folder, "g.npy"), [2]);
        demandEither(value, diagnostics);
        if (value !== null) verifyGradients(circuit!, value, 4);
      }),
  };
}

function weightsSubject(name: string, weight: number, content: fc.Arbitrary<string | Uint8Array>): FuzzSubject {
  return {
    name,
    weight,
    inputs: fc.record({ files: fc.record({ [`w.${name}`]: content }), args: choice }),
    run: ({ files, args }) => {
      const [file, given] = Object.entries(files)[0]!;
      const network = importedCircuit(file, typeof given === "string" ? new TextEncoder().encode(given) : given);
      if (network === null) return;
      // What was compiled must read back: its numbers came out of the file.
      const { circuit: again, findings } = checkCircuit(JSON.parse(circuitText(network)));
      if (again === null) throw new Error(`the compiled circuit does not read back: ${findings[0]?.message}`);
      judge(again, Number(args[0]));
    },
  };
}

function tensorOf([name, value]: [string, number[] | number[][]]): Named {
  const shape = Array.isArray(value[0]) ? [value.length, value[0].length] : [value.length];
  return { name, shape, data: value.flat() };
}

/** Bytes anywhere, or the dictionary with a length that fits it. */
function mutateArray(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const start = 10 + bytes[8]! + 256 * bytes[9]!;
  const dictionary = Buffer.from(bytes.subarray(10, start)).toString("latin1").trimEnd();
  const withDictionary = (text: string): Uint8Array => {
    const padded = Buffer.from(`${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`, "latin1");
    const size = [padded.length & 255, (padded.length >> 8) & 255];
    return Uint8Array.from([...bytes.subarray(0, 8), ...size, ...padded, ...bytes.subarray(start)]);
  };
  return fc.oneof(mutateBytes(bytes), mutateText([dictionary]).map(withDictionary));
}

/** An archive with one of its arrays or names changed, or its bytes. */
function mutateArchive(tensors: readonly Named[]): fc.Arbitrary<Uint8Array> {
  const files = Object.fromEntries(tensors.map((tensor) => [`${tensor.name}.npy`, npy(tensor)]));
  const inside = Object.entries(files).flatMap(([name, bytes]) => {
    const { [name]: _, ...others } = files;
    return [
      { weight: 19, arbitrary: mutateArray(bytes).map((changed) => ({ ...files, [name]: changed })) },
      { weight: 1, arbitrary: mutateText([name]).map((changed) => ({ ...others, [changed]: bytes })) },
    ];
  });
  const zipped = fc.oneof(...inside).map((changed) => zipSync(changed, { level: 0, mtime: "2020-01-01" }));
  return fc.oneof(
    { weight: 3, arbitrary: zipped },
    { weight: 1, arbitrary: mutateBytes(zipSync(files, { level: 0, mtime: "2020-01-01" })) },
    { weight: 1, arbitrary: mutateBytes(zipSync(files, { level: 6, mtime: "2020-01-01" })) },
  );
}

function mutateSafetensors(tensors: readonly Named[]): fc.Arbitrary<Uint8Array> {
  const bytes = safetensors(tensors, "F32", { activation: "relu" });
  const start = 8 + Buffer.from(bytes).readUInt32LE(0);
  const header: unknown = JSON.parse(Buffer.from(bytes.subarray(8, start)).toString());
  const inHeader = mutateJson(header).map((text) => withText(text, [bytes.subarray(start)]));
  return fc.oneof(inHeader, mutateBytes(bytes));
}
