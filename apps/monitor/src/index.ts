export * from './monitor-options';
export * from './monitor.module';
export * from './monitor-settings';
