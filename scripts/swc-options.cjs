// The one set of compiler options, shared by the build and by the tests.
const path = require('node:path');

const root = path.join(__dirname, '..');

module.exports = {
  swcrc: false,
  sourceMaps: 'inline',
  module: { type: 'commonjs' },
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
    externalHelpers: true,
    baseUrl: root,
    paths: { '@seatledger/*': ['./libs/*/index.ts'] },
  },
};
