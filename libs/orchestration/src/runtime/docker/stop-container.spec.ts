import type Docker from 'dockerode';
import { stopContainer } from './stop-container';

const ID = 'c'.repeat(64);
const NO_EXIT = 'cannot stop container: web: tried to kill container, but did not receive an exit event';

const refusal = (message: string): Error =>
  Object.assign(new Error(`(HTTP code 500) server error - ${message} `), { statusCode: 500, json: { message } });

/** An Engine that refuses each stop, in its words. */
function refusing(message: string, remove = jest.fn(async () => undefined)) {
  const stop = jest.fn(() => Promise.reject(refusal(message)));
  return { docker: { getContainer: () => ({ stop, remove }) } as unknown as Docker, remove };
}
const stopped = (docker: Docker) =>
  stopContainer(docker, ID, { signal: null, graceSeconds: 1 }, new AbortController().signal);

describe('stopping a container', () => {
  it('removes one whose end the Engine never hears of, since no stop will help', async () => {
    const { docker, remove } = refusing(NO_EXIT);
    await stopped(docker);
    expect(remove).toHaveBeenCalledTimes(1);
  });

  it('tells it when that cannot be removed either', async () => {
    const { docker } = refusing(
      NO_EXIT,
      jest.fn(() => Promise.reject(refusal('cannot remove container: could not kill'))),
    );
    await expect(stopped(docker)).rejects.toMatchObject({ code: 'refused', message: /could not kill/ as never });
  });

  it('removes none that it cannot stop for another reason', async () => {
    const { docker, remove } = refusing('cannot stop container: web: permission denied');
    await expect(stopped(docker)).rejects.toMatchObject({ code: 'refused' });
    expect(remove).not.toHaveBeenCalled();
  });
});

const own = { signal: null, graceSeconds: null };

/** An Engine with one container, whose stops end after `takesMs`. */
function engine(config: object, takesMs = 0) {
  const stop = jest.fn<Promise<void>, [{ t?: number }]>(() => new Promise((resolve) => setTimeout(resolve, takesMs)));
  const kill = jest.fn<Promise<void>, [{ signal: string }]>(async () => undefined);
  const wait = jest.fn(() => new Promise(() => undefined));
  const inspect = async () => ({ Id: 'c', Config: config, State: { Running: true } });
  return { docker: { getContainer: () => ({ stop, kill, wait, inspect }) } as unknown as Docker, stop, kill };
}

const stopping = (docker: Docker, how: Parameters<typeof stopContainer>[2]): { ended: () => unknown } => {
  let outcome: unknown;
  stopContainer(docker, 'c', how, new AbortController().signal).then(
    () => (outcome = 'stopped'),
    (error: unknown) => (outcome = error),
  );
  return { ended: () => outcome };
};

describe('stopping a container by its own word', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it.each([
    ['its own', { StopTimeout: 3600 }, 3600],
    ['the Engine’s, where it has none', {}, 10],
    ['the Engine’s, where it tells none', { StopTimeout: 'soon' }, 10],
    ['a day, where it has no end', { StopTimeout: -1 }, 86_400],
    ['a day, where it is beyond what a timer can wait', { StopTimeout: 9e9 }, 86_400],
  ])('leaves the grace to the Engine, and waits for as long: %s', async (_, config, seconds) => {
    const { docker, stop } = engine(config, seconds * 1000 + 60_000);
    const { ended } = stopping(docker, own);
    await jest.advanceTimersByTimeAsync(seconds * 1000 + 59_000);
    expect(stop.mock.calls.map(([options]) => Object.keys(options))).toEqual([['abortSignal']]);
    expect(ended()).toBeUndefined();
    await jest.advanceTimersByTimeAsync(1000);
    expect(ended()).toBe('stopped');
  });

  it('does not wait for ever for an Engine that does not answer', async () => {
    const { docker } = engine({ StopTimeout: 5 }, 1e9);
    const { ended } = stopping(docker, own);
    await jest.advanceTimersByTimeAsync(126_000);
    expect(ended()).toMatchObject({ code: 'away' });
  });

  it('kills after its own grace what does not hear a signal of the caller’s', async () => {
    const { docker, stop, kill } = engine({ StopTimeout: 20 });
    const { ended } = stopping(docker, { signal: 'SIGINT', graceSeconds: null });
    await jest.advanceTimersByTimeAsync(19_000);
    expect(kill.mock.calls).toMatchObject([[{ signal: 'SIGINT' }]]);
    expect(stop).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1500);
    expect(stop.mock.calls).toMatchObject([[{ t: 0 }]]);
    expect(ended()).toBe('stopped');
  });

  it('tells the Engine the grace that is in force, where it is known', async () => {
    const { docker, stop } = engine({ StopTimeout: 20 });
    const { ended } = stopping(docker, { signal: null, graceSeconds: 7 });
    await jest.advanceTimersByTimeAsync(10);
    expect(stop.mock.calls).toMatchObject([[{ t: 7 }]]);
    expect(ended()).toBe('stopped');
  });
});
