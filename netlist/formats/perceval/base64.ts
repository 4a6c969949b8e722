const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base64 (RFC 4648) of bytes that come in pieces, in pieces of text without line breaks. */
export function* base64(pieces: Iterable<Uint8Array>): Generator<string> {
  const held: number[] = [];
  for (const piece of pieces) {
    let text = "";
    for (const byte of piece) {
      held.push(byte);
      if (held.length === 3) {
        const word = (held[0]! << 16) | (held[1]! << 8) | held[2]!;
        text +=
          ALPHABET[word >> 18]! + ALPHABET[(word >> 12) & 63]! + ALPHABET[(word >> 6) & 63]! + ALPHABET[word & 63]!;
        held.length = 0;
      }
    }
    if (text !== "") {
      yield text;
    }
  }
  if (held.length === 1) {
    yield `${ALPHABET[held[0]! >> 2]!}${ALPHABET[(held[0]! & 3) << 4]!}==`;
  } else if (held.length === 2) {
    yield `${ALPHABET[held[0]! >> 2]!}${ALPHABET[((held[0]! & 3) << 4) | (held[1]! >> 4)]!}${ALPHABET[(held[1]! & 15) << 2]!}=`;
  }
}
