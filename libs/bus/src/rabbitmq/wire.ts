import { Refusal } from '../messages';

export function encode(envelope: unknown): Buffer {
  return Buffer.from(JSON.stringify(envelope) ?? 'null');
}

/**
 * What came, parsed and no more. What nobody can read is a `Refusal`, which `accept` gives on: so it is counted where all
 * bad messages are. Never throws.
 *
 * @param limit bytes: what is larger is not parsed
 */
export function decode(content: Buffer, limit: number): unknown {
  if (content.length > limit) return new Refusal('too-large', `: more than ${limit} bytes`);
  try {
    return JSON.parse(content.toString()) as unknown;
  } catch {
    return new Refusal('malformed', ': must be JSON');
  }
}
