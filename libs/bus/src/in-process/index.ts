export type { Chaos } from './chaos';
export * from './in-process-bus';
export * from './in-process-control-bus';
export * from './in-process-host-bus';
