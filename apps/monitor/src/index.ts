export * from './monitor-options';
export * from './monitor.module';
