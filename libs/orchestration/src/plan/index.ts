export { portKey } from './engine-view';
export * from './history';
export * from './plan';
export * from './planner';
