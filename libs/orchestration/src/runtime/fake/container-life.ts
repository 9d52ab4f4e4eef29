import { RuntimeError } from '../runtime-error';
import { signalName } from '../signal-name';
import type { Clock } from './clock';
import type { EventHub } from './event-hub';
import type { FakeContainer } from './fake-container';
import type { HostPorts } from './host-ports';

const KILLED = 137;
const CANNOT_START = 128;
/** Docker's own: the restart of what exits begins with this delay and doubles up to a minute. */
const FIRST_RESTART_MS = 100;
const LONGEST_RESTART_MS = 60_000;
/** What ran this long is taken for well: its next restart has the first delay again. */
const WELL_AFTER_MS = 10_000;

/** How a container's process begins, goes on and ends, with Docker's restart policies. */
export class ContainerLife {
  private readonly restartDelay = new WeakMap<FakeContainer, number>();

  constructor(
    private readonly clock: Clock,
    private readonly events: EventHub,
    private readonly ports: HostPorts,
    /** @throws RuntimeError when a network of the container is gone */
    private readonly checkNetworks: (container: FakeContainer) => void,
  ) {}

  start(container: FakeContainer): void {
    if (container.state === 'running' || container.state === 'restarting') return;
    if (container.state === 'paused') {
      throw new RuntimeError('conflict', 'cannot start a paused container, try unpause instead');
    }
    container.restartCount = 0;
    this.restartDelay.delete(container);
    this.begin(container);
  }

  /** Resolves when it is stopped; killed once the grace is over. */
  stop(container: FakeContainer, signal: string | null, graceMs: number): Promise<void> {
    if (container.state === 'restarting') this.endRestarting(container);
    if (!container.up) return Promise.resolve();
    container.manuallyStopped = true;
    container.state = 'running';
    const { stopAfterMs = 0, stopExitCode = 0 } = container.program;
    const wanted = signal ?? container.stopSignal;
    const obeys = container.hears(wanted) && stopAfterMs <= graceMs && signalName(wanted) !== 'SIGKILL';
    const ended = new Promise<void>((resolve) => container.onEnd.push(resolve));
    this.after(container, obeys ? stopAfterMs : graceMs, () => {
      this.end(container, obeys ? stopExitCode : KILLED);
      this.tell(container, 'stop');
    });
    return ended;
  }

  /** Its Engine was killed in the middle of something: nothing runs, and it restarts for ever. */
  wedge(container: FakeContainer): void {
    this.exit(container, KILLED);
    container.callOffTimers();
    this.ports.take(container.spec.settings.ports, container.id);
    container.wedged = true;
  }

  kill(container: FakeContainer): void {
    if (container.wedged) this.ports.release(container.id);
    if (container.state === 'restarting') this.endRestarting(container);
    container.manuallyStopped = true;
    if (container.up) this.end(container, KILLED);
  }

  /** The process ends by itself: the restart policy decides what is next. */
  exit(container: FakeContainer, code: number): void {
    if (!container.up) return;
    const ranMs = this.clock.now() - Date.parse(container.startedAt ?? '');
    this.end(container, code);
    if (!this.restarts(container)) return;
    const delay = ranMs > WELL_AFTER_MS ? FIRST_RESTART_MS : (this.restartDelay.get(container) ?? FIRST_RESTART_MS);
    this.restartDelay.set(container, Math.min(delay * 2, LONGEST_RESTART_MS));
    container.state = 'restarting';
    container.restartCount += 1;
    this.after(container, delay, () => this.restart(container));
  }

  /** The kernel kills it for want of memory. */
  starve(container: FakeContainer): void {
    if (!container.up) return;
    container.oomKilled = true;
    this.tell(container, 'oom');
    this.exit(container, KILLED);
  }

  pause(container: FakeContainer): void {
    if (container.state !== 'running') throw new RuntimeError('conflict', `container ${container.id} is not running`);
    container.state = 'paused';
    this.tell(container, 'pause');
  }

  unpause(container: FakeContainer): void {
    if (container.state !== 'paused') return;
    container.state = 'running';
    this.tell(container, 'unpause');
  }

  setHealth(container: FakeContainer, health: 'healthy' | 'unhealthy'): void {
    if (!container.up || container.health === health) return;
    container.health = health;
    this.tell(container, 'health_status');
  }

  /** As the Engine does when it starts: what was not stopped by hand runs again. */
  resume(container: FakeContainer): void {
    if (container.state !== 'exited' || !this.restarts(container)) return;
    container.restartCount = 0; // as with a start by hand
    this.restart(container);
  }

  /** Its process is gone without any event, as with the Engine itself. */
  vanish(container: FakeContainer): void {
    if (container.up) this.end(container, KILLED);
    if (container.state === 'restarting') this.endRestarting(container);
  }

  private restart(container: FakeContainer): void {
    try {
      this.begin(container);
    } catch {
      container.state = 'exited'; // Docker gives up too; why is in `error`
    }
  }

  private restarts({ limits, manuallyStopped, exitCode }: FakeContainer): boolean {
    if (limits.restartPolicy === 'always') return true;
    if (manuallyStopped) return false;
    return limits.restartPolicy === 'unless-stopped' || (limits.restartPolicy === 'on-failure' && exitCode !== 0);
  }

  private begin(container: FakeContainer): void {
    try {
      this.checkNetworks(container);
      if (container.program.startError !== undefined) throw new RuntimeError('refused', container.program.startError);
      this.ports.take(container.spec.settings.ports, container.id);
    } catch (error) {
      container.exitCode = CANNOT_START;
      container.error = (error as RuntimeError).message;
      throw error;
    }
    container.state = 'running';
    container.manuallyStopped = false;
    container.exitCode = 0;
    container.oomKilled = false;
    container.error = undefined;
    container.startedAt = new Date(this.clock.now()).toISOString();
    this.tell(container, 'start');
    this.beginHealth(container);
    const { exitAfterMs, exitCode = 0, outOfMemory = false } = container.program;
    if (exitAfterMs === undefined) return;
    this.after(container, exitAfterMs, () => (outOfMemory ? this.starve(container) : this.exit(container, exitCode)));
  }

  private beginHealth(container: FakeContainer): void {
    if (!container.hasHealthCheck) return;
    const { result, afterMs = 0 } = container.program.health ?? { result: 'healthy' };
    container.health = 'starting';
    this.after(container, afterMs, () => this.setHealth(container, result));
  }

  private end(container: FakeContainer, code: number): void {
    container.callOffTimers();
    this.ports.release(container.id);
    container.state = 'exited';
    container.health = container.health && 'unhealthy';
    container.exitCode = code;
    container.finishedAt = new Date(this.clock.now()).toISOString();
    this.tell(container, 'die', code);
    for (const told of container.onEnd.splice(0)) told();
  }

  private endRestarting(container: FakeContainer): void {
    container.callOffTimers();
    container.manuallyStopped = true;
    container.state = 'exited';
  }

  private after(container: FakeContainer, ms: number, action: () => void): void {
    if (ms === 0) action();
    else container.timers.push(this.clock.after(ms, action));
  }

  private tell(container: FakeContainer, action: string, exitCode?: number): void {
    this.events.emit({ kind: 'container', id: container.id, action, ...(exitCode !== undefined && { exitCode }) });
  }
}
