import type { Service } from './service';

/** A program of a test's own, which may be stopped, killed and frozen at will. What it is, and its start, are added. */
export abstract class OwnProgram {
  protected constructor(protected readonly service: Service) {}

  /** Starts what `make` makes of the service; when that fails nothing of it stays. */
  protected static async started<T extends OwnProgram>(service: Service, make: () => Promise<T>): Promise<T> {
    try {
      const program = await make();
      await program.start();
      return program;
    } catch (error) {
      await service.remove();
      throw error;
    }
  }

  /** It serves when this resolves. */
  abstract start(): Promise<void>;

  /** Of its first process, while it runs; its times and memory are in /proc. */
  get pid(): number | undefined {
    return this.service.pid;
  }

  /** Asks it to end, as a system's shutdown does, and waits for it. */
  stop(): Promise<void> {
    return this.service.stop();
  }

  /** kill -9. */
  kill(): Promise<void> {
    return this.service.kill();
  }

  /** Nothing of it moves until `thaw`: connections stay open, and nobody answers. */
  freeze(): void {
    this.service.freeze();
  }

  thaw(): void {
    this.service.thaw();
  }

  /** Ends it for good. May be called again. */
  remove(): Promise<void> {
    return this.service.remove();
  }
}
