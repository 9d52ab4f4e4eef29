import { RuntimeError } from '../runtime-error';
import type { CallName } from './call-journal';
import type { FakeMachine } from './fake-machine';

interface Fault {
  error: RuntimeError;
  times: number;
  /** Of an argument of the call: a name, an id, a reference. */
  about: string | undefined;
}

/** What goes wrong on the machine, and when. */
export class Script {
  /** Milliseconds that every call takes before it does anything. */
  latencyMs = 0;
  /** Pulls and creates fail while true. */
  diskFull = false;

  private readonly faults = new Map<CallName, Fault[]>();
  private awayText: string | undefined;
  private whenBack: (() => void)[] = [];

  constructor(private readonly machine: FakeMachine) {}

  /**
   * The next calls of this method fail, and change nothing.
   * @param about only those with this name, id or image reference (for `create`: the container's name)
   */
  failNext(call: CallName, error: RuntimeError, times = 1, about?: string): void {
    const faults = this.faults.get(call) ?? [];
    this.faults.set(call, [...faults, { error, times, about }]);
  }

  /** The Engine does not answer from now on; containers go on. */
  goAway(text = 'connect ECONNREFUSED /var/run/docker.sock'): void {
    this.awayText = text;
    this.machine.events.cutAll();
  }

  comeBack(): void {
    this.awayText = undefined;
    for (const told of this.whenBack.splice(0)) told();
  }

  /** The Engine stops, all containers with it, and its bridge has another id afterwards; what was not stopped by hand runs again afterwards. */
  restartEngine(): void {
    this.goAway();
    for (const container of this.machine.all()) {
      const byHand = container.manuallyStopped;
      this.machine.life.vanish(container);
      container.manuallyStopped = byHand;
    }
    this.machine.networks.renewBridge();
    for (const container of this.machine.all()) this.machine.life.resume(container);
    this.comeBack();
  }

  /** Events get lost while it is on. */
  loseEvents(on: boolean): void {
    this.machine.events.mute = on;
  }

  /** @returns the text of the error while the Engine is away. */
  get away(): string | undefined {
    return this.awayText;
  }

  back(): Promise<void> {
    if (this.awayText === undefined) return Promise.resolve();
    return new Promise((resolve) => this.whenBack.push(resolve));
  }

  /** @throws RuntimeError when the script has this call fail */
  check(call: CallName, about: readonly string[]): void {
    if (this.awayText !== undefined) throw new RuntimeError('away', this.awayText);
    if (this.diskFull && (call === 'pull' || call === 'create')) {
      throw new RuntimeError('disk-full', 'write /var/lib/docker/tmp: no space left on device');
    }
    const fault = this.faults.get(call)?.find((f) => f.times > 0 && (f.about === undefined || about.includes(f.about)));
    if (!fault) return;
    fault.times -= 1;
    throw fault.error;
  }
}
