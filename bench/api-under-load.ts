import { eventually } from '../test/live/support/eventually';
import type { ApiLogin } from './processes/whole-api';
import { BenchProcess } from './processes/bench-process';
import type { Listening } from './processes/listening';
import type { Load, LoadFigures } from './processes/load';
import type { StorePlace } from './processes/store-place';

export const CONNECTIONS = 64;
const LOGIN: ApiLogin = { user: 'nebula', password: 'open-sesame-1', token: 'token-of-the-bench' };
/** More, and the sender had no processor's time left: what is measured may be the sender. */
const BUSY = 0.9;
const READY = { within: 30_000 };

export const AUTHORIZATION = {
  basic: `Basic ${btoa(`${LOGIN.user}:${LOGIN.password}`)}`,
  token: `Bearer ${LOGIN.token}`,
};

export const appName = (connection: number): string => `app-${String(connection).padStart(2, '0')}`;
export const APP_OF_CONNECTION = '/api/v3/apps/app-{connection}';

/** The whole api on a store, with an app for each connection, and who sends to it. */
export class ApiUnderLoad {
  private readonly busy: number[] = [];

  private constructor(
    readonly url: string,
    private readonly api: BenchProcess,
    private readonly sender: BenchProcess<Load, LoadFigures>,
  ) {}

  static async start(store: StorePlace): Promise<ApiUnderLoad> {
    const { process: api, ready } = await BenchProcess.start<Listening>('whole-api', { store, login: LOGIN });
    const { process: sender } = await BenchProcess.start<undefined, Load, LoadFigures>('load');
    const started = new ApiUnderLoad(ready.url, api, sender);
    await eventually(async () => (await fetch(`${ready.url}/health/ready`)).status === 200, READY);
    for (let connection = 0; connection < CONNECTIONS; connection++) await started.createApp(appName(connection));
    return started;
  }

  async load(load: Omit<Load, 'connections'> & { connections?: number }): Promise<LoadFigures> {
    const figures = await this.sender.ask({ connections: CONNECTIONS, ...load });
    this.busy.push(figures.senderBusy);
    return figures;
  }

  /** As the api answers it. */
  async document(app: string): Promise<string> {
    const answer = await fetch(`${this.url}/api/v3/apps/${app}`, { headers: { authorization: AUTHORIZATION.basic } });
    return answer.text();
  }

  /** What is to be known of figures that the sender, not the server, may have set. */
  notes(): string[] {
    const most = Math.max(...this.busy);
    const percent = Math.round(100 * most);
    return most < BUSY ? [] : [`The sender used up to ${percent} % of a processor: it may have been the limit.`];
  }

  async stop(): Promise<void> {
    await Promise.all([this.api.stop(), this.sender.stop()]);
  }

  private async createApp(name: string): Promise<void> {
    const answer = await fetch(`${this.url}/api/v3/apps`, {
      method: 'POST',
      headers: { authorization: AUTHORIZATION.basic, 'content-type': 'application/json' },
      body: JSON.stringify({ name, image: 'registry.example/web:1', env: { CHANGE: '0' }, labels: { team: 'bench' } }),
    });
    if (answer.status !== 201) throw new Error(`${name} can't be created: ${answer.status} ${await answer.text()}`);
  }
}
