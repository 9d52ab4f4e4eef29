import { connect, type Socket } from 'node:net';

const END_OF_HEAD = '\r\n\r\n';

/**
 * A connection that sends one request after the other and reads no more of an answer than its length and its status:
 * a whole HTTP client would be busier than the server that is measured.
 */
export class HttpConnection {
  private received: Buffer = Buffer.alloc(0);
  private waiting?: { done: () => void; fail: (error: Error) => void };

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.receive(chunk));
    socket.on('error', (error) => this.waiting?.fail(error));
    socket.on('close', () => this.waiting?.fail(new Error('the server closed a connection')));
  }

  static open(host: string, port: number): Promise<HttpConnection> {
    return new Promise((done, fail) => {
      const socket = connect({ host, port }, () => done(new HttpConnection(socket.off('error', fail))));
      socket.once('error', fail);
    });
  }

  /** Resolves when the whole answer is there; rejects unless it is one of success. */
  send(request: Buffer): Promise<void> {
    return new Promise((done, fail) => {
      this.waiting = { done, fail };
      this.socket.write(request);
    });
  }

  close(): void {
    delete this.waiting;
    this.socket.destroy();
  }

  private receive(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const head = this.received.indexOf(END_OF_HEAD);
    if (head < 0) return;
    const text = this.received.toString('latin1', 0, head);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1]);
    if (this.received.length < head + END_OF_HEAD.length + length) return;
    const whole = this.received;
    this.received = Buffer.alloc(0);
    const { waiting } = this;
    delete this.waiting;
    if (/^HTTP\/1\.1 2\d\d /.test(text) && Number.isInteger(length)) waiting?.done();
    else waiting?.fail(new Error(`not the answer that was hoped for: ${whole.toString().slice(0, 500)}`));
  }
}
