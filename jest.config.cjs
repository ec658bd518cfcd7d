const { swcrc: _unused, sourceMaps: _unusedMaps, ...swc } = require('./scripts/swc-options.cjs');

/** @type {import('jest').Config} */
module.exports = {
  roots: ['<rootDir>/libs', '<rootDir>/apps', '<rootDir>/test'],
  testRegex: '\\.spec\\.ts$',
  transform: { '\\.ts$': ['@swc/jest', { ...swc, swcrc: false, sourceMaps: 'inline' }] },
  moduleNameMapper: { '^@seatledger/(.*)$': '<rootDir>/libs/$1/index.ts' },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  testEnvironment: 'node',
  // Tests wait for processes and disks more than they compute.
  maxWorkers: 2,
  // Only for what hangs: no test may depend on how fast its machine is.
  testTimeout: 30 * 60_000,
};
