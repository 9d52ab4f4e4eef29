import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MACHINE = 'unix:///var/run/docker.sock';

/** Stands between a test and the Engine that DOCKER_HOST names, else this machine's, so that the Engine can be away for that test alone. */
export class EngineProxy {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private deaf = false;

  private constructor(
    private readonly folder: string,
    private readonly engine: NetConnectOpts,
  ) {}

  static async start(engine = addressOf(process.env.DOCKER_HOST || MACHINE)): Promise<EngineProxy> {
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

function addressOf(host: string): NetConnectOpts {
  if (host.startsWith('unix://')) return { path: host.slice('unix://'.length) };
  const { hostname, port } = new URL(host);
  return { host: hostname, port: Number(port || 2375) };
}
