export * from './desired-store';
export * from './host-store';
