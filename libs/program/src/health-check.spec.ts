import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { whatAils } from './health-check';
import { Heartbeat } from './heartbeat';

describe("a program's health check", () => {
  let folder: string;
  let file: string;
  let heartbeat: Heartbeat | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nebula-health-'));
    file = join(folder, 'health');
  });
  afterEach(() => {
    heartbeat?.end();
    rmSync(folder, { recursive: true });
  });

  it('finds nothing while the program writes its file, and something before and after', async () => {
    expect(await whatAils(file)).toMatch(/ENOENT/);
    heartbeat = new Heartbeat(file);
    expect(await whatAils(file)).toBeUndefined();
    heartbeat.end();
    expect(await whatAils(file)).toMatch(/ENOENT/);
  });

  it('finds a file that was not written for long, and one that nobody can read', async () => {
    heartbeat = new Heartbeat(file);
    const before = Date.now() / 1000 - 60;
    utimesSync(file, before, before);
    expect(await whatAils(file)).toBe('nothing was done for 60 s');
    writeFileSync(file, '{"url"');
    expect(await whatAils(file)).toMatch(/JSON/);
  });

  it('asks the program itself where it says that it listens', async () => {
    let status = 200;
    const server: Server = createServer(({ url }, answer) =>
      answer.writeHead(url === '/health/live' ? status : 404).end(),
    );
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      heartbeat = new Heartbeat(file, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
      expect(await whatAils(file)).toBeUndefined();
      status = 500;
      expect(await whatAils(file)).toBe('it answers 500');
    } finally {
      await new Promise((done) => server.close(done));
    }
    expect(await whatAils(file)).toBeDefined();
  });

  it('is told once, and no reason to end, when the file cannot be written', () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    jest.useFakeTimers();
    try {
      heartbeat = new Heartbeat(join(folder, 'none', 'health'));
      jest.advanceTimersByTime(20_000);
      expect(warn).toHaveBeenCalledTimes(1);
    } finally {
      jest.useRealTimers();
    }
  });
});
