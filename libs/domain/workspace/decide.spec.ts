import {
  berlin,
  encryptedDataOf,
  memberAdded,
  memberErased,
  memberPlaced,
  memberRemoved,
  memberWithdrawn,
  started,
  teamArchived,
  teamCreated,
  teamRenamed,
  teamRestored,
} from '../testing/facts';
import { given, NOW } from '../testing/given';
import { type WorkspaceCommand } from './commands';
import { FUTURE_TOLERANCE_MS } from './decide';
import { type WorkspaceEvent } from './events';

const T1 = berlin('2026-02-01 00:00');
const T2 = berlin('2026-03-01 00:00');
const T3 = berlin('2026-04-01 00:00');
const T4 = berlin('2026-05-01 00:00');

/** A started workspace with these facts. */
const workspace = (...events: WorkspaceEvent[]): ReturnType<typeof given> => given([started(), ...events]);

describe('StartWorkspace', () => {
  const start = { type: 'StartWorkspace', workspaceId: 'W', name: 'Acme' } as const;

  it('starts now', () => {
    given([]).when(start, { now: T1 }).then(started(T1));
  });
  it('starts at a time in the past', () => {
    given([])
      .when({ ...start, startedAt: T1 })
      .then(started(T1));
  });
  it('keeps the start apart from when the fact took effect', () => {
    given([])
      .when({ ...start, startedAt: T1, occurredAt: T2 })
      .then({ ...started(T1), occurredAt: T2 });
  });
  it('changes nothing when asked again with the same data', () => {
    given([started(T1)])
      .when({ ...start, startedAt: T1 })
      .thenNothing();
    given([started(T1)])
      .when(start)
      .thenNothing();
  });
  it('is refused with another name or start', () => {
    given([started(T1)])
      .when({ ...start, name: 'Other' })
      .thenRefused('workspace-exists');
    given([started(T1)])
      .when({ ...start, startedAt: T2 })
      .thenRefused('workspace-exists');
  });
  it('is refused when the start lies in the future', () => {
    given([])
      .when({ ...start, startedAt: NOW + FUTURE_TOLERANCE_MS + 1 })
      .thenRefused('occurred-in-future');
    given([])
      .when({ ...start, occurredAt: NOW, startedAt: NOW + FUTURE_TOLERANCE_MS + 1 })
      .thenRefused('occurred-in-future');
  });
});

describe('every other command', () => {
  const commands: WorkspaceCommand[] = [
    { type: 'CreateTeam', teamId: 'A', name: 'A' },
    { type: 'RenameTeam', teamId: 'A', name: 'A' },
    { type: 'ArchiveTeam', teamId: 'A' },
    { type: 'RestoreTeam', teamId: 'A' },
    { type: 'AddMember', memberId: 'M', name: 'n', email: 'e' },
    { type: 'UpdateMember', memberId: 'M' },
    { type: 'RemoveMember', memberId: 'M' },
    { type: 'EraseMember', memberId: 'M' },
    { type: 'PlaceMember', teamId: 'A', memberId: 'M' },
    { type: 'WithdrawMember', teamId: 'A', memberId: 'M' },
    { type: 'RemoveInactiveMembers' },
  ];
  it.each(commands)('$type needs a workspace', (command) => {
    given([]).when(command).thenRefused('unknown-workspace');
  });
  it.each(commands)('$type may lie five minutes in the future and no more', (command) => {
    const late = { ...command, occurredAt: NOW + FUTURE_TOLERANCE_MS + 1 };
    workspace().when(late).thenRefused('occurred-in-future');
  });
  it('takes effect up to five minutes in the future', () => {
    const at = NOW + FUTURE_TOLERANCE_MS;
    workspace().when({ type: 'CreateTeam', teamId: 'A', name: 'Team A', occurredAt: at }).then(teamCreated('A', at));
  });
  it.each(commands.filter((command) => 'teamId' in command && command.type !== 'CreateTeam'))(
    '$type needs a known team',
    (command) => workspace(memberAdded('M', T1)).when(command).thenRefused('unknown-team'),
  );
  it.each(commands.filter((command) => 'memberId' in command && command.type !== 'AddMember'))(
    '$type needs a known member',
    (command) => workspace(teamCreated('A', T1)).when(command).thenRefused('unknown-member'),
  );
});

describe('CreateTeam', () => {
  const create = { type: 'CreateTeam', teamId: 'A', name: 'Team A' } as const;

  it('creates a team', () => {
    workspace()
      .when({ ...create, occurredAt: T1 })
      .then(teamCreated('A', T1));
  });
  it('changes nothing when the team is there', () => {
    workspace(teamCreated('A', T1)).when(create).thenNothing();
  });
  it('is refused under another name', () => {
    workspace(teamCreated('A', T1))
      .when({ ...create, name: 'B' })
      .thenRefused('team-exists');
  });
  it('is refused before a recorded fact', () => {
    workspace(teamCreated('A', T2))
      .when({ ...create, occurredAt: T1 })
      .thenRefused('out-of-order');
  });
});

describe('RenameTeam', () => {
  const rename = { type: 'RenameTeam', teamId: 'A', name: 'New', occurredAt: T2 } as const;

  it('renames, also an archived team', () => {
    workspace(teamCreated('A', T1))
      .when(rename)
      .then(teamRenamed('A', T2, 'New'));
    workspace(teamCreated('A', T1), teamArchived('A', T1))
      .when(rename)
      .then(teamRenamed('A', T2, 'New'));
  });
  it('changes nothing under the same name', () => {
    workspace(teamCreated('A', T1, 'New'))
      .when(rename)
      .thenNothing();
  });
  it('is refused before a recorded fact', () => {
    workspace(teamCreated('A', T1), teamArchived('A', T3)).when(rename).thenRefused('out-of-order');
  });
});

describe('ArchiveTeam and RestoreTeam', () => {
  const archive = { type: 'ArchiveTeam', teamId: 'A', occurredAt: T2 } as const;
  const restore = { type: 'RestoreTeam', teamId: 'A', occurredAt: T3 } as const;

  it('archives and restores', () => {
    workspace(teamCreated('A', T1)).when(archive).then(teamArchived('A', T2));
    workspace(teamCreated('A', T1), teamArchived('A', T2)).when(restore).then(teamRestored('A', T3));
  });
  it('may happen in the millisecond of the creation', () => {
    workspace(teamCreated('A', T2)).when(archive).then(teamArchived('A', T2));
  });
  it('changes nothing when it is so already', () => {
    workspace(teamCreated('A', T1), teamArchived('A', T1)).when(archive).thenNothing();
    workspace(teamCreated('A', T1)).when(restore).thenNothing();
  });
  it('is refused before a recorded fact', () => {
    workspace(teamCreated('A', T1), teamRenamed('A', T3, 'B'))
      .when(archive)
      .thenRefused('out-of-order');
    workspace(teamCreated('A', T1), teamArchived('A', T4)).when(restore).thenRefused('out-of-order');
  });
  it('does not care about facts of other subjects', () => {
    workspace(teamCreated('A', T1), memberAdded('M', T1), memberPlaced('M', 'A', T4))
      .when(archive)
      .then(teamArchived('A', T2));
  });
});

describe('AddMember', () => {
  const add = { type: 'AddMember', memberId: 'M', ...encryptedDataOf('M'), occurredAt: T2 } as const;

  it('adds without a team', () => {
    workspace().when(add).then(memberAdded('M', T2));
  });
  it('adds and places at the same instant, in each team once', () => {
    workspace(teamCreated('A', T1), teamCreated('B', T1))
      .when({ ...add, teamIds: ['B', 'A', 'B'] })
      .then(memberAdded('M', T2), memberPlaced('M', 'B', T2), memberPlaced('M', 'A', T2));
  });
  it('adds nobody when one team is unknown or archived', () => {
    workspace(teamCreated('A', T1))
      .when({ ...add, teamIds: ['A', 'B'] })
      .thenRefused('unknown-team');
    workspace(teamCreated('A', T1), teamArchived('A', T2))
      .when({ ...add, teamIds: ['A'] })
      .thenRefused('team-archived');
  });
  it('judges a team by what it was at the time of the fact', () => {
    workspace(teamCreated('A', T1), teamArchived('A', T3))
      .when({ ...add, teamIds: ['A'] })
      .then(memberAdded('M', T2), memberPlaced('M', 'A', T2));
    workspace(teamCreated('A', T3))
      .when({ ...add, teamIds: ['A'] })
      .thenRefused('team-archived');
  });
  it('changes nothing when the member is present with the same data', () => {
    workspace(memberAdded('M', T1)).when(add).thenNothing();
  });
  it('places a present member in the teams that are missing', () => {
    workspace(teamCreated('A', T1), teamCreated('B', T1), memberAdded('M', T1), memberPlaced('M', 'A', T1))
      .when({ ...add, teamIds: ['A', 'B'] })
      .then(memberPlaced('M', 'B', T2));
  });
  it('refuses to place a present member before a fact about that membership', () => {
    workspace(teamCreated('A', T1), memberAdded('M', T1), memberPlaced('M', 'A', T1), memberWithdrawn('M', 'A', T3))
      .when({ ...add, teamIds: ['A'] })
      .thenRefused('out-of-order');
  });
  it('is refused with other data, also of an erased member', () => {
    workspace(memberAdded('M', T1))
      .when({ ...add, email: 'other' })
      .thenRefused('member-exists');
    workspace(memberAdded('M', T1), memberErased('M', T1)).when(add).thenRefused('member-exists');
  });
  it('adds a removed member again, with other data too', () => {
    workspace(memberAdded('M', T1), memberRemoved('M', T1))
      .when({ ...add, name: 'new' })
      .then({ type: 'MemberAdded', data: { memberId: 'M', name: 'new', email: add.email }, occurredAt: T2 });
  });
  it('is refused before a fact about the member or about any membership', () => {
    workspace(memberAdded('M', T3)).when(add).thenRefused('out-of-order');
    workspace(memberAdded('M', T1), memberRemoved('M', T3)).when(add).thenRefused('out-of-order');
  });
});

describe('UpdateMember', () => {
  const update = { type: 'UpdateMember', memberId: 'M', name: 'new', occurredAt: T2 } as const;
  const updated = { type: 'MemberUpdated', data: { memberId: 'M', name: 'new' }, occurredAt: T2 } as const;

  it('changes what is given and different', () => {
    workspace(memberAdded('M', T1)).when(update).then(updated);
    workspace(memberAdded('M', T1))
      .when({ ...update, email: encryptedDataOf('M').email })
      .then(updated);
    workspace(memberAdded('M', T1))
      .when({ ...update, email: 'other' })
      .then({ ...updated, data: { memberId: 'M', name: 'new', email: 'other' } });
  });
  it('changes nothing with the same data, or none', () => {
    workspace(memberAdded('M', T1), updated).when(update).thenNothing();
    workspace(memberAdded('M', T1))
      .when({ type: 'UpdateMember', memberId: 'M', ...encryptedDataOf('M') })
      .thenNothing();
    workspace(memberAdded('M', T1)).when({ type: 'UpdateMember', memberId: 'M' }).thenNothing();
  });
  it('is refused for a removed or erased member, and before a recorded fact', () => {
    workspace(memberAdded('M', T1), memberRemoved('M', T1)).when(update).thenRefused('member-removed');
    workspace(memberAdded('M', T1), memberErased('M', T1)).when(update).thenRefused('member-erased');
    workspace(memberAdded('M', T3)).when(update).thenRefused('out-of-order');
  });
  it('may lie before a fact about a membership, which is another subject', () => {
    workspace(teamCreated('A', T1), memberAdded('M', T1), memberPlaced('M', 'A', T3))
      .when(update)
      .then(updated);
  });
});

describe('RemoveMember', () => {
  const remove = { type: 'RemoveMember', memberId: 'M', occurredAt: T2 } as const;

  it('removes, and ends all memberships', () => {
    const { state } = workspace(
      teamCreated('A', T1),
      memberAdded('M', T1),
      memberPlaced('M', 'A', T1),
      memberRemoved('M', T2),
    );
    expect(state.members.get('M')?.memberships.get('A')?.placed).toEqual([T1, T2]);
    workspace(teamCreated('A', T1), memberAdded('M', T1), memberPlaced('M', 'A', T1))
      .when(remove)
      .then(memberRemoved('M', T2));
  });
  it('does not bring memberships back with the member', () => {
    const { state } = workspace(
      teamCreated('A', T1),
      memberAdded('M', T1),
      memberPlaced('M', 'A', T1),
      memberRemoved('M', T2),
      memberAdded('M', T3),
    );
    expect(state.members.get('M')?.memberships.get('A')?.placed).toEqual([T1, T2]);
  });
  it('changes nothing when the member is removed', () => {
    workspace(memberAdded('M', T1), memberRemoved('M', T1)).when(remove).thenNothing();
  });
  it('is refused before a fact about the member or about any membership', () => {
    workspace(memberAdded('M', T3)).when(remove).thenRefused('out-of-order');
    workspace(teamCreated('A', T1), memberAdded('M', T1), memberPlaced('M', 'A', T3))
      .when(remove)
      .thenRefused('out-of-order');
    workspace(teamCreated('A', T1), memberAdded('M', T1), memberPlaced('M', 'A', T1), memberWithdrawn('M', 'A', T3))
      .when(remove)
      .thenRefused('out-of-order');
  });
});

describe('EraseMember', () => {
  const erase = { type: 'EraseMember', memberId: 'M', occurredAt: T2 } as const;

  it('erases a present member and a removed one', () => {
    workspace(memberAdded('M', T1)).when(erase).then(memberErased('M', T2));
    workspace(memberAdded('M', T1), memberRemoved('M', T1)).when(erase).then(memberErased('M', T2));
  });
  it('erases with the next key who was added again after an erasure', () => {
    workspace(memberAdded('M', T1), memberErased('M', T1), memberRemoved('M', T1), memberAdded('M', T1))
      .when(erase)
      .then(memberErased('M', T2, 1));
  });
  it('changes nothing when erased', () => {
    workspace(memberAdded('M', T1), memberErased('M', T1)).when(erase).thenNothing();
  });
  it('is refused before a recorded fact', () => {
    workspace(memberAdded('M', T3)).when(erase).thenRefused('out-of-order');
  });
});

describe('PlaceMember', () => {
  const place = { type: 'PlaceMember', teamId: 'A', memberId: 'M', occurredAt: T2 } as const;
  const there = [teamCreated('A', T1), memberAdded('M', T1)];

  it('places', () => {
    workspace(...there)
      .when(place)
      .then(memberPlaced('M', 'A', T2));
  });
  it('places again after a withdrawal, at the same instant too', () => {
    workspace(...there, memberPlaced('M', 'A', T1), memberWithdrawn('M', 'A', T2))
      .when(place)
      .then(memberPlaced('M', 'A', T2));
  });
  it('changes nothing when placed, also in a team archived since', () => {
    workspace(...there, memberPlaced('M', 'A', T1), teamArchived('A', T2))
      .when(place)
      .thenNothing();
  });
  it('is refused in a team that is archived then', () => {
    workspace(...there, teamArchived('A', T2))
      .when(place)
      .thenRefused('team-archived');
    workspace(teamCreated('A', T3), memberAdded('M', T1)).when(place).thenRefused('team-archived');
  });
  it('counts late when the team was active then', () => {
    workspace(...there, teamArchived('A', T3))
      .when(place)
      .then(memberPlaced('M', 'A', T2));
  });
  it('is refused for a removed member', () => {
    workspace(...there, memberRemoved('M', T1))
      .when(place)
      .thenRefused('member-removed');
  });
  it('is refused before the member was added or removed, and before a fact about the membership', () => {
    workspace(teamCreated('A', T1), memberAdded('M', T3)).when(place).thenRefused('out-of-order');
    workspace(...there, memberRemoved('M', T3))
      .when(place)
      .thenRefused('out-of-order');
    workspace(...there, memberPlaced('M', 'A', T3))
      .when(place)
      .thenRefused('out-of-order');
  });
  it('may lie before a fact about another membership, or an update of the member', () => {
    workspace(...there, teamCreated('B', T1), memberPlaced('M', 'B', T3))
      .when(place)
      .then(memberPlaced('M', 'A', T2));
    workspace(...there, { type: 'MemberUpdated', data: { memberId: 'M', name: 'n' }, occurredAt: T3 })
      .when(place)
      .then(memberPlaced('M', 'A', T2));
  });
});

describe('WithdrawMember', () => {
  const withdraw = { type: 'WithdrawMember', teamId: 'A', memberId: 'M', occurredAt: T2 } as const;
  const placed = [teamCreated('A', T1), memberAdded('M', T1), memberPlaced('M', 'A', T1)];

  it('takes out, also of an archived team', () => {
    workspace(...placed)
      .when(withdraw)
      .then(memberWithdrawn('M', 'A', T2));
    workspace(...placed, teamArchived('A', T1))
      .when(withdraw)
      .then(memberWithdrawn('M', 'A', T2));
  });
  it('changes nothing when not in the team', () => {
    workspace(teamCreated('A', T1), memberAdded('M', T1)).when(withdraw).thenNothing();
    workspace(...placed, memberRemoved('M', T1))
      .when(withdraw)
      .thenNothing();
  });
  it('is refused before a recorded fact', () => {
    workspace(...placed, memberWithdrawn('M', 'A', T3))
      .when(withdraw)
      .thenRefused('out-of-order');
    workspace(...placed, memberRemoved('M', T3))
      .when(withdraw)
      .thenRefused('out-of-order');
  });
});

describe('RemoveInactiveMembers', () => {
  const clean = { type: 'RemoveInactiveMembers', occurredAt: T2 } as const;

  it('removes who is in no team, or only in archived ones, and nobody else', () => {
    workspace(
      teamCreated('A', T1),
      teamCreated('B', T1),
      ...['In A', 'In B', 'In both', 'In none', 'Was in A'].map((id) => memberAdded(id, T1)),
      memberPlaced('In A', 'A', T1),
      memberPlaced('In B', 'B', T1),
      memberPlaced('In both', 'A', T1),
      memberPlaced('In both', 'B', T1),
      memberPlaced('Was in A', 'A', T1),
      memberWithdrawn('Was in A', 'A', T1 + 1),
      teamArchived('B', T1 + 1),
    )
      .when(clean)
      .then(memberRemoved('In B', T2), memberRemoved('In none', T2), memberRemoved('Was in A', T2));
  });
  it('leaves alone a member who has a later fact', () => {
    workspace(teamCreated('A', T1), memberAdded('M', T1), memberPlaced('M', 'A', T3))
      .when(clean)
      .thenNothing();
    workspace(memberAdded('M', T1), memberErased('M', T3)).when(clean).thenNothing();
    workspace(memberAdded('M', T3)).when(clean).thenNothing();
  });
  it('judges teams by what they were then', () => {
    const members = [teamCreated('A', T1), memberAdded('M', T1), memberPlaced('M', 'A', T1)];
    workspace(...members, teamArchived('A', T3))
      .when(clean)
      .thenNothing();
    workspace(...members, teamArchived('A', T1), teamRestored('A', T3))
      .when(clean)
      .then(memberRemoved('M', T2));
  });
  it('changes nothing the second time', () => {
    workspace(memberAdded('M', T1), memberRemoved('M', T2)).when(clean).thenNothing();
  });
});

describe('evolving', () => {
  const broken: [string, WorkspaceEvent][] = [
    ['a team that was never created', teamArchived('A', T1)],
    ['a member who was never added', memberRemoved('M', T1)],
    ['a membership that never began', memberWithdrawn('M', 'A', T1)],
  ];
  it.each(broken)('throws on %s', (_what, event) => {
    expect(() => given([event])).toThrow('contradicts itself');
    expect(() => given([memberAdded('M', T1), memberWithdrawn('M', 'A', T1)])).toThrow('contradicts itself');
  });
});
