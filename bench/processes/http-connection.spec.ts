import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { HttpConnection } from './http-connection';

const REQUEST = Buffer.from('GET / HTTP/1.1\r\n\r\n');

describe('a connection', () => {
  let server: Server;
  let answer: (socket: Socket) => void;
  let connection: HttpConnection;

  beforeEach(async () => {
    server = createServer((socket) => socket.on('data', () => answer(socket)).on('error', () => undefined));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    connection = await HttpConnection.open('127.0.0.1', (server.address() as AddressInfo).port);
  });
  afterEach(async () => {
    connection.close();
    await new Promise((done) => server.close(done));
  });

  test('waits for the whole answer, in whatever parts it comes', async () => {
    const parts = ['HTTP/1.1 200 OK\r\nContent-', 'Length: 4\r\n', '\r\nab', 'cd'];
    let sent = 0;
    const sendNext = (socket: Socket): void => {
      const part = parts[sent++];
      if (part !== undefined) socket.write(part, () => setImmediate(() => sendNext(socket)));
    };
    answer = sendNext;
    await connection.send(REQUEST);
    expect(sent).toBeGreaterThanOrEqual(parts.length);
    answer = (socket) => socket.write('HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n');
    await connection.send(REQUEST);
  });

  test.each([
    ['an error', 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\n\r\naway', '503 Service Unavailable'],
    ['another status', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 0\r\n\r\n', '304'],
  ])('takes %s for no answer', async (_, text, told) => {
    answer = (socket) => socket.write(text);
    await expect(connection.send(REQUEST)).rejects.toThrow(told);
  });

  test('tells when the server hangs up', async () => {
    answer = (socket) => socket.end();
    await expect(connection.send(REQUEST)).rejects.toThrow('closed a connection');
  });
});
