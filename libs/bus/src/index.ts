export * from './control-bus';
export * from './host-bus';
export * from './topics';
export * from './messages';
