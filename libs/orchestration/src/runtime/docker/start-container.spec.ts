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
    `task ${ID}: already exists`,
    `could not find a network matching network mode ${ID}: network ${ID} not found`,
  ])('removes one that the Engine can never start again, so that another is made: %s', async (text) => {
    const { docker, start, remove } = refusing(text);
    await expect(startContainer(docker, ID)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining(text),
    });
    expect([start.mock.calls.length, remove.mock.calls.length]).toEqual([1, 1]);
  });

  it.each([
    'exec: "/no/such": stat /no/such: no such file or directory',
    'could not find a network matching network mode front: network front not found',
  ])('keeps one that it cannot start for another reason: %s', async (text) => {
    const { docker, remove } = refusing(text);
    await expect(startContainer(docker, ID)).rejects.toMatchObject({ code: 'refused' });
    expect(remove).not.toHaveBeenCalled();
  });
});
