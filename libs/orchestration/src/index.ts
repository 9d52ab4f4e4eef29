export * from './desired/baseline';
export * from './desired/desired-state';
export * from './plan';
export * from './reconcile';
export * from './runtime';
