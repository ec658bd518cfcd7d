// The first thing that runs, also on a Node that cannot read the other files: nothing here is newer than ES5.
'use strict';

/** Lowest minor version of each major one that is tested; later ones than the last are not refused. */
var LOWEST = { 20: 19, 22: 12, 24: 0, 26: 0 };

function isSupported(asked) {
  var parts = asked.split('.');
  var major = Number(parts[0]);
  if (major > 26) return true;
  return Object.prototype.hasOwnProperty.call(LOWEST, major) && Number(parts[1]) >= LOWEST[major];
}

var version = process.versions.node;
var needed = 'Node 24 (recommended), 26, 22.12 or newer, or 20.19 or newer';
if (!isSupported(version)) {
  process.stderr.write('Seatledger needs ' + needed + '; this is Node ' + version + '.\n');
  process.exit(1);
}
