import { Injectable } from '@nestjs/common';

const MAX_NAMES = 10_000;

/**
 * Names of apps whose deletion this process published, the last so many. The store lists what lives; a host on a list of
 * its own that missed a deletion has no other way to find out than a digest of the tombstone.
 */
@Injectable()
export class DeletedApps {
  private readonly known = new Set<string>();

  add(name: string): void {
    this.known.delete(name);
    this.known.add(name);
    const oldest = this.known.values().next();
    if (this.known.size > MAX_NAMES && !oldest.done) this.known.delete(oldest.value);
  }

  forget(name: string): void {
    this.known.delete(name);
  }

  names(): string[] {
    return [...this.known];
  }
}
