import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP proxy that can lose the answer to one request: the server has carried it out, the client never hears of it. */
export class LossyProxy {
  private readonly sockets = new Set<Socket>();
  private lost?: { word: string; andAllAfter: boolean };

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (client) => this.serve(client));
  }

  static async start(target: string): Promise<LossyProxy> {
    const server = createServer();
    const proxy = new LossyProxy(server, new URL(target));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `mongodb://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Of the next request that has this word in it. */
  loseAnswerTo(word: string): void {
    this.lost = { word, andAllAfter: false };
  }

  /** Of that request, and of all after it. */
  loseAnswersFrom(word: string): void {
    this.lost = { word, andAllAfter: true };
  }

  /** Whether all that was to be lost is lost. */
  get isThrough(): boolean {
    return this.lost === undefined;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(client: Socket): void {
    const server = connect(Number(this.target.port), this.target.hostname);
    let isLost = false;
    client.on('data', (data) => {
      isLost ||= this.isToLose(data);
      server.write(data);
    });
    server.on('data', (data) => {
      if (isLost) client.destroy();
      else client.write(data);
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => one.destroy());
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
  }

  private isToLose(data: Buffer): boolean {
    if (!this.lost || !data.includes(this.lost.word)) return false;
    if (this.lost.andAllAfter) this.lost.word = '';
    else delete this.lost;
    return true;
  }
}
