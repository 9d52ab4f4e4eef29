import { Logger } from '@nestjs/common';

/** Those who are told each time when something comes up, and at once when it is up already. One that throws harms none. */
export class OnceUp {
  private readonly logger = new Logger('RabbitMQ');
  private readonly listeners = new Set<() => void>();
  private up = false;

  add(listener: () => void): void {
    this.listeners.add(listener);
    if (this.up) this.tell(listener);
  }

  set(up: boolean): void {
    const came = up && !this.up;
    this.up = up;
    if (came) for (const listener of this.listeners) this.tell(listener);
  }

  private tell(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.logger.warn(`A listener failed: ${error instanceof Error ? error.message : 'unknown error'}`);
    }
  }
}
