import { createHash } from 'node:crypto';

/** So many failures in a row cost nothing: people mistype. */
const FREE = 3;
const FIRST_DELAY_MS = 200;
const MAX_DELAY_MS = 5_000;
const FORGET_AFTER_MS = 15 * 60_000;
const MAX_KEYS = 10_000;
/** So many answers per key are held back at once; what is more is told so at once, or holding back would cost us. */
const MAX_HELD = 8;

interface FailureRecord {
  failures: number;
  lastAt: number;
  held: number;
}

/** How long the answer to the n-th failure in a row is held back, in milliseconds. */
export const delayOf = (failures: number): number =>
  failures <= FREE ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (failures - FREE - 1), MAX_DELAY_MS);

/** Slows who fails again and again, by user and address. It sees failures only: right credentials never come here. */
export class Failures {
  private readonly records = new Map<string, FailureRecord>();
  private readonly release = new Set<() => void>();

  constructor(private readonly now: () => number = Date.now) {}

  /**
   * Counts a failure and resolves when it may be answered.
   * @returns false when too many are held back already: answer that, at once
   */
  async held(user: string, address: string): Promise<boolean> {
    const record = this.countedRecord(user, address);
    const delay = delayOf(record.failures);
    if (delay === 0) return true;
    if (record.held >= MAX_HELD) return false;
    record.held++;
    await this.pause(delay);
    record.held--;
    return true;
  }

  /** Lets all go that are held back: the program ends. */
  end(): void {
    for (const release of [...this.release]) release();
  }

  private countedRecord(user: string, address: string): FailureRecord {
    // Hashed, so that a key is of one size whatever a caller calls itself.
    const key = createHash('sha256')
      .update(`${user}\n${networkOf(address)}`)
      .digest('base64');
    const now = this.now();
    const known = this.records.get(key);
    const fresh = known !== undefined && now - known.lastAt < FORGET_AFTER_MS;
    const record = known && fresh ? known : { failures: 0, lastAt: now, held: 0 };
    record.failures++;
    record.lastAt = now;
    this.records.delete(key);
    this.records.set(key, record);
    this.evict();
    return record;
  }

  /** The map is in the order of the last failure, so the first key is the one that matters least. */
  private evict(): void {
    if (this.records.size <= MAX_KEYS) return;
    const oldest = this.records.keys().next();
    if (!oldest.done) this.records.delete(oldest.value);
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.release.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.release.add(done);
    });
  }
}

/** One IPv6 customer has a whole /64: its addresses count as one. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').length;
  return [...groups, ...Array.from({ length: Math.max(missing, 0) }, () => '0')].slice(0, 4).join(':');
}
