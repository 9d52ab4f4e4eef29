/**
 * What each program imports first. The kernel keeps signals from a container's first process that it does not listen for,
 * and loading a program takes half a second; one that comes meanwhile is heard when that is done.
 */
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);
