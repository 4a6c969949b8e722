import { zipSync } from "fflate";

/** An array for NumPy, in C order. */
export interface NpyArray {
  /** NumPy's name of the type, `<f4`. */
  readonly descr: string;
  readonly shape: readonly number[];
  /** Little-endian. */
  readonly bytes: Uint8Array;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** What stands before the data of a .npy file, laid out as numpy.save does: format 1.0, data aligned to 64 bytes. */
export function npyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sides}), }`;
  const dataStart = Math.ceil((10 + dictionary.length + 1) / 64) * 64;
  const bytes = new Uint8Array(dataStart).fill(0x20);
  bytes.set(magic);
  bytes.set([1, 0], 6);
  new DataView(bytes.buffer).setUint16(8, dataStart - 10, true);
  bytes.set(new TextEncoder().encode(dictionary), 10);
  bytes[dataStart - 1] = 0x0a;
  return bytes;
}

/** An archive of arrays as numpy.savez writes it: nothing is compressed. The same arrays give the same bytes. */
export function npzBytes(arrays: Readonly<Record<string, NpyArray>>): Uint8Array {
  const files = Object.entries(arrays).map(([name, { descr, shape, bytes }]): [string, Uint8Array] => {
    const header = npyHeader(descr, shape);
    const whole = new Uint8Array(header.length + bytes.length);
    whole.set(header);
    whole.set(bytes, header.length);
    return [`${name}.npy`, whole];
  });
  // The archive has dates in local time: this one has the same numbers everywhere.
  return zipSync(Object.fromEntries(files), { level: 0, mtime: new Date(1980, 0, 1) });
}

/** Whole numbers from 0 on in the narrowest unsigned type that takes them. */
export function unsignedArray(values: ArrayLike<number>, shape: readonly number[]): NpyArray {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i]!);
  const width = largest < 2 ** 8 ? 1 : largest < 2 ** 16 ? 2 : 4;
  const bytes = new Uint8Array(width * values.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) {
    if (width === 1) bytes[i] = values[i]!;
    else if (width === 2) view.setUint16(2 * i, values[i]!, true);
    else view.setUint32(4 * i, values[i]!, true);
  }
  return { descr: width === 1 ? "|u1" : `<u${width}`, shape, bytes };
}

export function int64Array(values: readonly number[], shape: readonly number[]): NpyArray {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setBigInt64(8 * i, BigInt(value), true);
  return { descr: "<i8", shape, bytes };
}

/** A text of its own, without dimensions; ASCII. */
export function textArray(text: string): NpyArray {
  const bytes = new Uint8Array(4 * text.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint32(4 * i, text.charCodeAt(i), true);
  return { descr: `<U${Math.max(1, text.length)}`, shape: [], bytes: text === "" ? new Uint8Array(4) : bytes };
}
