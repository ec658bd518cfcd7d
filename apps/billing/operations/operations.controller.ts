import { Controller, Get, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';

import { Route } from '../http/route.decorator';
import { text } from '../http/schema';
import { Metrics } from '../infrastructure/metrics';
import { CheckReadiness } from './queries';
import { Live, Ready } from './schemas';

/** For those who run the service; public, and without business data. */
@Controller()
@ApiTags('Operations')
export class OperationsController {
  constructor(
    private readonly metricsOf: Metrics,
    private readonly queries: QueryBus,
  ) {}

  @Route({ summary: 'The process runs', response: Live })
  @Get('health/live')
  isLive() {
    return { status: 'ok' };
  }

  @Route({
    summary: 'The service can do its work',
    more: '503 with the same body when it cannot.',
    response: Ready,
    otherStatus: [503, 'The service cannot do its work'],
  })
  @Get('health/ready')
  async isReady(@Res({ passthrough: true }) reply: FastifyReply) {
    const { isReady, checks } = await this.queries.execute(new CheckReadiness());
    void reply.status(isReady ? 200 : 503);
    return { status: isReady ? 'ok' : 'not-ready', checks };
  }

  @Route({ summary: 'Figures for Prometheus', response: { 'text/plain': text } })
  @Get('metrics')
  metrics(@Res({ passthrough: true }) reply: FastifyReply) {
    const { registry } = this.metricsOf;
    void reply.type(registry.contentType);
    return registry.metrics();
  }
}
