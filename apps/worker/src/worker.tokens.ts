/** What was on the host's disk when the worker started: `HostData` or undefined. */
export const HOST_DATA = Symbol('HOST_DATA');
