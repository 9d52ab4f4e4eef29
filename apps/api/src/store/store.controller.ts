import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Decides, ShowsOwn } from '../openapi/operations';
import { StoreView } from './store.dto';
import { StoreService } from './store.service';

@ApiTags('store')
@Controller('api/v3/store')
export class StoreController {
  constructor(private readonly store: StoreService) {}

  /** Show whether the installation follows this api's store */
  @Get()
  @ShowsOwn(StoreView)
  getStore(): Promise<StoreView> {
    return this.store.get();
  }

  /** Make this store's word the newest: hosts take all of it, and remove what it does not list */
  @Post('take-over')
  @HttpCode(202)
  @Decides(StoreView)
  takeOver(): Promise<StoreView> {
    return this.store.takeOver();
  }
}
