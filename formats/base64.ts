/** Base64 (RFC 4648) of bytes that come in pieces, in pieces of text without line breaks. */
export function* base64(pieces: Iterable<Uint8Array>): Generator<string> {
  let held = "";
  for (const piece of pieces) {
    for (const byte of piece) held += String.fromCharCode(byte);
    const whole = held.length - (held.length % 3);
    if (whole > 0) yield btoa(held.slice(0, whole));
    held = held.slice(whole);
  }
  if (held !== "") yield btoa(held);
}
