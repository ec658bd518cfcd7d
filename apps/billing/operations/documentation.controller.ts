import { createHash } from 'node:crypto';

import { Controller, Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Type } from '@sinclair/typebox';
import { type FastifyReply } from 'fastify';

import { docsPage, STYLE } from '../http/openapi/page';
import { Route } from '../http/route.decorator';
import { text } from '../http/schema';
import { ApiDescription } from './api-description';

const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'`;

/** The API's description, for programs and for people; public. */
@Controller()
@ApiTags('Operations')
export class DocumentationController {
  constructor(private readonly description: ApiDescription) {}

  @Route({
    summary: 'This description',
    response: Type.Object({ openapi: text }, { additionalProperties: true }),
  })
  @Get('openapi.json')
  openapi(@Res({ passthrough: true }) reply: FastifyReply) {
    void reply.type('application/json; charset=utf-8').header('cache-control', 'public, max-age=300');
    return this.description.json;
  }

  /** Made here as a whole: no scripts, nothing from elsewhere. */
  @Route({ summary: 'This description as a page', response: { 'text/html': text } })
  @Get('docs')
  docs(@Res({ passthrough: true }) reply: FastifyReply) {
    void reply.type('text/html; charset=utf-8').header('content-security-policy', PAGE_POLICY);
    return docsPage(this.description.document);
  }
}
