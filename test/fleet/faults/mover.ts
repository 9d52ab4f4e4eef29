import { setTimeout as pause } from 'node:timers/promises';
import { makeMove } from './apps';
import { GivenUp } from './patient-client';
import type { Scene } from './scene';

const LONGEST_PAUSE_MS = 1_500;

/** Changes the apps, one change after the other, until it is told to end. */
export class Mover {
  private ended = false;
  private readonly pausing = new AbortController();
  private constructor(
    private readonly scene: Scene,
    private work: Promise<void> = Promise.resolve(),
  ) {}

  static start(scene: Scene): Mover {
    const mover = new Mover(scene);
    mover.work = mover.move();
    // Heard by `end`.
    mover.work.catch(() => undefined);
    return mover;
  }

  /** Resolves when the change that is under way was accepted; no other one follows. Rejects when one was refused. */
  async end(): Promise<void> {
    this.ended = true;
    this.pausing.abort();
    await this.work;
  }

  /** Ends it in the middle of a change: nobody knows what became of that one. */
  async breakOff(): Promise<void> {
    this.ended = true;
    this.pausing.abort();
    this.scene.client.giveUp();
    this.work = this.work.catch((error: unknown) => {
      if (!(error instanceof GivenUp)) throw error;
    });
    await this.work;
  }

  private async move(): Promise<void> {
    const { moves } = this.scene;
    while (!this.ended) {
      await moveOnce(this.scene);
      await pause(moves.whole(LONGEST_PAUSE_MS), undefined, { signal: this.pausing.signal }).catch(() => undefined);
    }
  }
}

/** Makes one change; it was accepted when this resolves. */
export async function moveOnce({ client, record, say, moves }: Scene): Promise<void> {
  const apps = new Map(record.living.map((app) => [app.name, app]));
  say(`  changed: ${await makeMove(client, apps, moves)}`);
}
