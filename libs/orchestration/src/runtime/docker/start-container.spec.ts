import type Docker from 'dockerode';
import { startContainer } from './start-container';

const ID = 'c'.repeat(64);

/** An Engine that refuses the start, in its words. */
function refusing(message: string) {
  const remove = jest.fn(async () => undefined);
  const start = jest.fn(async () => {
    throw Object.assign(new Error(`(HTTP code 500) server error - ${message} `), {
      statusCode: 500,
      json: { message },
    });
  });
  return { docker: { getContainer: () => ({ start, remove }) } as unknown as Docker, start, remove };
}

describe('starting a container', () => {
  it.each([
    ['containerd, 20.10', `task ${ID}: already exists`],
    ['moby 18', `container "${ID}": already exists`],
    ['runc 1.0', `OCI runtime create failed: container with id exists: ${ID}: unknown`],
    [
      'runc 1.1 under moby 26 and 28',
      'failed to create task for container: failed to create shim task: OCI runtime create failed: ' +
        'runc create failed: container with given ID already exists: unknown',
    ],
    ['moby 19', 'id already in use'],
    [
      'moby 25, by a network that is no more',
      `could not find a network matching network mode ${ID}: network ${ID} not found`,
    ],
  ])('tells one that the Engine can never start again, and leaves it to whoever asked (%s)', async (_, text) => {
    const { docker, start, remove } = refusing(text);
    await expect(startContainer(docker, ID)).rejects.toMatchObject({
      code: 'stuck',
      message: `the Engine cannot start it any more: ${text}`,
    });
    expect([start.mock.calls.length, remove.mock.calls.length]).toEqual([1, 0]);
  });

  it.each([
    'exec: "/no/such": stat /no/such: no such file or directory',
    'endpoint with name web-1 already exists in network nebula',
    'could not find a network matching network mode front: network front not found',
  ])('is not taken for impossible when it is refused for another reason: %s', async (text) => {
    await expect(startContainer(refusing(text).docker, ID)).rejects.toMatchObject({ code: 'refused' });
  });
});
