import { ReadModels } from '../infrastructure/projections.module';
import { EventStore } from '@seatledger/event-store';
import { notFound } from '@seatledger/domain';
import { type ReadModelStatus } from '@seatledger/projections';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';

import { Roles } from './auth';
import { RebuildBody } from './schemas';
import { validated } from './validation';

/** The read models, for those who run the service: how far they are, and their rebuild. */
@Controller('v1/projections')
@Roles('scheduler')
export class ProjectionsController {
  constructor(
    private readonly eventStore: EventStore,
    private readonly runners: ReadModels,
  ) {}

  @Get()
  async projections() {
    const head = await this.eventStore.storage.head();
    return { items: this.runners.all.map((runner) => view(runner.status(), head)) };
  }

  /** Begins a rebuild, or goes on with one that was begun; the list of projections tells how it fares. */
  @Post(':projection/rebuild')
  @HttpCode(202)
  async rebuild(@Param('projection') name: string, @Body() body: unknown) {
    const { acceptDifferences = false } = validated(RebuildBody, body ?? {});
    const runner = this.runners.all.find(({ projection }) => projection.name === name);
    if (runner === undefined) throw notFound('unknown-projection', 'There is no such projection.');
    await runner.rebuild({ acceptDifferences });
    return view(runner.status(), await this.eventStore.storage.head());
  }
}

function view({ projection, state, version, checkpoint, rebuild }: ReadModelStatus, head: number) {
  if (rebuild === undefined) return { projection, state, version, checkpoint, head };
  const { milliseconds, reason, ...progress } = rebuild;
  return {
    projection,
    state,
    version,
    checkpoint,
    head,
    rebuild: { ...progress, milliseconds: Math.round(milliseconds), ...(reason === undefined ? {} : { reason }) },
  };
}
