export * from './mongo-app-store';
export * from './mongo-database';
export * from './mongo-group-store';
export * from './mongo-host-store';
export * from './mongo-store-identity';
