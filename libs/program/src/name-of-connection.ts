import { hostname } from 'node:os';
import type { Program } from '@nebula/config';

/** As what this process is seen at the broker, by a person who looks for it. */
export const nameOfConnection = (program: Program, installation: string): string =>
  `nebula ${program} of ${installation} on ${hostname()}, process ${process.pid}`;
