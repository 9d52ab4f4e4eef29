import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedBuild, sayPath } from './cached-build.mjs';
import { hasCommand, lastLines, run } from './command.mjs';
import { installDebianPackages, isDebianLike, isRoot } from './debian.mjs';
import { Refusal } from './refusal.mjs';
import { root } from './root.mjs';

const source = join(root, 'test', 'services', 'quick-database');
const tools = { javac: 'openjdk-17-jdk-headless', mvn: 'maven' };

/** Builds the database server of the simulated fleet, unless it is built. Resolves to its class path. */
export async function buildQuickDatabase(say) {
  const files = ['QuickDatabase.java', 'pom.xml'];
  const folder = await cachedBuild({ name: 'quick-database', source, files, compile }, say);
  return `${join(folder, 'classes')}:${join(folder, 'jars')}/*`;
}

async function compile(folder, say) {
  await installTools(say);
  say('fetching and compiling mongo-java-server');
  const jars = join(folder, 'jars');
  // Maven writes beside the file that it reads.
  const pom = join(folder, 'pom.xml');
  await writeFile(pom, await readFile(join(source, 'pom.xml')));
  await tool('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`]);
  const classes = join(folder, 'classes');
  await tool('javac', ['--release', '17', '-cp', `${jars}/*`, '-d', classes, join(source, 'QuickDatabase.java')]);
  await rm(pom);
}

async function installTools(say) {
  const missing = Object.keys(tools).filter((command) => !hasCommand(command));
  if (missing.length === 0) return;
  const packages = missing.map((command) => tools[command]);
  if (!isRoot() || !(await isDebianLike())) throw new Refusal(`the quick database needs ${packages.join(', ')}`);
  say(`installing ${packages.join(', ')}`);
  await installDebianPackages(packages);
}

async function tool(command, args) {
  const { code, output } = await run(command, args);
  if (code !== 0) throw new Refusal(`${command} failed:\n${lastLines(output)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await sayPath('quick-database', buildQuickDatabase);
