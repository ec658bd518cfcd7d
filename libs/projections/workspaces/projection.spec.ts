import { type WorkspaceEvent } from '@seatledger/domain';

import {
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
} from '../../domain/testing';
import { type Documents, givenEvents } from '../testing/given-events';
import { MEMBERS, MEMBERSHIPS, TEAMS, WORKSPACES } from './documents';
import { workspacesProjection } from './projection';

const START = [
  started(),
  teamCreated('red', '2026-01-02'),
  teamCreated('blue', '2026-01-02'),
  memberAdded('M', '2026-01-03'),
];

const given = (events: readonly WorkspaceEvent[], then: (documents: Documents) => Promise<void>): Promise<void> =>
  givenEvents(workspacesProjection, 'workspace-W', [...START, ...events], then);

async function expectNumbers(documents: Documents, numbers: Record<string, number>): Promise<void> {
  expect((await documents(WORKSPACES.name)).get('W')).toMatchObject(numbers);
}

describe('the read model of workspaces', () => {
  it('shows a member in no team as inactive', () =>
    given([], async (documents) => {
      await expectNumbers(documents, { members: 1, activeMembers: 0, teams: 2, activeTeams: 2, revision: 3 });
      expect((await documents(MEMBERS.name)).get('W/M')).toMatchObject({
        ...encryptedDataOf('M'),
        status: 'inactive',
        teamIds: [],
      });
    }));

  it('counts a member in two teams once', () =>
    given([memberPlaced('M', 'red', '2026-01-04'), memberPlaced('M', 'blue', '2026-01-04')], async (documents) => {
      await expectNumbers(documents, { members: 1, activeMembers: 1 });
      expect((await documents(MEMBERS.name)).get('W/M')).toMatchObject({ status: 'active', activeTeams: 2 });
      expect((await documents(MEMBERSHIPS.name)).size).toBe(2);
    }));

  it('shows the members of an archived team as inactive, and as active once it is restored', async () => {
    const archived = [memberPlaced('M', 'red', '2026-01-04'), teamArchived('red', '2026-01-05')];
    await given(archived, async (documents) => {
      await expectNumbers(documents, { activeMembers: 0, teams: 2, activeTeams: 1 });
      expect((await documents(TEAMS.name)).get('W/red')).toMatchObject({ status: 'archived' });
      expect((await documents(MEMBERS.name)).get('W/M')).toMatchObject({ status: 'inactive', teamIds: ['red'] });
    });
    await given([...archived, teamRestored('red', '2026-01-06')], async (documents) => {
      await expectNumbers(documents, { activeMembers: 1, activeTeams: 2 });
      expect((await documents(MEMBERS.name)).get('W/M')).toMatchObject({ status: 'active', activeTeams: 1 });
    });
  });

  it('keeps a removed member, without access and without memberships', () =>
    given([memberPlaced('M', 'red', '2026-01-04'), memberRemoved('M', '2026-01-05')], async (documents) => {
      await expectNumbers(documents, { members: 0, activeMembers: 0 });
      expect((await documents(MEMBERS.name)).get('W/M')).toMatchObject({ present: 0, status: 'removed', teamIds: [] });
      expect((await documents(MEMBERSHIPS.name)).size).toBe(0);
    }));

  it('takes a member out of a team', () =>
    given([memberPlaced('M', 'red', '2026-01-04'), memberWithdrawn('M', 'red', '2026-01-05')], async (documents) => {
      await expectNumbers(documents, { members: 1, activeMembers: 0 });
      expect((await documents(MEMBERSHIPS.name)).size).toBe(0);
    }));

  it('shows the latest name of a team, and that a member was erased', () =>
    given([teamRenamed('red', '2026-01-04', 'Ruby'), memberErased('M', '2026-01-05')], async (documents) => {
      expect((await documents(TEAMS.name)).get('W/red')).toMatchObject({ name: 'Ruby', status: 'active' });
      expect((await documents(MEMBERS.name)).get('W/M')).toMatchObject({ erased: true });
    }));
});
