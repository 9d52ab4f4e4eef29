import { type AppGeneration, settingsHash, settingsHashBy } from '@nebula/domain';
import type { Ownership } from '@nebula/domain';

/** An app's settings hash, made once a plan, and whether a hash written earlier, perhaps in an older form, is the same. */
export class Settings {
  readonly hash: string;

  constructor(private readonly app: AppGeneration) {
    this.hash = settingsHash(app);
  }

  same(label: string): boolean {
    if (label === this.hash) return true;
    const form = Number(label.slice(0, label.indexOf(':')));
    return settingsHashBy(form, this.app) === label;
  }

  /** Whether the container was made of these settings. A form that only a newer worker knows is believed by generation. */
  made(owner: Ownership): boolean {
    const form = Number(owner.settings.slice(0, owner.settings.indexOf(':')));
    if (settingsHashBy(form, this.app) === undefined) return owner.generation >= this.app.generation;
    return this.same(owner.settings);
  }
}
