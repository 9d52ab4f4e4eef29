import { rmSync, writeFileSync } from 'node:fs';
import { Logger } from '@nestjs/common';

const EVERY_MS = 5_000;

/** What a health check reads: that this program works, and where it listens, if it does. */
export interface Beat {
  url?: string;
}

/**
 * Writes a file anew every five seconds: for programs that no port leads to. A program whose event loop stands still
 * writes nothing. `health-check.ts` reads it.
 */
export class Heartbeat {
  private failed = false;
  private readonly timer: NodeJS.Timeout;

  /** @param file undefined: nobody looks */
  constructor(
    private readonly file: string | undefined,
    private readonly says: Beat = {},
  ) {
    this.beat();
    this.timer = setInterval(() => this.beat(), EVERY_MS).unref();
  }

  end(): void {
    clearInterval(this.timer);
    if (this.file !== undefined) rmSync(this.file, { force: true });
  }

  private beat(): void {
    if (this.file === undefined) return;
    try {
      writeFileSync(this.file, JSON.stringify(this.says), { mode: 0o644 });
      this.failed = false;
    } catch (error) {
      // The program works; only nobody sees it.
      if (!this.failed) new Logger('Heartbeat').warn(`HEALTH_FILE can't be written: ${(error as Error).message}`);
      this.failed = true;
    }
  }
}
