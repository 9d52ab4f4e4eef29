import { StoreModule } from '@nebula/store';
import type { DynamicModule } from '@nestjs/common';

/** Where a store is: in a folder (embedded), or at the address of a server that speaks MongoDB's protocol. */
export type StorePlace = { folder: string } | { url: string; database: string };

export const storeAt = (place: StorePlace): DynamicModule =>
  'folder' in place ? StoreModule.sqlite(place.folder) : StoreModule.mongo(place);
