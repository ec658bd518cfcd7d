import { SeatledgerClient, SeatledgerProblem } from './client';

/** The example of README.md: a team is archived, and the month's preview follows. */
export async function example(baseUrl: string, apiKey: string, say: (line: string) => void): Promise<void> {
  const client = new SeatledgerClient({ baseUrl, apiKey });

  await client.call('POST /v1/workspaces', {
    body: { workspaceId: 'acme', name: 'Acme GmbH' },
    idempotencyKey: 'signup-4711',
  });
  for (const teamId of ['red', 'blue']) {
    await client.call('POST /v1/workspaces/{workspaceId}/teams', {
      path: { workspaceId: 'acme' },
      body: { teamId, name: `Team ${teamId}` },
    });
  }
  await client.call('POST /v1/workspaces/{workspaceId}/teams/{teamId}/archive', {
    path: { workspaceId: 'acme', teamId: 'blue' },
  });

  // The read reflects what was just written.
  const workspace = await client.call('GET /v1/workspaces/{workspaceId}', {
    path: { workspaceId: 'acme' },
  });
  say(`${workspace.name}: ${workspace.teams.active} of ${workspace.teams.total} teams are active`);

  try {
    await client.call('GET /v1/workspaces/{workspaceId}/contract', { path: { workspaceId: 'acme' } });
  } catch (error) {
    if (!(error instanceof SeatledgerProblem)) throw error;
    say(`${error.status} ${error.code}: ${error.message}`);
  }
}
