import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { FileEntry } from "./manifest.ts";

/** A file to write: its text or bytes come in pieces of any length. */
export interface Artifact {
  readonly name: string;
  readonly content: Iterable<string | Uint8Array>;
}

/** Characters gathered before a write. */
const chunkLength = 2 ** 18;

/**
 * Writes one file piece by piece and hashes it on the way. Each write is awaited, so that memory holds one chunk whatever
 * the size of the file, and signals are served between chunks. Throws the errors of the file system.
 */
export async function writeArtifact(path: string, artifact: Artifact): Promise<FileEntry> {
  const hash = createHash("sha256");
  let bytes = 0;
  const handle = await open(path, "wx");
  try {
    for (const chunk of chunked(artifact.content)) {
      const buffer = typeof chunk === "string" ? Buffer.from(chunk, "utf8") : chunk;
      hash.update(buffer);
      bytes += buffer.length;
      await handle.writeFile(buffer);
    }
  } finally {
    await handle.close();
  }
  return { name: artifact.name, sha256: hash.digest("hex"), bytes };
}

function* chunked(pieces: Iterable<string | Uint8Array>): Generator<string | Uint8Array> {
  let text = "";
  for (const piece of pieces) {
    if (typeof piece === "string") text += piece;
    if (text !== "" && (typeof piece !== "string" || text.length >= chunkLength)) {
      yield text;
      text = "";
    }
    if (typeof piece !== "string") yield piece;
  }
  if (text !== "") yield text;
}
