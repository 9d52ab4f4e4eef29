import { createHash } from 'node:crypto';
import type { RegistryLogin } from '../observed';
import { RuntimeError } from '../runtime-error';
import type { FakeImage, Program } from './program';

/** `web` and `web:latest` are one. */
export function fullReference(reference: string): string {
  const last = reference.slice(reference.lastIndexOf('/') + 1);
  return /[:@]/.test(last) ? reference : `${reference}:latest`;
}

/** Where images are pulled from; one may serve many machines. */
export class FakeRegistry {
  /** Text of the error that every pull gets while it is set. */
  away: string | undefined;
  /** When set, nobody else gets anything. */
  login: { username: string; password: string } | undefined;
  /** How long a pull takes, in milliseconds. */
  pullMs = 0;

  private readonly images = new Map<string, FakeImage>();
  private pushed = 0;

  /** Pushed again under the same reference it is another image. @returns its id. */
  push(reference: string, program: Program = {}): string {
    const full = fullReference(reference);
    const id = `sha256:${createHash('sha256').update(`${full} ${this.pushed++}`).digest('hex')}`;
    this.images.set(full, { id, program });
    return id;
  }

  delete(reference: string): void {
    this.images.delete(fullReference(reference));
  }

  fetch(reference: string, login: RegistryLogin | undefined): FakeImage {
    if (this.away !== undefined) throw new RuntimeError('registry-away', this.away);
    if (this.login && (login?.username !== this.login.username || login.password !== this.login.password)) {
      throw new RuntimeError('registry-login-refused', 'unauthorized: authentication required');
    }
    const image = this.images.get(fullReference(reference));
    if (!image) throw new RuntimeError('image-not-found', `manifest for ${fullReference(reference)} not found`);
    return image;
  }
}
