export * from './history';
export * from './ours';
export * from './plan';
export * from './planner';
