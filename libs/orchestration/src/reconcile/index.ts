export { awayReports } from './app-reports';
export * from './clock';
export * from './engine-mark';
export * from './executor';
export * from './host-file';
export * from './memory';
export * from './observer';
export * from './reconciler';
