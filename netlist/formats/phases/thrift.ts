import { message } from "../protobuf.ts";

/** Structures in Thrift's compact protocol, as far as Parquet's footers need it. */

const TYPE = { i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;
type ThriftType = keyof typeof TYPE;

export interface ThriftField {
  readonly id: number;
  readonly type: ThriftType;
  readonly content: Uint8Array;
}

export function field(id: number, type: ThriftType, content: Uint8Array): ThriftField {
  return { id, type, content };
}

/** Fields in ascending order of their ids, which may differ by up to 15. */
export function struct(fields: readonly ThriftField[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let last = 0;
  for (const { id, type, content } of fields) {
    pieces.push(Uint8Array.of(((id - last) << 4) | TYPE[type]), content);
    last = id;
  }
  return message([...pieces, Uint8Array.of(0)]);
}

export function list(type: ThriftType, entries: readonly Uint8Array[]): Uint8Array {
  const head =
    entries.length < 15
      ? Uint8Array.of((entries.length << 4) | TYPE[type])
      : message([Uint8Array.of(0xf0 | TYPE[type]), unsigned(entries.length)]);
  return message([head, ...entries]);
}

export function thriftBinary(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return message([unsigned(bytes.length), bytes]);
}

/** Zigzag, for whole numbers from 0 to 2^52. */
export function thriftInt(value: number): Uint8Array {
  return unsigned(2 * value);
}

function unsigned(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) + 128);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
