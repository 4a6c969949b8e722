import type { Circuit } from "../circuit/circuit.ts";
import { type LinearBlock, linearBlocks } from "./block.ts";
import type { Subject } from "./scope.ts";
import type { TargetFile } from "./target.ts";

/** How one block is written: the whole name of its file, and its text. */
export type BlockPrinter = (block: LinearBlock) => TargetFile;

/**
 * The files of a format for passive linear optics: one a block, and where the subject has several, an index first that
 * says how they join.
 */
export function blockFiles(
  subject: Subject,
  target: string,
  print: BlockPrinter,
  blocks: readonly LinearBlock[] = linearBlocks(subject),
): readonly TargetFile[] {
  const files = blocks.map(print);
  if (files.length === 1) {
    return files;
  }
  const index = printIndex(
    subject.circuit,
    target,
    blocks.map((block, i) => ({ block, file: files[i]!.name })),
  );
  return [{ name: `${subject.stem}.${target}-index.json`, content: index }, ...files];
}

/**
 * The index: everything of the circuit but the devices, and which file holds those of a section. Files of a section act
 * in order. Port i of a file is circuit mode `modes[i]` on both sides; `outputs` lists the positions whose light leaves
 * the file, the others are absorbed in it.
 */
export function* printIndex(
  circuit: Circuit,
  target: string,
  files: readonly { readonly block: LinearBlock; readonly file: string }[],
): Generator<string> {
  yield "{\n";
  yield `  "format": "optinc.export-index",\n  "version": 1,\n  "target": ${text(target)},\n`;
  yield `  "name": ${text(circuit.name)},\n  "aggregate": ${text(circuit.aggregate)},\n  "modes": ${circuit.modes},\n`;
  yield* list("inputs", circuit.inputs.map(text));
  yield* list("outputs", circuit.outputs.map(text));
  yield `  "sections": [\n`;
  for (const [s, section] of circuit.sections.entries()) {
    const head = { kind: section.kind, name: section.name, activations: section.activations };
    const parts = files
      .filter(({ block }) => block.section === s)
      .map(({ block, file }) =>
        text({
          file,
          name: block.name,
          modes: block.modes,
          outputs: block.outputs,
          meshes: block.meshes.map((mesh) => mesh.name),
        }),
      );
    const body = parts.length === 0 ? "[]" : `[\n      ${parts.join(",\n      ")}\n    ]`;
    yield `    ${text(head).slice(0, -1)},"files":${body}}${s + 1 < circuit.sections.length ? "," : ""}\n`;
  }
  yield `  ],\n  "certificate": ${text(circuit.certificate)}\n}\n`;
}

function* list(key: string, entries: readonly string[]): Generator<string> {
  yield entries.length === 0 ? `  "${key}": [],\n` : `  "${key}": [\n    ${entries.join(",\n    ")}\n  ],\n`;
}

/** Texts with a comma between them. */
export function* withCommas(texts: Iterable<string>): Generator<string> {
  let isFirst = true;
  for (const each of texts) {
    yield isFirst ? each : `,${each}`;
    isFirst = false;
  }
}

function text(value: unknown): string {
  return JSON.stringify(value);
}
