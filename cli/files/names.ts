import { sha256 } from "./pack.ts";

/** Bytes of a name that every file system takes, with room for an ending. */
const longest = 200;

/**
 * A name out of a file (of a circuit, a format, an aggregate) as the name of one file or directory: never a path, never
 * empty, nothing that a terminal or a shell acts on. Names that are plain already stay as they are.
 */
export function fileName(name: string): string {
  const plain = name.replace(/[/\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "_").replace(/^\.{0,2}$/, (dots) => `_${dots}`);
  if (Buffer.byteLength(plain) <= longest) return plain;
  // Forty characters have at most 160 bytes.
  return `${[...plain].slice(0, 40).join("")}~${sha256(name).slice(0, 8)}`;
}

/** Whether a name can be one of an artifact as it stands. */
export function isFileName(name: string): boolean {
  return name === fileName(name);
}
