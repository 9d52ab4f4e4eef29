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
