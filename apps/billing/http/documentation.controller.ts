import { createHash } from 'node:crypto';

import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { type FastifyReply } from 'fastify';

import { openApiDocument } from './openapi/document';
import { docsPage, STYLE } from './openapi/page';
import { operationsOf } from './operation';
import { type JsonObject } from './openapi/schema';

const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'`;

/** The API's description, for programs and for people; public. */
@Controller()
export class DocumentationController {
  private document: JsonObject | undefined;
  private printed = { json: '', page: '' };

  constructor(@Inject(ModulesContainer) private readonly modules: ModulesContainer) {}

  @Get('openapi.json')
  openapi(@Res({ passthrough: true }) reply: FastifyReply) {
    this.print();
    void reply.type('application/json; charset=utf-8').header('cache-control', 'public, max-age=300');
    return this.printed.json;
  }

  /** Made here as a whole: no scripts, nothing from elsewhere. */
  @Get('docs')
  docs(@Res({ passthrough: true }) reply: FastifyReply) {
    this.print();
    void reply.type('text/html; charset=utf-8').header('content-security-policy', PAGE_POLICY);
    return this.printed.page;
  }

  /** The routes are known only when all of the application is made. */
  private print(): void {
    if (this.document !== undefined) return;
    this.document = openApiDocument(operationsOf(this.modules), '1.0.0');
    this.printed = { json: JSON.stringify(this.document), page: docsPage(this.document) };
  }
}
