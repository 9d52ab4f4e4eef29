/**
 * What a message may have at the most. Wider than what this version itself sends: a neighbour may be newer, and a message
 * refused for a few characters too many would leave a host behind for good.
 */
export const MESSAGE_LIMITS = {
  /** Levels of objects and lists, the envelope's included. */
  depth: 64,
  /** Characters of JSON, about. */
  message: 64 * 1024 * 1024,
  report: 16 * 1024 * 1024,
  appSpec: 1024 * 1024,
  /** Characters. */
  name: 255,
  word: 64,
  text: 4096,
  log: 16 * 1024,
  /** Entries. */
  namesOfList: 100_000,
  appsOfGroup: 10_000,
  apps: 100_000,
  containersOfApp: 10_000,
  ports: 70_000,
  problems: 100,
  warnings: 100,
} as const;
