import { setTimeout as pause } from 'node:timers/promises';
import type { Access } from '../fleet';
import { GROUP } from '../fleet-options';
import type { AppDocument, Counts, GroupDocument, HostDocument, StoreDocument } from './documents';
import type { Record } from './record';

/** What came back; undefined where nothing did, or where a part was away: then nobody knows whether it was done. */
type Answer<T> = { status: number; body: T } | undefined;

type Patch = Partial<Omit<AppDocument, 'name' | 'generation'>>;

export type NewApp = Patch & Pick<AppDocument, 'name'>;

/**
 * Of every app. A shell that has not come to its `trap` ignores the signal, and Docker's ten seconds until it is killed
 * are all that the fleet has to converge.
 */
const STOP = { graceSeconds: 1 };
const ANSWER_WITHIN_MS = 15_000;
const GIVES_UP_AFTER_MS = 120_000;
const AGAIN_AFTER_MS = 150;
/** Of a balancer or an api that is on its way out, or a part behind it that is away. */
const TRY_AGAIN = new Set([502, 503, 504]);

export class GivenUp extends Error {}

/**
 * A client as it should be: it goes through the balancer, tries again what got no answer or 503, and looks before it
 * does, so that no change is made twice. The record is told of everything that was accepted.
 */
export class PatientClient {
  private readonly authorization: string;
  private ending = new AbortController();

  constructor(
    private readonly access: Access,
    private readonly record: Record,
  ) {
    this.authorization = `Basic ${Buffer.from(`${access.user}:${access.password}`).toString('base64')}`;
  }

  /** Ends what is under way: whether it was stored is not to be known. */
  giveUp(): void {
    this.ending.abort();
    this.ending = new AbortController();
  }

  async create(app: NewApp): Promise<void> {
    this.record.touch(app.name);
    await this.untilCertain(async () => {
      const answer = await this.ask<AppDocument>('POST', '/api/v3/apps', { ...app, stop: STOP });
      if (answer?.status === 201) return this.record.acceptApp(appOf(answer.body));
      if (answer?.status !== 409) return refusedOr(answer);
      const there = await this.app(app.name);
      if (there && isAs(there, app)) return this.record.acceptApp(there);
      return refusedOr(answer);
    });
  }

  async change(name: string, patch: Patch): Promise<void> {
    this.record.touch(name);
    let tried = false;
    await this.untilCertain(async () => {
      const before = await this.app(name);
      if (!before) throw new Error(`${name} is to be changed, and is not there`);
      if (tried && isAs(before, patch)) return this.record.acceptApp(before);
      tried = true;
      const answer = await this.ask<AppDocument>('PATCH', `/api/v3/apps/${name}`, patch, before.generation);
      if (answer?.status === 202) return this.record.acceptApp(appOf(answer.body));
      return refusedOr(answer);
    });
  }

  async remove(name: string): Promise<void> {
    this.record.touch(name);
    let last: number | undefined;
    await this.untilCertain(async () => {
      const before = await this.app(name);
      if (!before && last === undefined) throw new Error(`${name} is to be deleted, and is not there`);
      if (!before) return this.record.acceptDeletion(name, Number(last) + 1);
      last = before.generation;
      const answer = await this.ask<{ generation: number }>('DELETE', `/api/v3/apps/${name}`, undefined, last);
      if (answer?.status === 202) return this.record.acceptDeletion(name, answer.body.generation);
      return refusedOr(answer);
    });
  }

  /** Makes the hosts' group list these, whether or not there is one. */
  async list(apps: readonly string[]): Promise<void> {
    const [all, before] = [[...apps], new Set(this.record.group?.apps)];
    for (const name of new Set([...all, ...before])) {
      if (!before.has(name) || !all.includes(name)) this.record.touch(name);
    }
    await this.untilCertain(async () => {
      const there = await this.group();
      const isThere = there && JSON.stringify(there.apps) === JSON.stringify(all);
      if (isThere) return this.record.acceptGroup(there);
      const answer = there
        ? await this.ask<GroupDocument>('PATCH', `/api/v3/device-groups/${GROUP}`, { apps: all }, there.generation)
        : await this.ask<GroupDocument>('POST', '/api/v3/device-groups', { name: GROUP, apps: all });
      if (answer && answer.status < 300) return this.record.acceptGroup(groupOf(answer.body));
      return refusedOr(answer);
    });
  }

  async app(name: string): Promise<AppDocument | undefined> {
    const found = await this.get<AppDocument>(`/api/v3/apps/${name}`);
    return found && appOf(found);
  }

  async apps(): Promise<AppDocument[]> {
    const page = await this.get<{ items: AppDocument[] }>('/api/v3/apps?limit=200');
    return (page?.items ?? []).map(appOf);
  }

  async group(): Promise<GroupDocument | undefined> {
    const found = await this.get<GroupDocument>(`/api/v3/device-groups/${GROUP}`);
    return found && groupOf(found);
  }

  async hosts(): Promise<HostDocument[]> {
    return (await this.get<{ items: HostDocument[] }>('/api/v3/hosts?limit=200'))?.items ?? [];
  }

  /** @returns undefined for an app that nobody ever made */
  async counts(app: string): Promise<Counts | undefined> {
    return (await this.get<{ rollout: Counts }>(`/api/v3/apps/${app}/status`))?.rollout;
  }

  async store(): Promise<StoreDocument> {
    const found = await this.get<StoreDocument>('/api/v3/store');
    if (!found) throw new Error('the api has no store to tell of');
    return found;
  }

  async takeOver(): Promise<void> {
    await this.untilCertain(async () => {
      const answer = await this.ask('POST', '/api/v3/store/take-over');
      return answer?.status === 202 || refusedOr(answer);
    });
  }

  /** One try, past all patience: what an api says at this moment. @param base another one than the balancer */
  async ask<T>(method: string, path: string, body?: object, ifMatch?: number, base?: string): Promise<Answer<T>> {
    const headers = {
      authorization: this.authorization,
      ...(body && { 'content-type': 'application/json' }),
      ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
    };
    const signal = AbortSignal.any([AbortSignal.timeout(ANSWER_WITHIN_MS), this.ending.signal]);
    try {
      const url = `${base ?? this.access.api}${path}`;
      const response = await fetch(url, { method, headers, signal, body: body && JSON.stringify(body) });
      const text = await response.text();
      return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : undefined };
    } catch {
      return undefined;
    }
  }

  /** @returns undefined for what is not there */
  private async get<T>(path: string): Promise<T | undefined> {
    let found: T | undefined;
    await this.untilCertain(async () => {
      const answer = await this.ask<T>('GET', path);
      if (answer?.status === 200) found = answer.body;
      return answer?.status === 200 || answer?.status === 404 || refusedOr(answer);
    });
    return found;
  }

  /** @param attempt says false when it has to be made again */
  private async untilCertain(attempt: () => Promise<boolean | void>): Promise<void> {
    const until = performance.now() + GIVES_UP_AFTER_MS;
    const { signal } = this.ending;
    for (;;) {
      if (signal.aborted) throw new GivenUp('given up when it was told to');
      if ((await attempt()) !== false) return;
      if (performance.now() > until) throw new GivenUp(`no answer that is certain within ${GIVES_UP_AFTER_MS} ms`);
      await pause(AGAIN_AFTER_MS);
    }
  }
}

/** @returns false: try again */
function refusedOr(answer: Answer<unknown>): false {
  // 412 and 409: our own change, whose answer was lost, got in between; the next look tells.
  if (!answer || TRY_AGAIN.has(answer.status) || answer.status === 412 || answer.status === 409) return false;
  throw new Error(`the api answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}

function isAs(there: AppDocument, patch: Patch): boolean {
  return Object.entries(patch).every(
    ([field, value]) => JSON.stringify(there[field as keyof AppDocument]) === JSON.stringify(value),
  );
}

function appOf({ name, generation, image, running, env, containersPer, ports }: AppDocument): AppDocument {
  const plain = ports.map(({ host, container }) => ({ host, container }));
  return { name, generation, image, running, env, containersPer, ports: plain };
}

const groupOf = ({ name, generation, apps }: GroupDocument): GroupDocument => ({ name, generation, apps });
