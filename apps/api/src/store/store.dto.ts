/** The store of this api, and whether the installation follows it. */
export class StoreView {
  /** Of this api's store; every message carries it. @example '0b9f2c7e' */
  identity!: string;
  /**
   * Whether hosts follow this store. `other`: they follow another one; changes get 503 until the api is started on that
   * store, or this one takes over. `unknown`: the broker is away.
   * @example 'yes'
   */
  followed!: 'yes' | 'other' | 'unknown';
  /** Of the store that is followed instead. @example '5ce1d0aa' */
  holder?: string;
}
