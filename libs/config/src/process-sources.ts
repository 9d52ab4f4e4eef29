import { readFileSync } from 'node:fs';
import type { ConfSources } from './conf-file';

/** This process's environment and files: the one place that reads `process.env`. */
export const processSources = (): ConfSources => ({
  env: process.env,
  readFile: (path) => readFileSync(path, 'utf8'),
});
