import './listen-for-signals';
import './compile-cache';

export { makeDataFolder } from './data-folder';
export { QuietLogger } from './quiet-logger';
export { type Explain, type Running, runProgram } from './run-program';
export { productVersion } from './version';
export { Heartbeat } from './heartbeat';
export { nameOfConnection } from './name-of-connection';
