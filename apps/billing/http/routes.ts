import { type FastifyInstance } from 'fastify';

/** The routes that the router has, as it tells of them: what methods a path takes that was asked for by another. */
export class Routes {
  private readonly patterns: { readonly method: string; readonly pattern: RegExp }[] = [];

  /** @param fastify before its routes are added */
  constructor(fastify: FastifyInstance) {
    fastify.addHook('onRoute', ({ method, url }) => {
      const parts = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/\./g, '\\.')));
      const pattern = new RegExp(`^${parts.join('/')}$`);
      for (const each of [method].flat()) this.patterns.push({ method: each, pattern });
    });
  }

  /** The methods that a path has; none when there is nothing at it. */
  methodsOf(path: string): string[] {
    const methods = this.patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return [...new Set(methods)].sort();
  }
}
