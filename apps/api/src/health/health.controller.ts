import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Probes } from '../openapi/operations';
import { Health } from './health.dto';
import { HealthService } from './health.service';

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  /** Whether the program lives */
  @Get('live')
  @Probes(Health)
  getLiveness(): Health {
    return { status: 'up' };
  }

  /** Whether changes can be accepted durably */
  @Get('ready')
  @Probes(Health, 503)
  async getReadiness(): Promise<Health> {
    await this.health.ready();
    return { status: 'up' };
  }
}
