import type { Nebula } from './nebula';
import type { Seeded } from './seeded';

/** What an app is, as far as these changes go; undefined: there is none. */
export type AppState = { version: string; count: number; running: boolean } | undefined;

const MOST = 2;
let versions = 0;

/** One app and one client that changes it at random, a change after the other; knows what was accepted. */
export class ChangingApp {
  /** What it can be: what was accepted last, and what was asked for since without an answer. */
  possible: AppState[] = [undefined];

  constructor(
    readonly name: string,
    private readonly nebula: Nebula,
    private readonly image: string,
    private readonly chance: Seeded,
  ) {}

  /** Changes it until the program is gone. */
  async changeUntil(gone: () => boolean): Promise<void> {
    while (!gone()) await this.changeSomehow(gone);
  }

  create(gone = (): boolean => false): Promise<void> {
    const wanted = { version: String(++versions), count: 1 + this.chance.whole(MOST), running: true };
    const { version, count: host } = wanted;
    const spec = { name: this.name, image: this.image, env: { VERSION: version }, containersPer: { host } };
    return this.ask(wanted, () => this.nebula.apps.accepted.create(spec), gone);
  }

  delete(gone = (): boolean => false): Promise<void> {
    return this.ask(undefined, () => this.nebula.apps.accepted.delete(this.name), gone);
  }

  /** What the API says that it is; from now on that is what was accepted. */
  async read(): Promise<AppState> {
    const params = { path: { name: this.name } };
    const { data, response } = await this.nebula.client.GET('/api/v3/apps/{name}', { params });
    if (!data && response.status !== 404) throw new Error(`${response.status} of ${this.name}`);
    const state = data && {
      version: data.env?.['VERSION'] ?? '',
      count: data.containersPer?.host ?? 0,
      running: data.running ?? true,
    };
    this.possible = [state];
    return state;
  }

  private async changeSomehow(gone: () => boolean): Promise<void> {
    const [now] = this.possible;
    if (!now) return this.create(gone);
    const { name } = this;
    const apps = this.nebula.apps.accepted;
    switch (this.chance.whole(6)) {
      case 0:
        return this.delete(gone);
      case 1: {
        const count = 1 + this.chance.whole(MOST);
        return this.ask({ ...now, count }, () => apps.patch(name, { containersPer: { host: count } }), gone);
      }
      case 2: {
        const order = now.running ? this.chance.one(['stop', 'restart'] as const) : 'start';
        return this.ask({ ...now, running: order !== 'stop' }, () => apps.order(name, order), gone);
      }
      default: {
        const version = String(++versions);
        return this.ask({ ...now, version }, () => apps.patch(name, { env: { VERSION: version } }), gone);
      }
    }
  }

  /** A change that got no answer because the program ended may have been accepted or not. */
  private async ask(wanted: AppState, change: () => Promise<unknown>, gone: () => boolean): Promise<void> {
    this.possible.push(wanted);
    try {
      await change();
      this.possible = [wanted];
    } catch (error) {
      if (!gone()) throw error;
    }
  }
}
