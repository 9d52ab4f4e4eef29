export * from './desired-store';
export * from './host-store';
export * from './in-turn';
export * from './store.module';
export type { MongoOptions } from './mongo/mongo-options';
