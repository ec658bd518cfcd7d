/**
 * The framework's ceiling: the route of a command with the same body, answered without any work.
 * Runs as a process of its own, as the service does; prints its address.
 */
import 'reflect-metadata';

import { Body, Controller, HttpCode, Module, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

@Controller('v1/workspaces')
class TeamsController {
  @Post(':workspaceId/teams')
  @HttpCode(200)
  createTeam(@Param('workspaceId') workspaceId: string, @Body() _body: unknown) {
    return { workspaceId, revision: 1, changed: true };
  }
}

@Module({ controllers: [TeamsController] })
class CeilingModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(CeilingModule, new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  process.stdout.write(`listens on ${await app.getUrl()}\n`);
  process.once('SIGTERM', () => process.exit(0));
}

void main();
