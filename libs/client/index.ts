/** The TypeScript client of the HTTP API; its types are generated from /openapi.json. */
export type { components, paths } from './api';
export * from './client';
export { example } from './example';
