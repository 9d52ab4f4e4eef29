import { createHash } from 'node:crypto';
import { createConnection, createServer } from 'node:net';

/**
 * Does the work while no other process on this machine does work under the same name; says so when it waits. The lock is a listening
 * abstract socket: the kernel takes it back however its holder ends, so there is never a stale one to judge.
 */
export async function withLock(name, say, work) {
  // Abstract sockets are Linux' own; elsewhere there is no second run to guard against but by hand.
  if (process.platform !== 'linux') return work();
  const address = `\0nebula-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
  let held;
  while (!(held = await tryToHold(address))) {
    say('waiting for another run to finish with this');
    await untilReleased(address);
  }
  try {
    return await work();
  } finally {
    held.close();
    held.waiting.forEach((socket) => socket.destroy());
  }
}

function tryToHold(address) {
  return new Promise((done, fail) => {
    const server = createServer((socket) => {
      server.waiting.add(socket);
      socket.on('error', () => {}).on('close', () => server.waiting.delete(socket));
    });
    server.waiting = new Set();
    server.on('error', (error) => (error.code === 'EADDRINUSE' ? done(undefined) : fail(error)));
    server.listen(address, () => done(server));
  });
}

/** A connection to the holder closes when the holder lets go: nobody has to poll. */
function untilReleased(address) {
  return new Promise((done) => {
    const socket = createConnection(address);
    socket
      .on('error', () => {})
      .on('close', done)
      .resume();
  });
}
