// Powers of two by the bits of doubles: Math.log2 and ** may differ in the last bit between machines.

const word = new DataView(new ArrayBuffer(8));

/** floor(log2 x) of a positive finite number, from its bits. */
export function binaryExponent(x: number): number {
  word.setFloat64(0, x);
  const biased = (word.getUint32(0) >>> 20) & 0x7ff;
  // a subnormal number is lifted into the normal ones first
  return biased === 0 ? binaryExponent(x * 2 ** 64) - 64 : biased - 1023;
}

/** 2^exponent for a whole exponent of -1022..1023, from its bits. */
export function powerOfTwo(exponent: number): number {
  word.setUint32(0, (exponent + 1023) << 20);
  word.setUint32(4, 0);
  return word.getFloat64(0);
}
