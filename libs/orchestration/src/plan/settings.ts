import { type AppGeneration, settingsHash, settingsHashBy } from '@nebula/domain';
import type { Ownership } from '@nebula/domain';

/** An app's settings hash, and whether a hash written earlier, perhaps in an older form, is the same. */
export class Settings {
  readonly hash: string;
  /** Made once for each form: there is a question for each container in each plan. */
  private readonly byForm = new Map<number, string | undefined>();

  constructor(private readonly app: AppGeneration) {
    this.hash = settingsHash(app);
  }

  same(label: string): boolean {
    return label === this.hash || this.inFormOf(label) === label;
  }

  /** Whether the container was made of these settings. A form that only a newer worker knows is believed by generation. */
  made(owner: Ownership): boolean {
    if (this.same(owner.settings)) return true;
    return this.inFormOf(owner.settings) === undefined && owner.generation >= this.app.generation;
  }

  private inFormOf(label: string): string | undefined {
    const form = Number(label.slice(0, label.indexOf(':')));
    if (!this.byForm.has(form)) this.byForm.set(form, settingsHashBy(form, this.app));
    return this.byForm.get(form);
  }
}
