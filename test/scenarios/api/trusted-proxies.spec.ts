import { apiAdapter } from '@nebula/api';

/** Asks a bare server of ours, as a client with this header would, what address it takes the client for. */
async function addressSeen(trusted: readonly string[], forwarded: string): Promise<string> {
  const server = apiAdapter(trusted).getInstance();
  server.get('/who', (request) => request.ip);
  const { body } = await server.inject({
    url: '/who',
    headers: { 'x-forwarded-for': forwarded },
    remoteAddress: '10.0.0.7',
  });
  await server.close();
  return body;
}

describe('the address of a client', () => {
  it('must be taken from the header when a trusted proxy says it', async () => {
    expect(await addressSeen(['10.0.0.0/24'], '203.0.113.9')).toBe('203.0.113.9');
  });

  it.each([[[]], [['192.0.2.1']]])('must be the connection’s own when trusted are %j', async (trusted) => {
    expect(await addressSeen(trusted, '203.0.113.9')).toBe('10.0.0.7');
  });
});
