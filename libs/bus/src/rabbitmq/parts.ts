import type { ConsumeMessage } from 'amqplib';

/** Bytes of one part: brokers, and those between them, take larger messages worse than many. */
const PART_BYTES = 1024 * 1024;

export interface Part {
  content: Buffer;
  headers: { part: number; parts: number };
}

/** A large message as several, in order. */
export function split(content: Buffer, size = PART_BYTES): Part[] {
  const parts = Math.max(1, Math.ceil(content.length / size));
  return Array.from({ length: parts }, (_, part) => ({
    content: content.subarray(part * size, (part + 1) * size),
    headers: { part, parts },
  }));
}

/** Joins what `split` made, in whatever order it comes. */
export class Joint {
  private readonly found = new Map<number, Buffer>();
  private parts?: number;
  private bytes = 0;

  /** @param limit bytes of the whole */
  constructor(private readonly limit: number) {}

  /** @returns the whole, when this was the last one; 'bad' when it can never become one */
  add({
    content,
    properties,
  }: Pick<ConsumeMessage, 'content'> & { properties: { headers?: object } }): Buffer | 'bad' | undefined {
    const { part = 0, parts = 1 } = (properties.headers ?? {}) as { part?: unknown; parts?: unknown };
    if (!this.fits(part, parts)) return 'bad';
    this.parts = parts as number;
    if (!this.found.has(part as number)) {
      this.found.set(part as number, content);
      this.bytes += content.length;
    }
    if (this.bytes > this.limit) return 'bad';
    if (this.found.size < this.parts) return undefined;
    return Buffer.concat(Array.from({ length: this.parts }, (_, index) => this.found.get(index) as Buffer));
  }

  private fits(part: unknown, parts: unknown): boolean {
    // Numbers from elsewhere: each part but an only one has something in it, so there are no more parts than bytes.
    const count = Number.isSafeInteger(parts) && (parts as number) >= 1 && (parts as number) <= this.limit;
    const inside = Number.isSafeInteger(part) && (part as number) >= 0 && (part as number) < (parts as number);
    return count && inside && (this.parts === undefined || this.parts === parts);
  }
}
