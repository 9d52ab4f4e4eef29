import { createServer, connect } from 'node:net';

/** Below what the kernel gives to connections: nobody takes it while its owner is being restarted. */
const [lowest, highest] = [12_000, 32_000];

/** A port that nobody listens on. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (await isFree(host, port)) return port;
  }
}

/** Whether one can listen there; rejects when the address is not this machine's. */
export function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? done(false) : fail(error)));
    server.listen(port, host, () => server.close(() => done(true)));
  });
}

/** Whether somebody answers within a second with `expected`, or at all, to what is said to a port. */
export function answers(host: string, port: number, say: string, expected = ''): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host, port, timeout: 1000 }, () => (say ? socket.write(say, 'latin1') : end(true)));
    const end = (answer: boolean): void => {
      socket.destroy();
      done(answer);
    };
    socket.on('data', (data) => end(data.toString('latin1').includes(expected)));
    socket.on('error', () => end(false));
    socket.on('timeout', () => end(false));
    socket.on('close', () => done(false));
  });
}
