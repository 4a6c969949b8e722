import { inflateSync } from "fflate";

/** One file of an archive, unpacked, with the checksum that the archive has of it checked. */
export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type ZipReading =
  | { readonly kind: "read"; readonly files: readonly ZipFile[] }
  | { readonly kind: "damaged"; readonly what: string }
  | { readonly kind: "too-large" };

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
/** Bytes of these records without their names, extra fields and comments. */
const length = { end: 22, entry: 46, local: 30 } as const;
/** Sizes and offsets that stand in a zip64 field instead. */
const ELSEWHERE = 0xffffffff;

/**
 * Reads a zip archive (PKWARE's APPNOTE 6.3: stored and deflated files, no encryption, no zip64 directory): what the directory
 * says of a file must be what the file's own header says, and the unpacked bytes must have its size and CRC-32. Never throws.
 * Archives that would unpack to more than `mostBytes` are refused before they are unpacked.
 */
export function readZip(
  bytes: Uint8Array,
  limits: { readonly mostFiles: number; readonly mostBytes: number },
): ZipReading {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endRecord(view);
  if (end === null) return { kind: "damaged", what: "it has no directory" };
  const count = view.getUint16(end + 10, true);
  const size = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  if (count > limits.mostFiles || size === ELSEWHERE || start === ELSEWHERE) return { kind: "too-large" };
  if (start + size !== end) return { kind: "damaged", what: "its directory does not end where it should" };
  const entries: Entry[] = [];
  let at = start;
  let total = 0;
  for (let i = 0; i < count; i++) {
    const entry = at + length.entry <= end && view.getUint32(at, true) === ENTRY ? readEntry(view, bytes, at) : null;
    if (entry === null || entry.next > end) return { kind: "damaged", what: "its directory is cut off" };
    if (entry.unpacked === ELSEWHERE || entry.packed === ELSEWHERE) return { kind: "too-large" };
    total += Math.max(entry.unpacked, entry.packed);
    if (total > limits.mostBytes) return { kind: "too-large" };
    entries.push(entry);
    at = entry.next;
  }
  if (at !== end) return { kind: "damaged", what: "its directory holds more than it says" };
  if (new Set(entries.map(({ name }) => name)).size < count)
    return { kind: "damaged", what: "two files have one name" };
  const files: ZipFile[] = [];
  for (const entry of entries) {
    const unpacked = unpack(view, bytes, entry, start);
    if (typeof unpacked === "string") return { kind: "damaged", what: unpacked };
    files.push({ name: entry.name, bytes: unpacked });
  }
  return { kind: "read", files };
}

type Entry = ReturnType<typeof readEntry>;

/** Where the last record begins; a comment of up to 65 535 bytes may follow it. */
function endRecord(view: DataView): number | null {
  for (let at = view.byteLength - length.end; at >= Math.max(0, view.byteLength - length.end - 0xffff); at--) {
    if (view.getUint32(at, true) !== END) continue;
    if (at + length.end + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  return null;
}

function readEntry(view: DataView, bytes: Uint8Array, at: number) {
  const nameEnd = at + length.entry + view.getUint16(at + 28, true);
  return {
    name: nameIn(bytes, at + length.entry, nameEnd),
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    unpacked: view.getUint32(at + 24, true),
    header: view.getUint32(at + 42, true),
    next: nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true),
  };
}

function nameIn(bytes: Uint8Array, from: number, to: number): string {
  return new TextDecoder().decode(bytes.subarray(from, to));
}

/** The file, or what is wrong with it. */
function unpack(view: DataView, bytes: Uint8Array, entry: Entry, directory: number): Uint8Array | string {
  const { header, flags, method, crc, packed, unpacked } = entry;
  const bad = "the header of a file is not what the directory says";
  if (header + length.local > directory || view.getUint32(header, true) !== LOCAL) return bad;
  const nameEnd = header + length.local + view.getUint16(header + 26, true);
  const from = nameEnd + view.getUint16(header + 28, true);
  if (from + packed > directory) return "a file is cut off";
  if (nameIn(bytes, header + length.local, nameEnd) !== entry.name) return bad;
  if (view.getUint16(header + 6, true) !== flags || view.getUint16(header + 8, true) !== method) return bad;
  // Whoever writes a stream knows sizes and checksum only behind the file, and NumPy writes sizes into a zip64 field.
  const known = (at: number, value: number): boolean => {
    const own = view.getUint32(at, true);
    return own === value || own === ELSEWHERE || ((flags & 8) !== 0 && own === 0);
  };
  if (!known(header + 14, crc) || !known(header + 18, packed) || !known(header + 22, unpacked)) return bad;
  if ((flags & 1) !== 0) return "a file is encrypted";
  const content = bytes.subarray(from, from + packed);
  let data: Uint8Array;
  if (method === 0) data = content;
  else if (method === 8) {
    try {
      data = inflateSync(content, { out: new Uint8Array(unpacked) });
    } catch {
      return "a file cannot be unpacked";
    }
  } else return `a file is packed by method ${method}, of which only 0 and 8 are read`;
  if (data.length !== unpacked) return "a file has not the size that the directory says";
  return crc32(data) === crc ? data : "a checksum is not that of the file";
}

let table: Uint32Array | null = null;

/** The CRC-32 of zip (ISO 3309, reflected polynomial edb88320). */
export function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    return rest;
  });
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
