export { all, Fleet, group, names, NEVER_MS } from './fleet';
export { everyKind, furnish } from './furnish';
export { scenario } from './scenario';
export { eventually, eventuallyTrue, throughout } from './time';
