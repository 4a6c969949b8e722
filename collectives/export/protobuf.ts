/** The few wire types of Protocol Buffers that an execution trace needs (protobuf.dev, "Encoding"). */

export function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}

/** Wire type 0; zero is written too, as an explicitly set field of a oneof is. */
export function varintField(field: number, value: number | bigint): number[] {
  return [...varint(field << 3), ...varint(value)];
}

/** Wire type 2. */
export function bytesField(field: number, bytes: readonly number[]): number[] {
  return [...varint((field << 3) | 2), ...varint(bytes.length), ...bytes];
}

export function textField(field: number, text: string): number[] {
  return bytesField(field, [...new TextEncoder().encode(text)]);
}

/** A packed repeated varint; nothing when empty. */
export function packedField(field: number, values: readonly number[]): number[] {
  return values.length === 0 ? [] : bytesField(field, values.flatMap(varint));
}

/** A message preceded by its length, as in files of many messages. */
export function delimited(message: readonly number[]): number[] {
  return [...varint(message.length), ...message];
}
