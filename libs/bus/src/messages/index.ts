export * from './checks';
export * from './envelope';
export * from './limits';
export * from './refusal';
