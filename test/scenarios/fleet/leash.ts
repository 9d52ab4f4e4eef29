import type { ContainerRuntime } from '@nebula/orchestration';

type Call = (...given: unknown[]) => Promise<unknown>;

const never = new Promise<never>(() => undefined);

/** An Engine as one life of a worker has it. Cut, it is as after kill -9: what was asked happens, nobody hears of it. */
export class Leash {
  readonly runtime: ContainerRuntime;
  private readonly cutting = new AbortController();

  constructor(engine: ContainerRuntime) {
    const { signal } = this.cutting;
    const watch: ContainerRuntime['watch'] = (ends, onAway) => engine.watch(AbortSignal.any([ends, signal]), onAway);
    this.runtime = new Proxy(engine, {
      get: (target, name) => {
        if (name === 'watch') return watch;
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? leashed(target, member as Call, signal) : member;
      },
    });
  }

  cut(): void {
    this.cutting.abort();
  }
}

function leashed(target: object, call: Call, signal: AbortSignal): Call {
  return async (...given) => {
    if (signal.aborted) return never;
    const [outcome] = await Promise.allSettled([call.apply(target, given)]);
    if (signal.aborted) return never;
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  };
}
