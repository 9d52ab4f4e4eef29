export * from './history';
export * from './plan';
export * from './planner';
