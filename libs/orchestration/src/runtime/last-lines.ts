/**
 * The last lines of a text, within both limits; where a line has to be cut, its beginning goes.
 * @param limits bytes of UTF-8; a character is never cut in two
 */
export function lastLines(text: string, limits: { lines: number; bytes: number }): string {
  const lines = text.replace(/\n+$/, '').split('\n');
  const kept = lines.slice(Math.max(0, lines.length - limits.lines)).join('\n');
  const bytes = Buffer.from(kept);
  if (bytes.length <= limits.bytes) return kept;
  let start = bytes.length - limits.bytes;
  while (start < bytes.length && (bytes[start]! & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start).toString();
}
