export * from './rabbit-control-bus';
export * from './rabbit-host-bus';
export type { RabbitOptions } from './rabbit-options';
