import Dockerode from 'dockerode';
import { type EngineEvent, EngineEvents } from '../../test/live/engine-events';
import { eventually } from '../../test/live/support/eventually';
import { MEASURED } from './contestant';

const PATIENCE = { within: 120_000, every: 5 };
/** Nothing happened for so long, ms: whoever still had something to do would have done some of it. */
const STILL_MS = 1_000;

/** What the Engines of all hosts tell of the containers that are measured. */
export class MeasuredEngines {
  private constructor(
    readonly engines: readonly Dockerode[],
    private readonly watches: readonly EngineEvents[],
  ) {}

  static async watch(sockets: readonly string[]): Promise<MeasuredEngines> {
    const engines = sockets.map((socketPath) => new Dockerode({ socketPath }));
    const label = `${MEASURED.name}=${MEASURED.value}`;
    return new MeasuredEngines(engines, await Promise.all(engines.map((engine) => EngineEvents.watch(engine, label))));
  }

  /**
   * Calls when nothing happens any more, and waits until what is to follow has happened so many times on every host.
   * @returns when it was called, ms since 1970, and when that happened, host by host, as the Engine says
   */
  async after(call: () => Promise<unknown>, action: string, times: number): Promise<{ began: number; at: number[][] }> {
    await this.untilStill();
    const began = Date.now();
    const [at] = await Promise.all([this.until(action, times, began), call()]);
    return { began, at };
  }

  /** Waits until it happened so many times on every host since then. @returns when it did, host by host */
  async until(action: string, times: number, since: number): Promise<number[][]> {
    const seen = () => this.times(action, since);
    await eventually(() => seen().every(({ length }) => length >= times), PATIENCE);
    return seen();
  }

  /** When it happened since a time, host by host. */
  times(action: string, since: number): number[][] {
    const fits = (event: EngineEvent): boolean => event.action === action;
    return this.watches.map((watch) =>
      watch
        .since(since)
        .filter(fits)
        .map(({ at }) => at),
    );
  }

  private async untilStill(): Promise<void> {
    const isStill = () => this.watches.every((watch) => watch.since(Date.now() - STILL_MS).length === 0);
    await eventually(isStill, { ...PATIENCE, every: STILL_MS / 10 });
  }

  end(): void {
    for (const watch of this.watches) watch.end();
  }
}
