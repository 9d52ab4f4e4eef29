export { HostWorker } from './host-worker';
export * from './host-id';
export * from './worker-options';
export * from './worker.module';
export * from './worker-settings';
