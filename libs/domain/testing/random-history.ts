import { DomainError } from '../domain-error';
import { type Instant } from '../event';
import { type WorkspaceCommand } from '../workspace/commands';
import { decideWorkspace } from '../workspace/decide';
import { type WorkspaceEvent } from '../workspace/events';
import { evolveWorkspace } from '../workspace/evolve';
import { emptyWorkspace, type WorkspaceState } from '../workspace/state';
import { encryptedDataOf, started } from './facts';

/** One attempted fact, as numbers that a test draws: which command, team and member, and when. */
export interface RandomStep {
  readonly kind: number;
  readonly team: number;
  readonly member: number;
  readonly at: Instant;
}

const TEAMS = ['T1', 'T2', 'T3'];
const MEMBERS = ['M1', 'M2', 'M3', 'M4'];

/** Placements come more often than the rest, or hardly any member would be active. */
const KINDS = [
  'PlaceMember',
  'AddMember',
  'CreateTeam',
  'ArchiveTeam',
  'RestoreTeam',
  'WithdrawMember',
  'RemoveMember',
  'PlaceMember',
  'AddToTeam',
  'RenameTeam',
  'UpdateMember',
  'EraseMember',
  'RemoveInactiveMembers',
] as const;

export const STEP_KINDS = KINDS.length;

export function commandOf(step: RandomStep): WorkspaceCommand {
  const teamId = TEAMS[step.team % TEAMS.length] ?? 'T1';
  const memberId = MEMBERS[step.member % MEMBERS.length] ?? 'M1';
  const occurredAt = step.at;
  const type = KINDS[step.kind % KINDS.length] ?? 'PlaceMember';
  switch (type) {
    case 'CreateTeam':
      return { type, teamId, name: `Team ${teamId}`, occurredAt };
    case 'RenameTeam':
      return { type, teamId, name: `Team ${step.member}`, occurredAt };
    case 'ArchiveTeam':
    case 'RestoreTeam':
      return { type, teamId, occurredAt };
    case 'AddMember':
      return { type, memberId, ...encryptedDataOf(memberId), occurredAt };
    case 'AddToTeam':
      return { type: 'AddMember', memberId, ...encryptedDataOf(memberId), teamIds: [teamId], occurredAt };
    case 'UpdateMember':
      return { type, memberId, name: `encrypted ${step.team}`, occurredAt };
    case 'RemoveMember':
    case 'EraseMember':
      return { type, memberId, occurredAt };
    case 'PlaceMember':
    case 'WithdrawMember':
      return { type, teamId, memberId, occurredAt };
    case 'RemoveInactiveMembers':
      return { type, occurredAt };
  }
}

/** A workspace to which commands are sent in the order of their arrival. */
export class RandomWorkspace {
  readonly state: WorkspaceState = emptyWorkspace();
  readonly events: WorkspaceEvent[] = [];

  constructor(readonly now: Instant) {
    this.record([started(0)]);
    for (const [index, teamId] of TEAMS.slice(0, 2).entries()) {
      this.record([{ type: 'TeamCreated', data: { teamId, name: `Team ${teamId}` }, occurredAt: index }]);
    }
  }

  /** What follows from the command, recorded; undefined when it is refused. */
  send(command: WorkspaceCommand): WorkspaceEvent[] | undefined {
    const events = this.decide(command);
    if (events !== undefined) this.record(events);
    return events;
  }

  decide(command: WorkspaceCommand): WorkspaceEvent[] | undefined {
    try {
      return decideWorkspace(command, this.state, this.now);
    } catch (error) {
      if (error instanceof DomainError) return undefined;
      throw error;
    }
  }

  private record(events: readonly WorkspaceEvent[]): void {
    for (const event of events) evolveWorkspace(this.state, event);
    this.events.push(...events);
  }
}

/** The facts that the steps leave, in the order of their arrival. */
export function randomWorkspace(steps: readonly RandomStep[], now: Instant): RandomWorkspace {
  const workspace = new RandomWorkspace(now);
  for (const step of steps) workspace.send(commandOf(step));
  return workspace;
}
