import { connect } from 'amqplib';
import { createConnection } from 'mongoose';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../live/support/eventually';
import { BrokerAdmin } from './broker-admin';
import { repository } from './repository';

describe('what all live tests share', () => {
  test('is a broker, whose administrator the tests are', async () => {
    const connection = await connect(process.env.NEBULA_TEST_RABBIT!);
    await connection.close();
    const admin = new BrokerAdmin(process.env.NEBULA_TEST_RABBIT_ADMIN!);
    await admin.putVhost('shared spec', new URL(process.env.NEBULA_TEST_RABBIT!).username);
    await admin.deleteVhost('shared spec');
  });

  test('is a database', async () => {
    const connection = createConnection(process.env.NEBULA_TEST_MONGO!, { dbName: 'nebula_shared_spec' });
    await connection.asPromise();
    await expect(connection.db!.command({ ping: 1 })).resolves.toMatchObject({ ok: 1 });
    await connection.close();
  });
});

test('nothing of them stays when the test run is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nebula-shared-'));
  const { NEBULA_TEST_RABBIT, NEBULA_TEST_RABBIT_ADMIN, NEBULA_TEST_MONGO, MONGO_URL, ...env } = process.env;
  const args = ['node_modules/jest/bin/jest.js', '--selectProjects', 'live', '--', 'test/live/support/keeper'];
  const jest = spawn(process.execPath, args, { cwd: repository, env: { ...env, TMPDIR: folder }, stdio: 'ignore' });
  const made = async () => (await readdir(folder)).filter((name) => /^nebula-(broker|database)-/.test(name));
  const ended = once(jest, 'exit');
  await eventually(async () => (await made()).length === 2);
  jest.kill('SIGKILL');
  await ended;
  await eventually(async () => (await made()).length === 0);
  await rm(folder, { recursive: true });
}, 30_000);
