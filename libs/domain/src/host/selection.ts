/** What a host runs, by its own configuration: `APP_NAME=*`, `APP_NAME=a,b`, `DEVICE_GROUP=g`, or a list and a group. */
export interface Selection {
  all: boolean;
  names: string[];
  group?: string;
}
