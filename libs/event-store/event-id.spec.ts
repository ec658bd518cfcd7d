import { v5 } from 'uuid';

import { commandIdOf, eventId } from './event-id';

describe('ids of events and commands', () => {
  const namespace = v5('urn:seatledger:event', v5.URL);

  it('are the UUIDv5 that the library makes', () => {
    for (let index = 0; index < 64; index += 1) {
      expect(eventId('command', index, 'ab'.repeat(32))).toBe(v5(`command/${index}/${'ab'.repeat(32)}`, namespace));
    }
    expect(commandIdOf('workspace-acme', 'order 7 / "ü"')).toBe(v5('workspace-acme order 7 / "ü"', namespace));
  });
});
