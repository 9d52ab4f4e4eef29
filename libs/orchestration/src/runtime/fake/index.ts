export { VirtualClock, systemClock, type Clock } from './clock';
export { FakeRegistry } from './fake-registry';
export { FakeRuntime, type FakeRuntimeOptions } from './fake-runtime';
export type { Program } from './program';
