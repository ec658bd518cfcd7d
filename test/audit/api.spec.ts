import path from 'node:path';

import { openDatabase } from '@seatledger/sqlite';

import { Service, temporaryFolder } from '../support/service';
import { MASTER_KEY, writeSampleBooks } from './books-on-disk';

describe('the audit over HTTP', () => {
  const folder = temporaryFolder();
  let service: Service;

  beforeAll(async () => {
    const books = await writeSampleBooks(folder.path);
    // Nothing is left to close, whatever month it is now.
    for (const workspaceId of ['acme', 'beta']) {
      await books.contract(workspaceId, { type: 'TerminateContract', lastMonth: '2026-05' });
    }
    await books.stop();
    // Nothing is left to render or deliver: these tests need no browser.
    const env = { PERSONAL_DATA_KEY: MASTER_KEY.toString('hex'), DELIVER_FROM_MONTH: '2099-01' };
    service = await Service.start(folder.path, env);
  });
  afterAll(async () => {
    await service.stop();
    folder.remove();
  });

  const audit = (route: string) => service.call('auditor', 'GET', `/v1/audit${route}`);
  const verifications = (body?: unknown) =>
    service.call<{ checked: number; failures: { concerns: string }[] }>('auditor', 'POST', '/v1/audit/verifications', {
      ...(body === undefined ? {} : { body }),
    });

  it("recounts a month in the month's shape, as known at a revision, at a time, and now", async () => {
    const route = '/workspaces/acme/months/2026-01';
    const month = await service.call('auditor', 'GET', '/v1/workspaces/acme/months/2026-01');
    const asClosed = await audit(`${route}?revision=2`);
    expect(asClosed).toMatchObject({ status: 200, body: { differsFromClosing: false, units: 2, netMinor: 9800 } });
    expect(Object.keys(asClosed.body)).toEqual(expect.arrayContaining(Object.keys(month.body)));
    expect(asClosed.body).toMatchObject({ lines: month.body['lines'], unitsDigest: month.body['unitsDigest'] });

    const before = await audit(`${route}?recordedBefore=2026-03-01T00:00:00Z`);
    expect(before.body).toMatchObject({ differsFromClosing: false, revision: 2 });
    const now = await audit(route);
    expect(now.body).toMatchObject({
      status: 'closed',
      invoiceNumber: 'RE-2026-000001',
      differsFromClosing: true,
      units: 3,
      difference: { units: [{ unitId: 'green', closed: '0', recounted: '1' }], netMinor: 4900 },
      settlement: { outstandingNetMinor: 0 },
    });
  });

  it('explains a unit and an invoice', async () => {
    const unit = await audit('/workspaces/acme/months/2026-02/units/green');
    expect(unit).toMatchObject({
      status: 200,
      body: { counts: true, intervals: [{ opened: [{ type: 'TeamCreated' }] }] },
    });
    const invoice = await audit('/invoices/RE-2026-000005');
    expect(invoice).toMatchObject({ status: 200, body: { lines: [{ kind: 'own' }, { kind: 'adjustment' }, {}] } });
  });

  it.each([
    ['/workspaces/nobody/months/2026-01', 404, 'unknown-workspace'],
    ['/workspaces/acme/months/2026-01?revision=99', 404, 'unknown-revision'],
    ['/workspaces/acme/months/2026-13', 400, 'invalid-request'],
    ['/workspaces/acme/months/2026-01?recordedBefore=yesterday', 400, 'invalid-request'],
    ['/workspaces/acme/months/2026-01/units/nothing', 404, 'unknown-unit'],
    ['/invoices/RE-2026-000099', 404, 'unknown-invoice'],
  ])('refuses %s', async (route, status, code) => {
    expect(await audit(route)).toMatchObject({ status, body: { code } });
  });

  it('is for auditors alone', async () => {
    for (const role of ['product', 'accounting', 'scheduler'] as const) {
      const answer = await service.call(role, 'POST', '/v1/audit/verifications');
      expect(answer.status).toBe(403);
    }
    expect((await service.call(undefined, 'GET', '/v1/audit/invoices/RE-2026-000001')).status).toBe(401);
  });

  it('verifies everything, or a part, and names what is wrong', async () => {
    const all = await verifications();
    expect(all).toMatchObject({ status: 200, body: { failures: [], failed: 0, checkedByKind: { closings: 11 } } });
    expect(all.body.checked).toBeGreaterThan(50);
    expect(await verifications({ workspaceId: 'acme', month: '2026-02' })).toMatchObject({
      body: { failures: [], checkedByKind: { closings: 2, invoices: 3 } },
    });
    expect(await verifications({ workspaceId: 'nobody' })).toMatchObject({ status: 404 });
    expect(await verifications({ workspace: 'acme' })).toMatchObject({ status: 400 });

    const database = openDatabase(path.join(folder.path, 'events.db'));
    const at = `stream = 'workspace-beta' AND revision = 4`;
    database.exec(`UPDATE events SET metadata = replace(metadata, 'product-key', 'product-kez') WHERE ${at}`);
    database.close();
    const tampered = await verifications({ invoiceNumber: 'RE-2026-000002' });
    expect(tampered.body.failures).toEqual([expect.objectContaining({ concerns: 'workspace-beta@4' })]);
  });
});
