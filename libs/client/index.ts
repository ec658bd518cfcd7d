/** The TypeScript client of the HTTP API; its types are generated from /openapi.json. */
export * from './client';
export { example } from './example';
export type { components, paths } from './api';
