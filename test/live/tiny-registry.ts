import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const digest = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

export type RegistryMode = 'open' | 'login' | 'away' | 'stalled';

/**
 * A registry with one image, `thing:1`, that can be told how to behave: also in ways that a real one can't be brought to.
 * On loopback, where Engines take a registry without TLS.
 */
export class TinyRegistry {
  readonly username = 'neb';
  readonly password = 'only-for-tests';
  private mode: RegistryMode = 'open';
  private server: Server | undefined;
  private readonly blobs = new Map<string, Buffer>();
  private readonly manifest: Buffer;

  constructor(private readonly port: number) {
    const tar = Buffer.alloc(1024); // two blocks of zeros: an archive with nothing in it
    const layer = this.add(gzipSync(tar));
    const config = this.add(
      Buffer.from(
        JSON.stringify({
          architecture: 'amd64',
          os: 'linux',
          config: { Labels: { unique: randomUUID() } },
          rootfs: { type: 'layers', diff_ids: [digest(tar)] },
        }),
      ),
    );
    const manifest = {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: 'application/vnd.docker.container.image.v1+json', ...config },
      layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', ...layer }],
    };
    this.manifest = Buffer.from(JSON.stringify(manifest));
    this.add(this.manifest);
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get reference(): string {
    return `${this.host}/thing:1`;
  }

  async serve(mode: RegistryMode): Promise<void> {
    this.mode = mode;
    const { server } = this;
    if (mode !== 'away' && !server) {
      this.server = createServer((request, response) => this.answer(request, response));
      await new Promise<void>((resolve) => this.server!.listen(this.port, '127.0.0.1', resolve));
    }
    if (mode === 'away' && server) {
      this.server = undefined;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  private add(content: Buffer): { digest: string; size: number } {
    this.blobs.set(digest(content), content);
    return { digest: digest(content), size: content.length };
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.mode === 'stalled') return;
    const login = `Basic ${Buffer.from(`${this.username}:${this.password}`).toString('base64')}`;
    if (this.mode === 'login' && request.headers.authorization !== login) {
      response.setHeader('WWW-Authenticate', 'Basic realm="test"');
      return refuse(response, 401, 'UNAUTHORIZED', 'authentication required');
    }
    const [, kind, name] = /^\/v2\/thing\/(manifests|blobs)\/(.+)$/.exec(request.url ?? '') ?? [];
    if (kind === undefined) return void response.end('{}');
    const content = name === '1' ? this.manifest : this.blobs.get(name!);
    if (!content) return refuse(response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown');
    if (kind === 'manifests') response.setHeader('Content-Type', MANIFEST);
    response.setHeader('Docker-Content-Digest', digest(content));
    response.setHeader('Content-Length', content.length);
    response.end(request.method === 'HEAD' ? undefined : content);
  }
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ errors: [{ code, message }] }));
}
