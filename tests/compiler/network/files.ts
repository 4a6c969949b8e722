import { strToU8, zipSync } from "fflate";

/** A named array for the writers below, which are written from the formats' descriptions and share nothing with the readers. */
export interface Named {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export type Width = "F16" | "BF16" | "F32" | "F64";

const bytesOf: Readonly<Record<Width, number>> = { F16: 2, BF16: 2, F32: 4, F64: 8 };

function put(view: DataView, at: number, x: number, width: Width, little: boolean): void {
  switch (width) {
    case "F64":
      view.setFloat64(at, x, little);
      break;
    case "F32":
      view.setFloat32(at, x, little);
      break;
    case "BF16": {
      const word = new DataView(new ArrayBuffer(4));
      word.setFloat32(0, x);
      view.setUint16(at, word.getUint16(0), little);
      break;
    }
    case "F16":
      view.setUint16(at, halfBits(x), little);
      break;
    default: {
      width satisfies never;
    }
  }
}

/** Exact for numbers that binary16 holds. */
function halfBits(x: number): number {
  if (x === 0) return Object.is(x, -0) ? 0x8000 : 0;
  const sign = x < 0 ? 0x8000 : 0;
  const a = Math.abs(x);
  if (a === Infinity) return sign | 0x7c00;
  if (a < 2 ** -14) return sign | Math.round(a * 2 ** 24);
  const exponent = Math.floor(Math.log2(a));
  return sign | ((exponent + 15) << 10) | Math.round((a / 2 ** exponent - 1) * 1024);
}

function numbers(data: readonly number[], type: Width, little: boolean = true): Uint8Array {
  const bytes = new Uint8Array(data.length * bytesOf[type]);
  const view = new DataView(bytes.buffer);
  for (const [i, x] of data.entries()) put(view, i * bytesOf[type], x, type, little);
  return bytes;
}

export function safetensors(
  tensors: readonly Named[],
  type: Width = "F32",
  metadata: Readonly<Record<string, string>> | null = null,
): Uint8Array {
  const header: Record<string, unknown> = metadata === null ? {} : { __metadata__: metadata };
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { name, shape, data } of tensors) {
    const bytes = numbers(data, type);
    header[name] = { dtype: type, shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
    parts.push(bytes);
  }
  return withHeader(header, parts);
}

export function withHeader(header: unknown, parts: readonly Uint8Array[]): Uint8Array {
  return withText(JSON.stringify(header), parts);
}

export function withText(header: string, parts: readonly Uint8Array[]): Uint8Array {
  const text = strToU8(header);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return new Uint8Array(Buffer.concat([length, text, ...parts]));
}

export function npy(
  { shape, data }: Named,
  type: Width = "F32",
  options: { readonly fortran?: boolean; readonly big?: boolean; readonly descr?: string } = {},
): Uint8Array {
  const descr = options.descr ?? `${options.big ? ">" : "<"}f${bytesOf[type]}`;
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const order = options.fortran ? "True" : "False";
  const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${tuple}, }`;
  const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const head = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length & 255, padded.length >> 8);
  const [rows = 1, cols = 1] = shape;
  const ordered = options.fortran ? data.map((_, at) => data[(at % rows) * cols + Math.floor(at / rows)]!) : data;
  return new Uint8Array(Buffer.concat([head, strToU8(padded), numbers(ordered, type, !options.big)]));
}

export function npz(tensors: readonly Named[], type: Width = "F32", compressed: boolean = true): Uint8Array {
  const files = Object.fromEntries(tensors.map((tensor) => [`${tensor.name}.npy`, npy(tensor, type)]));
  return zipSync(files, { level: compressed ? 6 : 0 });
}

export function json(tensors: readonly Named[], metadata: Readonly<Record<string, string>> | null = null): Uint8Array {
  const nested = ({ shape, data }: Named): unknown => {
    const [rows, cols] = shape;
    if (shape.length !== 2) return data;
    return Array.from({ length: rows! }, (_, i) => data.slice(i * cols!, (i + 1) * cols!));
  };
  const entries = tensors.map((tensor) => [tensor.name, nested(tensor)]);
  return strToU8(
    JSON.stringify({ ...(metadata === null ? {} : { __metadata__: metadata }), ...Object.fromEntries(entries) }),
  );
}
