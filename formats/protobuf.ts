/** Fields of Protocol Buffers messages (protobuf.dev, "Encoding"), concatenated by `message`. */

/** Wire type 0; zero is written too, as an explicitly set field of a oneof is. Whole numbers from 0 to 2^53. */
export function varintField(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(field << 3), ...varint(value)]);
}

/** Wire type 1. */
export function doubleField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return message([Uint8Array.from(varint((field << 3) | 1)), bytes]);
}

/** Wire type 2: a nested message, a string or packed numbers. */
export function bytesField(field: number, content: Uint8Array): Uint8Array {
  return message([Uint8Array.from(varint((field << 3) | 2)), delimited(content)]);
}

export function textField(field: number, text: string): Uint8Array {
  return bytesField(field, new TextEncoder().encode(text));
}

/** A packed repeated varint. */
export function packedField(field: number, values: readonly number[]): Uint8Array {
  return bytesField(field, Uint8Array.from(values.flatMap(varint)));
}

export function message(fields: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(fields.reduce((sum, field) => sum + field.length, 0));
  let at = 0;
  for (const field of fields) {
    whole.set(field, at);
    at += field.length;
  }
  return whole;
}

/** A message preceded by its length, as in files of many messages. */
export function delimited(content: Uint8Array): Uint8Array {
  return message([Uint8Array.from(varint(content.length)), content]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return bytes;
}
