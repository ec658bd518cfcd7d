// The eight worked examples of the billing rules as commands: March 2026 in Berlin.
export const WORKED_EXAMPLES = [
  ['CreateTeam', '2026-01-07T08:00:00.000Z', { teamId: 'team-a', name: 'Team A' }],
  ['CreateTeam', '2026-01-07T08:00:01.000Z', { teamId: 'team-b', name: 'Team B' }],
  ['CreateTeam', '2026-01-07T08:00:02.000Z', { teamId: 'team-c', name: 'Team C' }],
  ['CreateTeam', '2026-01-07T08:00:03.000Z', { teamId: 'team-d', name: 'Team D' }],
  [
    'AddMember',
    '2026-01-08T08:00:00.000Z',
    { memberId: 'member-m', name: 'Mia Muster', email: 'm@beispiele.example', teamIds: ['team-b'] },
  ],
  [
    'AddMember',
    '2026-01-08T08:00:01.000Z',
    { memberId: 'member-n', name: 'Nils Nord', email: 'n@beispiele.example', teamIds: ['team-a', 'team-b'] },
  ],
  // 6. Removed at the month's first instant, and one millisecond later.
  [
    'AddMember',
    '2026-01-08T08:00:02.000Z',
    { memberId: 'member-p', name: 'Pia Punkt', email: 'p@beispiele.example', teamIds: ['team-a'] },
  ],
  [
    'AddMember',
    '2026-01-08T08:00:03.000Z',
    { memberId: 'member-p1', name: 'Paul Plus', email: 'p1@beispiele.example', teamIds: ['team-a'] },
  ],
  // 8. Removed and added again in the same month.
  [
    'AddMember',
    '2026-01-08T08:00:04.000Z',
    { memberId: 'member-r', name: 'Rita Rück', email: 'r@beispiele.example', teamIds: ['team-a'] },
  ],
  ['RemoveMember', '2026-02-28T23:00:00.000Z', { memberId: 'member-p' }],
  ['RemoveMember', '2026-02-28T23:00:00.001Z', { memberId: 'member-p1' }],
  // 5. Never placed in a team.
  ['AddMember', '2026-03-05T09:00:00.000Z', { memberId: 'member-o', name: 'Olga Ohne', email: 'o@beispiele.example' }],
  // 2. Archived on the 10th, restored on the 20th.
  ['ArchiveTeam', '2026-03-10T11:00:00.000Z', { teamId: 'team-d' }],
  ['RemoveMember', '2026-03-12T11:00:00.000Z', { memberId: 'member-r' }],
  [
    'AddMember',
    '2026-03-16T11:00:00.000Z',
    { memberId: 'member-r', name: 'Rita Rück', email: 'r@beispiele.example', teamIds: ['team-a'] },
  ],
  ['RestoreTeam', '2026-03-20T11:00:00.000Z', { teamId: 'team-d' }],
  // 1. One second before the month's end, and at its end.
  ['ArchiveTeam', '2026-03-31T21:59:59.000Z', { teamId: 'team-b' }],
  ['ArchiveTeam', '2026-03-31T22:00:00.000Z', { teamId: 'team-c' }],
  // 7. Half past midnight in Berlin: April.
  ['CreateTeam', '2026-03-31T22:30:00.000Z', { teamId: 'team-april', name: 'Team April' }],
];
