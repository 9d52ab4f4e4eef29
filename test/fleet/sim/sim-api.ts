import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { RolloutCounts } from '@nebula/domain';

export const API_USER = 'nebula';
export const API_PASSWORD = 'simulated';

const AUTHORIZATION = `Basic ${Buffer.from(`${API_USER}:${API_PASSWORD}`).toString('base64')}`;
const SIMULATION_PATIENCE_MS = 60_000;
const ASK_AGAIN_MS = 500;

/** The api as a person calls it. */
export class SimApi {
  /** A few connections: what makes them is none of what is measured. */
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 8 });

  /** Answers that somebody was too busy or away. */
  refusals = 0;

  constructor(private readonly url: string) {}

  async isReady(): Promise<boolean> {
    return (await this.call('GET', '/health/ready')).status === 200;
  }

  async createApp(name: string): Promise<number> {
    const body = { name, image: 'web:1', env: { CHANGE: '0' } };
    return generationOf(await this.accepted('POST', '/api/v3/apps', body));
  }

  async createGroup(name: string, apps: readonly string[]): Promise<void> {
    await this.accepted('POST', '/api/v3/device-groups', { name, apps });
  }

  /** A change that makes each host put a new container in the old one's place. @returns its generation */
  async change(name: string, value: string): Promise<number> {
    return generationOf(await this.accepted('PATCH', `/api/v3/apps/${name}`, { env: { CHANGE: value } }));
  }

  async counts(name: string): Promise<RolloutCounts & { generation: number }> {
    const status = await this.accepted('GET', `/api/v3/apps/${name}/status`);
    const { generation, rollout } = status as { generation: number; rollout: RolloutCounts };
    return { ...rollout, generation };
  }

  async forgetHost(id: string): Promise<void> {
    await this.accepted('DELETE', `/api/v3/hosts/${id}`);
  }

  close(): void {
    this.agent.destroy();
  }

  /** Asks again what the store was too busy for, as every client should: repeating it is safe. */
  private async accepted(method: string, path: string, body?: unknown): Promise<unknown> {
    const until = performance.now() + SIMULATION_PATIENCE_MS;
    let { status, text } = await this.call(method, path, body);
    while (status === 503 && method !== 'POST' && performance.now() < until) {
      this.refusals++;
      await pause(ASK_AGAIN_MS);
      ({ status, text } = await this.call(method, path, body));
    }
    if (method === 'DELETE' && status === 404) return undefined;
    if (status < 200 || status > 299) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  private call(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const headers = { authorization: AUTHORIZATION, ...(body !== undefined && { 'content-type': type }) };
    const options = { method, headers, agent: this.agent, timeout: SIMULATION_PATIENCE_MS };
    return new Promise((done, fail) => {
      const sent = request(`${this.url}${path}`, options, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('end', () => done({ status: answer.statusCode ?? 0, text })).on('error', fail);
      });
      sent.on('timeout', () => sent.destroy(new Error(`no answer to ${method} ${path}`)));
      sent.on('error', fail);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

const generationOf = (document: unknown): number => (document as { generation: number }).generation;
