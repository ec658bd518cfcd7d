require('../../scripts/load-sources.cjs');
