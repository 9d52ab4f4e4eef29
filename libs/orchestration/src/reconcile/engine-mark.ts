import { ContainerRuntime, RuntimeError } from '../runtime';
import type { Clock } from './clock';
import type { VolumeEvent } from './observer';

/** A holder that works answers a challenge in a few milliseconds; one that has not in this time is taken for dead. */
const ANSWER_MS = 1000;
/** Pause between challenges. With the time to answer it is well below the 2 s in which a dead holder is to be noticed. */
const AGAIN_MS = 500;

const HOLDER = 'nebula.worker';

export interface EngineMarkOptions {
  installation: string;
  /** Random, one for each start of the worker; without dots. */
  token: string;
  /** Told whenever it is gained or lost. */
  onChange(held: boolean): void;
  /** Told once whenever it is found to be another's who lives; until it is gained. */
  onAside(): void;
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
  /** Challenges that came before it was known who holds the mark. */
  private readonly unanswered = new Set<string>();
  private held = false;
  private another = false;
  private aside = false;
  private stopped = false;
  private trying?: Promise<void>;
  private again = false;
  private cancelRetry = (): void => undefined;
  private settleChallenge: (answer: 'answered' | 'free') => void = () => undefined;

  constructor(
    private readonly runtime: ContainerRuntime,
    private readonly clock: Clock,
    private readonly options: EngineMarkOptions,
  ) {
    this.name = `nebula-worker.${options.installation}`;
    this.challengePrefix = `nebula-worker-challenge.${options.installation}.`;
  }

  get isHeld(): boolean {
    return this.held;
  }

  /** Another worker has it, or had it when it was killed. Who neither holds it nor knows that has not asked yet. */
  get isAnothers(): boolean {
    return this.another;
  }

  /** To be called when the Engine's events begin (again): tries, and goes on trying while another holds it. */
  async acquire(): Promise<void> {
    if (this.stopped) return;
    this.again = true;
    this.trying ??= this.tryAll();
    await this.trying;
  }

  /** To be told of every event of a volume. */
  onVolume({ name, action }: VolumeEvent): void {
    if (name === this.challenge) {
      if (action === 'destroy') this.settleChallenge('answered');
    } else if (this.isChallenge(name)) {
      if (action === 'destroy') this.unanswered.delete(name);
      else this.answer(name);
    } else if (name === this.name) {
      if (action === 'destroy') this.settleChallenge('free');
      void this.acquire();
    }
  }

  async release(): Promise<void> {
    this.stopped = true;
    this.cancelRetry();
    this.settleChallenge('free');
    await this.trying;
    await this.quietly(this.removeOwn());
    this.held = false;
  }

  private get challenge(): string {
    return this.challengePrefix + this.options.token;
  }

  /** Of this installation: another's name may begin with this one's and a dot. */
  private isChallenge(name: string): boolean {
    return name.startsWith(this.challengePrefix) && !name.slice(this.challengePrefix.length).includes('.');
  }

  private answer(challenge: string): void {
    if (this.held) void this.quietly(this.runtime.removeVolume(challenge));
    else this.unanswered.add(challenge);
  }

  /** Those too that nobody waits for any more: a worker that is killed while it asks leaves its challenge behind. */
  private async answerAll(): Promise<void> {
    const names = await this.runtime.volumesLabelled('nebula.installation', this.options.installation);
    for (const name of names) if (name !== this.challenge && this.isChallenge(name)) this.answer(name);
  }

  /** What happens to the mark while it is tried for may not be in the answers: then it is tried for once more. */
  private async tryAll(): Promise<void> {
    while (this.again && !this.stopped) {
      this.again = false;
      await this.tryOnce();
    }
    this.trying = undefined;
  }

  private async tryOnce(): Promise<void> {
    this.cancelRetry();
    try {
      this.set(await this.isOurs());
    } catch (error) {
      // Not to be told (a full disk, say) is no reason to leave the host alone; an Engine that is away is asked again.
      if (!(error instanceof RuntimeError) || error.code !== 'away') this.set(true);
      else this.tryLater();
      return;
    }
    if (!this.held) this.tryLater();
  }

  private async isOurs(): Promise<boolean> {
    const holder = await this.markOrHolder();
    if (holder === this.options.token) return true;
    this.another = true;
    this.set(false);
    if (this.stopped) return false;
    const lives = await this.isAnswered();
    if (this.stopped) return false;
    if (!lives) return this.takeOver(holder);
    this.standAside();
    return false;
  }

  private async markOrHolder(): Promise<string> {
    const labels = { 'nebula.installation': this.options.installation, [HOLDER]: this.options.token };
    try {
      return (await this.runtime.ensureVolume(this.name, labels))[HOLDER] ?? '';
    } catch (error) {
      if (isGoneAtOnce(error)) return '';
      throw error;
    }
  }

  /** Challenges the holder. @returns whether it lives */
  private async isAnswered(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<'answered' | 'free' | 'silent'>();
    this.settleChallenge = resolve;
    await this.runtime
      .ensureVolume(this.challenge, { 'nebula.installation': this.options.installation })
      .catch((error: unknown) => {
        if (!isGoneAtOnce(error)) throw error;
        // The holder was quicker than the Engine's answer to us.
        resolve('answered');
      });
    const cancel = this.clock.after(ANSWER_MS, () => resolve('silent'));
    const answer = await promise;
    cancel();
    if (answer !== 'answered') await this.quietly(this.runtime.removeVolume(this.challenge));
    return answer === 'answered';
  }

  /** @returns false when yet another took it meanwhile */
  private async takeOver(holder: string): Promise<boolean> {
    const labels = await this.runtime.volumeLabels(this.name);
    if (labels?.[HOLDER] === holder) await this.runtime.removeVolume(this.name);
    return (await this.markOrHolder()) === this.options.token;
  }

  private async removeOwn(): Promise<void> {
    const labels = await this.runtime.volumeLabels(this.name);
    if (labels?.[HOLDER] === this.options.token) await this.runtime.removeVolume(this.name);
  }

  private standAside(): void {
    if (this.aside) return;
    this.aside = true;
    this.options.onAside();
  }

  private tryLater(): void {
    if (!this.stopped) this.cancelRetry = this.clock.after(AGAIN_MS, () => void this.acquire());
  }

  private set(held: boolean): void {
    if (this.stopped) return;
    if (held) [this.another, this.aside] = [false, false];
    if (held !== this.held) {
      this.held = held;
      this.options.onChange(held);
      if (held) void this.quietly(this.answerAll());
    }
    if (held) for (const challenge of this.unanswered) this.answer(challenge);
    this.unanswered.clear();
  }

  private async quietly(call: Promise<void>): Promise<void> {
    await call.catch(() => undefined);
  }
}

/** A volume that another one removed between our making it and our looking at it. */
const isGoneAtOnce = (error: unknown): boolean => error instanceof RuntimeError && error.code === 'conflict';
