/** Writes the fields of one record in a memory; the offsets stand in layout/. */
export interface RecordWriter {
  /** u32, a pointer, or a non-negative i32. */
  word(field: number, value: number): void;
  float(field: number, value: number): void;
}

export function recordIn(buffer: SharedArrayBuffer, at: number): RecordWriter {
  const view = new DataView(buffer, at);
  return {
    word: (field, value) => view.setUint32(field, value, true),
    float: (field, value) => view.setFloat32(field, value, true),
  };
}
