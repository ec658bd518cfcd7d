import { Controller, Get, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';

import { Body, Path } from '../http/params.decorator';
import { Route } from '../http/route.decorator';
import { ListProjections, RebuildProjection } from './queries';
import { Projection, ProjectionPath, Projections, RebuildBody } from './schemas';

/** The read models, for those who run the service: how far they are, and their rebuild. */
@Controller('v1/projections')
@ApiTags('Operations')
export class ProjectionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Route({ roles: ['scheduler'], summary: 'The read models and their rebuilds', response: Projections })
  @Get()
  projections() {
    return this.queries.execute(new ListProjections());
  }

  @Route({
    roles: ['scheduler'],
    summary: 'Rebuild a read model beside the one in use',
    more: 'Answered when it has begun, or was under way; compared with what it replaces before it is switched to.',
    status: 202,
    response: Projection,
    problems: ['unknown-projection'],
    example: { acceptDifferences: false },
  })
  @Post(':projection/rebuild')
  rebuild(@Path(ProjectionPath) { projection }: ProjectionPath, @Body(RebuildBody) body: RebuildBody) {
    return this.commands.execute(new RebuildProjection(projection, body.acceptDifferences === true));
  }
}
