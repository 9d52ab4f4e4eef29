import { type AppGeneration, settingsHash, settingsHashBy } from '@nebula/domain';
import type { Ownership } from '@nebula/domain';

/** An app's settings hashes, each form made once, and whether one written earlier, perhaps in an older form, is the same. */
export class Settings {
  readonly hash: string;
  private readonly forms = new Map<number, string | undefined>();

  constructor(private readonly app: AppGeneration) {
    this.hash = settingsHash(app);
  }

  same(label: string): boolean {
    return label === this.hash || this.by(formOf(label)) === label;
  }

  /** Whether the container was made of these settings. A form that only a newer worker knows is believed by generation. */
  made(owner: Ownership): boolean {
    if (this.by(formOf(owner.settings)) === undefined) return owner.generation >= this.app.generation;
    return this.same(owner.settings);
  }

  private by(form: number): string | undefined {
    if (!this.forms.has(form)) this.forms.set(form, settingsHashBy(form, this.app));
    return this.forms.get(form);
  }
}

const formOf = (label: string): number => Number(label.slice(0, label.indexOf(':')));
