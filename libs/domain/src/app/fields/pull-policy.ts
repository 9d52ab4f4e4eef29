export const PULL_POLICIES = ['always', 'ifMissing', 'never'] as const;
export type PullPolicy = (typeof PULL_POLICIES)[number];
