export * from './container-runtime';
export * from './observed';
export * from './runtime-error';
