import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Stands between a test and this machine's Engine, so that the Engine can be away for that test alone. */
export class EngineProxy {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private deaf = false;

  private constructor(
    private readonly folder: string,
    private readonly engine: string,
  ) {}

  static async start(engine = '/var/run/docker.sock'): Promise<EngineProxy> {
    const proxy = new EngineProxy(await mkdtemp(join(tmpdir(), 'nebula-engine-')), engine);
    await proxy.comeBack();
    return proxy;
  }

  /** As in DOCKER_HOST. */
  get host(): string {
    return `unix://${this.path}`;
  }

  /** Cuts what is open, and lets nobody in. */
  async goAway(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    for (const socket of this.sockets) socket.destroy();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  async comeBack(): Promise<void> {
    this.deaf = false;
    if (this.server) return;
    this.server = createServer((socket) => this.accept(socket));
    await new Promise<void>((resolve) => this.server!.listen(this.path, resolve));
  }

  /** Takes new connections from now on, and answers nothing on them. */
  stall(): void {
    this.deaf = true;
  }

  async end(): Promise<void> {
    await this.goAway();
    await rm(this.folder, { recursive: true, force: true });
  }

  private get path(): string {
    return join(this.folder, 'docker.sock');
  }

  private accept(socket: Socket): void {
    this.keep(socket);
    if (this.deaf) return;
    const engine = this.keep(connect(this.engine));
    socket.pipe(engine).pipe(socket);
    socket.on('close', () => engine.destroy());
    engine.on('close', () => socket.destroy());
  }

  private keep(socket: Socket): Socket {
    this.sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    return socket;
  }
}
