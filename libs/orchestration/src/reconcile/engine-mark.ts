import { ContainerRuntime, RuntimeError } from '../runtime';
import type { Clock } from './clock';
import type { VolumeEvent } from './observer';

/** A holder that works answers a challenge in a few milliseconds; one that has not in this time is taken for dead. */
const ANSWER_MS = 1000;

const HOLDER = 'nebula.worker';

export interface EngineMarkOptions {
  installation: string;
  /** Random, one for each start of the worker. */
  token: string;
  /** Told whenever it is gained or lost. */
  onChange(held: boolean): void;
}

/**
 * Who works on an Engine: one worker of an installation at a time, told by the Engine itself and nothing else. The mark is
 * a volume with the holder's token; making a volume is first-come there. Whoever finds it held makes a second volume, the
 * challenge, which the holder removes as soon as the Engine's events tell of it. Unanswered, the holder is dead (kill -9,
 * its machine's memory of it gone), and the mark is taken over. So the mark ends with its holder, whether that is a process,
 * a container, or on another machine.
 */
export class EngineMark {
  private readonly name: string;
  private readonly challengePrefix: string;
  private held = false;
  private stopped = false;
  private trying?: Promise<void>;
  private cancelRetry = (): void => undefined;
  private answered?: () => void;

  constructor(
    private readonly runtime: ContainerRuntime,
    private readonly clock: Clock,
    private readonly options: EngineMarkOptions,
  ) {
    this.name = `nebula-worker.${options.installation}`;
    this.challengePrefix = `${this.name}.challenge.`;
  }

  get isHeld(): boolean {
    return this.held;
  }

  /** To be called when the Engine's events begin (again): tries, and goes on trying while another holds it. */
  async acquire(): Promise<void> {
    this.trying ??= this.tryOnce().finally(() => (this.trying = undefined));
    await this.trying;
  }

  /** To be told of every event of a volume. */
  onVolume({ name, action }: VolumeEvent): void {
    if (action === 'create' && name.startsWith(this.challengePrefix)) {
      if (this.held && name !== this.challenge) void this.quietly(this.runtime.removeVolume(name));
    } else if (action === 'destroy' && name === this.challenge) this.answered?.();
    else if (name === this.name && !this.stopped) void this.acquire();
  }

  async release(): Promise<void> {
    this.stopped = true;
    this.cancelRetry();
    this.answered?.();
    await this.trying;
    if (this.held) await this.quietly(this.runtime.removeVolume(this.name));
    this.held = false;
  }

  private get challenge(): string {
    return this.challengePrefix + this.options.token;
  }

  private async tryOnce(): Promise<void> {
    try {
      const holder = await this.markOrHolder();
      if (this.stopped) return;
      if (holder === this.options.token || (!(await this.answers()) && (await this.takeOver(holder)))) this.set(true);
      else this.standAside();
    } catch (error) {
      // Not to be told (a full disk, say) is no reason to leave the host alone; an Engine that is away calls again.
      if (error instanceof RuntimeError && error.code !== 'away') this.set(true);
    }
  }

  private async markOrHolder(): Promise<string> {
    const labels = { 'nebula.installation': this.options.installation, [HOLDER]: this.options.token };
    return (await this.runtime.ensureVolume(this.name, labels))[HOLDER] ?? '';
  }

  private async answers(): Promise<boolean> {
    const answer = new Promise<boolean>((resolve) => {
      const cancel = this.clock.after(ANSWER_MS, () => resolve(false));
      this.answered = () => {
        cancel();
        resolve(true);
      };
    });
    await this.runtime.ensureVolume(this.challenge, { 'nebula.installation': this.options.installation });
    const answered = await answer;
    if (!answered) await this.runtime.removeVolume(this.challenge);
    return answered;
  }

  /** @returns false when yet another took it meanwhile */
  private async takeOver(holder: string): Promise<boolean> {
    const labels = await this.runtime.volumeLabels(this.name);
    if (labels?.[HOLDER] === holder) await this.runtime.removeVolume(this.name);
    return (await this.markOrHolder()) === this.options.token;
  }

  private standAside(): void {
    this.set(false);
    this.cancelRetry();
    if (!this.stopped) this.cancelRetry = this.clock.after(ANSWER_MS, () => void this.acquire());
  }

  private set(held: boolean): void {
    if (held === this.held || this.stopped) return;
    this.held = held;
    this.options.onChange(held);
  }

  private async quietly(call: Promise<void>): Promise<void> {
    await call.catch(() => undefined);
  }
}
