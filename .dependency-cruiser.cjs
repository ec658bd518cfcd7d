// Who may import whom: the table of docs/architecture.md, checked by `npm run lint`.
const library = (name) => `^libs/${name}/`;
const onlyFrom = (name, allowed) => ({
  name: `${name}-imports`,
  comment: `libs/${name} may import only: ${['itself', ...allowed].join(', ')}`,
  severity: 'error',
  from: { path: library(name), pathNot: '\\.spec\\.ts$|/testing/' },
  to: { path: '^(libs|apps|test|bench)/', pathNot: [name, ...allowed].map(library) },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^node:sqlite$' } },
    {
      name: 'no-dev-dependency-in-product',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '\\.(spec|contract)\\.ts$|/testing/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: '@types/' },
    },
    {
      name: 'domain-is-pure',
      comment: 'The domain knows no framework, no clock and no I/O; of Node only the hash function.',
      severity: 'error',
      from: { path: library('domain'), pathNot: '\\.spec\\.ts$' },
      to: {
        dependencyTypesNot: ['local', 'aliased', 'aliased-tsconfig', 'aliased-tsconfig-paths'],
        pathNot: ['^node_modules/(luxon|decimal\\.js|@types/luxon)/', '^(node:)?crypto$'],
      },
    },
    {
      name: 'libraries-are-imported-by-their-index',
      comment: 'Another library is imported by its index, never by a file inside it.',
      severity: 'error',
      from: { path: '^(apps|test|bench|libs/([^/]+))/' },
      to: { path: '^libs/([^/]+)/', pathNot: ['^libs/[^/]+/(index|testing)\\.ts$', '^libs/$2/'] },
    },
    onlyFrom('domain', []),
    onlyFrom('threads', []),
    onlyFrom('sqlite', ['threads']),
    onlyFrom('mongodb', []),
    onlyFrom('pdf', ['threads']),
    onlyFrom('client', []),
    onlyFrom('event-store', ['domain', 'sqlite']),
    onlyFrom('read-store', ['sqlite', 'mongodb']),
    onlyFrom('blob-store', ['mongodb']),
    onlyFrom('private-files', []),
    onlyFrom('signing', ['private-files']),
    onlyFrom('personal-data', ['mongodb', 'sqlite', 'private-files']),
    onlyFrom('command-handling', ['domain', 'event-store', 'personal-data', 'sqlite']),
    onlyFrom('projections', ['domain', 'event-store', 'personal-data', 'read-store']),
    onlyFrom('work-queue', ['read-store']),
    onlyFrom('e-invoice', ['domain', 'threads']),
    onlyFrom('exports', ['domain', 'threads']),
    onlyFrom('invoice-documents', ['domain', 'e-invoice', 'pdf']),
    onlyFrom('month-end', [
      'domain',
      'event-store',
      'read-store',
      'blob-store',
      'work-queue',
      'e-invoice',
      'invoice-documents',
    ]),
    onlyFrom('configuration', ['domain', 'event-store', 'personal-data', 'e-invoice', 'exports', 'signing']),
    onlyFrom('audit', ['domain', 'event-store', 'read-store', 'blob-store']),
    {
      name: 'libs-know-no-app',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(apps|test|bench)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
