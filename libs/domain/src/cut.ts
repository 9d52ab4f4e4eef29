import { LIMITS } from './host/report';

const NOTE_AFTER = ' … (cut)';
const NOTE_BEFORE = '(cut) … ';

/** The text, or its beginning and a note that it was cut: never more than `maxChars` UTF-16 units, no half characters. */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const kept = text.slice(0, Math.max(maxChars - NOTE_AFTER.length, 0)).replace(/[\uD800-\uDBFF]$/, '');
  return (kept + NOTE_AFTER).slice(0, Math.max(maxChars, 0));
}

/** The log's end: at most 20 lines and 4 KiB of UTF-8, the note that it was cut included, no half characters. */
export function cutLog(text: string): string {
  const trimmed = text.replace(/\n$/, '');
  const lines = trimmed.split('\n');
  const tail = lines.slice(-LIMITS.logLines).join('\n');
  if (tail.length === trimmed.length && Buffer.byteLength(tail) <= LIMITS.logBytes) return trimmed;
  return NOTE_BEFORE + lastBytes(tail, LIMITS.logBytes - Buffer.byteLength(NOTE_BEFORE));
}

function lastBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  let from = Math.max(bytes.length - limit, 0);
  const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;
  while (isContinuation(bytes[from])) from += 1;
  return bytes.toString('utf8', from);
}
