/** What a server tells when it is ready. */
export interface Listening {
  url: string;
}
