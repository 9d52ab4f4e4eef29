import { troubleOfEnd } from './ends';
import type { LastEnd } from './history';
import type { OwnedContainer } from './owned-container';
import type { Attempt, Verdict } from './plan';

/** Gathers what is to be said of an app while it is planned; the worst wins, the first of the same kind. */
export class VerdictBuilder {
  private failure?: Verdict;
  private waiting?: Verdict;
  private converging?: Verdict;
  private readonly warnings = new Set<string>();

  failed(verdict: Omit<Verdict, 'state'>): void {
    this.failure ??= { state: 'failed', ...verdict };
  }

  failedAttempt({ reason, error, retryAt, container, containerId }: Attempt): void {
    this.failed({ reason, error, until: retryAt, container, containerId });
  }

  waits(verdict: Omit<Verdict, 'state'>): void {
    this.waiting ??= { state: 'waiting', ...verdict };
  }

  converges(verdict: Omit<Verdict, 'state'> = {}): void {
    this.converging ??= { state: 'converging', ...verdict };
  }

  /**
   * What is wrong with a container that is made of the wanted settings.
   * @param end how it ended, where it has not run for long enough since
   */
  judge(container: OwnedContainer, settled: boolean, end?: LastEnd): void {
    const trouble = (end && troubleOfEnd(container, end)) ?? troubleOfHealth(container);
    if (trouble) this.failed({ ...trouble, container: container.name, containerId: container.id });
    else if (container.health === 'starting' || !settled) this.converges();
  }

  /** Beside whatever state it is in. */
  warns(warnings: readonly string[]): void {
    for (const warning of warnings) this.warnings.add(warning);
  }

  verdict(): Verdict {
    const verdict = this.failure ?? this.waiting ?? this.converging ?? { state: 'converged' };
    return this.warnings.size > 0 ? { ...verdict, warnings: [...this.warnings] } : verdict;
  }
}

function troubleOfHealth(container: OwnedContainer): Pick<Verdict, 'reason' | 'error'> | undefined {
  // Docker calls one unhealthy too that was killed, stopped or paused: that is no word of its check, and is repaired.
  if (container.state !== 'running' || container.health !== 'unhealthy') return undefined;
  const output = container.healthOutput ? `: ${container.healthOutput}` : '';
  return { reason: 'unhealthy', error: `the health check of container "${container.name}" fails${output}` };
}
