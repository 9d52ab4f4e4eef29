const HEADER_BYTES = 8;

/**
 * The text in the Engine's log answer. Without a terminal each piece has a header of eight bytes (stream, three zeros,
 * length); with one the text is bare.
 */
export function logText(answer: Buffer): string {
  const pieces: Buffer[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= answer.length) {
    if (answer.readUInt8(at) > 2 || answer.readUIntBE(at + 1, 3) !== 0) break;
    const start = at + HEADER_BYTES;
    at = start + answer.readUInt32BE(at + 4);
    pieces.push(answer.subarray(start, at));
  }
  return pieces.length === 0 ? answer.toString() : Buffer.concat(pieces).toString();
}
