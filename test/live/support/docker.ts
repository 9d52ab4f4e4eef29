import { spawn } from 'node:child_process';
import type Dockerode from 'dockerode';

/** A container as `docker ps` lists it; the names of the fields are Docker's. */
export interface DockerPsRow {
  ID: string;
  Names: string;
  Image: string;
  State: string;
  Status: string;
  Ports: string;
  Labels: string;
}

export interface DockerRun {
  /** Sent to the command's standard input. */
  input?: string | Buffer;
  /** Milliseconds; default one minute. */
  within?: number;
}

/**
 * Docker's own command line against one Engine: what a person would see there, independent of the code under test.
 * `host` is as in DOCKER_HOST, `configFolder` where logins are, never the user's own.
 */
export class Docker {
  constructor(
    readonly host: string = process.env.DOCKER_HOST || 'unix:///var/run/docker.sock',
    private readonly configFolder?: string,
  ) {}

  /** The same Engine with the logins that a folder holds. */
  withLogins(configFolder: string): Docker {
    return new Docker(this.host, configFolder);
  }

  /** Runs `docker …args`; resolves to its trimmed output, rejects with what it said on its error output. */
  run(args: string[], { input, within = 60_000 }: DockerRun = {}): Promise<string> {
    const config = this.configFolder ? ['--config', this.configFolder] : [];
    return new Promise((done, fail) => {
      const child = spawn('docker', [...config, '--host', this.host, ...args], { timeout: within });
      let output = '';
      let problems = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (problems += text));
      child.on('error', fail).on('close', (code, signal) => {
        if (code === 0) done(output.trim());
        else fail(new Error(`docker ${args.join(' ')}: ${signal ?? ''}${problems.trim()}`));
      });
      // A command that does not read its input is no failure of the test.
      child.stdin.on('error', () => undefined).end(input);
    });
  }

  /** What `docker inspect` says of one container; rejects when there is none. */
  async inspect(container: string): Promise<Dockerode.ContainerInspectInfo> {
    const [found] = JSON.parse(await this.run(['inspect', '--type', 'container', container]));
    return found;
  }

  /** Every container, stopped ones too, that fits the filters, such as `label=app_name=web`. */
  async ps(...filters: string[]): Promise<DockerPsRow[]> {
    const args = filters.flatMap((filter) => ['--filter', filter]);
    const lines = await this.run(['ps', '--all', '--no-trunc', '--format', '{{json .}}', ...args]);
    return lines === '' ? [] : lines.split('\n').map((line) => JSON.parse(line));
  }

  /** Removes the containers that fit the filters, with their anonymous volumes. */
  async removeAll(...filters: string[]): Promise<void> {
    const ids = (await this.ps(...filters)).map((row) => row.ID);
    if (ids.length > 0) await this.run(['rm', '--force', '--volumes', ...ids]);
  }
}
