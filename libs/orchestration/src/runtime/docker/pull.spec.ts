import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import { pullImage } from './pull';

type PullOptions = { abortSignal: AbortSignal; authconfig?: unknown };
const engine = (pull: (reference: string, options: PullOptions) => Promise<unknown>) => ({ pull }) as unknown as Docker;
const never = () => ({ signal: new AbortController().signal });

describe('a pull', () => {
  it('ends well when the stream does', async () => {
    const asked: unknown[] = [];
    const docker = engine(async (reference, { authconfig }) => {
      asked.push(reference, authconfig);
      return PassThrough.from([Buffer.from('{"status":"Pulling"}\n{"sta'), Buffer.from('tus":"Done"}\n')]);
    });
    const login = { username: 'u', password: 'p', serverAddress: 'r:5000' };
    const onProgress = jest.fn();
    await pullImage(docker, 'r:5000/web:1', login, { ...never(), onProgress });
    expect(onProgress).toHaveBeenCalledTimes(2);
    expect(asked).toEqual(['r:5000/web:1', { username: 'u', password: 'p', serveraddress: 'r:5000' }]);
  });

  it.each([
    ['{"errorDetail":{"message":"unauthorized: no"},"error":"x"}', 'registry-login-refused'],
    ['{"error":"no space left on device"}', 'disk-full'],
  ])('fails with an error that comes in the stream: %s', async (line, code) => {
    const docker = engine(async () => PassThrough.from([Buffer.from(`${line}\n`)]));
    await expect(pullImage(docker, 'web:1', undefined, never())).rejects.toMatchObject({ code });
  });

  it('fails with `away` when the Engine is lost in the middle', async () => {
    const stream = new PassThrough();
    const docker = engine(async () => stream);
    const pull = pullImage(docker, 'web:1', undefined, never());
    stream.write('{"status":"Pulling"}\n');
    stream.destroy(new Error('aborted'));
    await expect(pull).rejects.toMatchObject({ code: 'away' });
  });

  it('is given up when nothing happens any more, and only then', async () => {
    jest.useFakeTimers();
    const stream = new PassThrough();
    const signals: AbortSignal[] = [];
    const docker = engine(async (_, { abortSignal }) => {
      signals.push(abortSignal);
      return stream;
    });
    const pull = pullImage(docker, 'web:1', undefined, never()).catch((error: unknown) => error);
    let ended = false;
    void pull.then(() => (ended = true));
    for (let seconds = 0; seconds < 120; seconds += 40) {
      await jest.advanceTimersByTimeAsync(40_000);
      stream.write('{"status":"Downloading"}\n');
      await jest.advanceTimersByTimeAsync(0);
    }
    expect(ended).toBe(false);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await pull).toMatchObject({ code: 'registry-away', message: 'the pull made no progress for 60 s' });
    expect(signals[0]!.aborted).toBe(true);
    jest.useRealTimers();
  });
});
