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

  /** Whether this replica answers requests: 503 when it ends. For load balancers: it says nothing of store and bus */
  @Get('serving')
  @Probes(Health, 503)
  getServing(): Health {
    this.health.serving();
    return { status: 'up' };
  }

  /** Whether changes can be accepted durably, and go out at once; if not, what is away */
  @Get('ready')
  @Probes(Health, 503)
  async getReadiness(): Promise<Health> {
    await this.health.ready();
    return { status: 'up' };
  }
}
