/** What the api needs to know; the program reads it from its configuration. Also its own injection token. */
export class ApiOptions {
  installation!: string;
  basicAuthUser!: string;
  basicAuthPassword!: string;
  /** Absent: no token is accepted. */
  authToken?: string;
  /** Seconds between the small reports of a host; one not heard for three of them is silent. */
  reportIntervalSeconds!: number;
  /** Seconds between two rounds of telling digests, about. */
  digestIntervalSeconds!: number;
}

/** Silent are hosts that were last heard before this. */
export const silentBefore = (options: ApiOptions, now: Date = new Date()): Date =>
  new Date(now.getTime() - 3 * options.reportIntervalSeconds * 1000);
