import { type Decider } from '../decider';
import { type WorkspaceCommand } from './commands';
import { decideWorkspace } from './decide';
import { type WorkspaceEvent } from './events';
import { evolveWorkspace } from './evolve';
import { emptyWorkspace, type WorkspaceState } from './state';

/** `evolve` changes the state in place: a workspace may have half a million facts. */
export const workspaceDecider: Decider<WorkspaceState, WorkspaceCommand, WorkspaceEvent> = {
  initial: emptyWorkspace,
  evolve: evolveWorkspace,
  decide: decideWorkspace,
};
