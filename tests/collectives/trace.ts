/** Reads Protocol Buffers without a schema's help, independently of the writer. */

export interface DecodedNode {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  readonly deps: readonly number[];
  readonly attributes: Readonly<Record<string, number | string>>;
}

export function decodeTrace(bytes: Uint8Array): { version: string; nodes: DecodedNode[] } {
  const [metadata, ...nodes] = split(bytes);
  const [version] = fields(metadata!);
  return {
    version: text(version!.bytes),
    nodes: nodes.map((message) => {
      const all = fields(message);
      const one = (field: number) => all.find((each) => each.field === field);
      const attributes = all
        .filter(({ field }) => field === 10)
        .map(({ bytes: inner }) => {
          const [name, value] = fields(inner);
          return [text(name!.bytes), value!.field === 29 ? text(value!.bytes) : value!.value] as const;
        });
      return {
        id: one(1)?.value ?? 0,
        name: text(one(2)!.bytes),
        type: one(3)!.value,
        deps: varints(one(5)?.bytes ?? new Uint8Array()),
        attributes: Object.fromEntries(attributes),
      };
    }),
  };
}

function split(bytes: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [length, start] = varint(bytes, at);
    messages.push(bytes.subarray(start, start + length));
    at = start + length;
  }
  return messages;
}

function fields(bytes: Uint8Array): { field: number; value: number; bytes: Uint8Array }[] {
  const found: { field: number; value: number; bytes: Uint8Array }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [key, afterKey] = varint(bytes, at);
    const [value, start] = varint(bytes, afterKey);
    if ((key & 7) !== 0 && (key & 7) !== 2) throw new Error(`wire type ${key & 7}`);
    const end = (key & 7) === 2 ? start + value : start;
    if (end > bytes.length) throw new Error("a field ends behind its message");
    found.push({ field: key >> 3, value, bytes: bytes.subarray(start, end) });
    at = end;
  }
  return found;
}

function varints(bytes: Uint8Array): number[] {
  const values: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [value, next] = varint(bytes, at);
    values.push(value);
    at = next;
  }
  return values;
}

function varint(bytes: Uint8Array, from: number): [number, number] {
  let [value, scale, at] = [0, 1, from];
  for (;;) {
    const byte = bytes[at++];
    if (byte === undefined) throw new Error("a varint ends behind the file");
    value += (byte & 127) * scale;
    scale *= 128;
    if (byte < 128) return [value, at];
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
