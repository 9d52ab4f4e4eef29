import type Dockerode from 'dockerode';

/** Something that happened to a container. */
export interface EngineEvent {
  /** create, start, die, destroy, rename … */
  action: string;
  id: string;
  name: string;
  /** When, in ms since 1970 by this machine's clock. */
  at: number;
  /** Of a `die`. */
  exitCode?: number;
}

interface RawEvent {
  Action: string;
  timeNano: number;
  Actor: { ID: string; Attributes: Record<string, string> };
}

/** What the Engine tells of the containers with a label, from `watch` to `end`. */
export class EngineEvents {
  private readonly events: EngineEvent[] = [];
  private rest = '';

  private constructor(private readonly abort: AbortController) {}

  static async watch(engine: Dockerode, label: string): Promise<EngineEvents> {
    const watch = new EngineEvents(new AbortController());
    const options: Dockerode.GetEventsOptions = {
      filters: { type: ['container'], label: [label] },
      abortSignal: watch.abort.signal,
    };
    const stream = await engine.getEvents(options);
    stream.on('data', (chunk: Buffer) => watch.hear(String(chunk)));
    stream.on('error', () => undefined);
    return watch;
  }

  /** Those of one app since a time, ms since 1970. */
  since(time: number, app = ''): EngineEvent[] {
    return this.events.filter(({ at, name }) => at >= time && name.startsWith(`${app}-`) === (app !== ''));
  }

  /** All of them since a time, as `create web-1`. */
  said(time: number): string[] {
    return this.events.filter(({ at }) => at >= time).map(({ action, name }) => `${action} ${name}`);
  }

  end(): void {
    this.abort.abort();
  }

  private hear(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines.filter((one) => one !== '')) {
      const { Action: action, timeNano, Actor } = JSON.parse(line) as RawEvent;
      const { name = '', exitCode } = Actor.Attributes;
      const ended = exitCode === undefined ? {} : { exitCode: Number(exitCode) };
      this.events.push({ action, id: Actor.ID, name, at: timeNano / 1e6, ...ended });
    }
  }
}
