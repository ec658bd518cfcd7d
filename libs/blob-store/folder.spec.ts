import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { documentStoreContract } from './document-store.contract';
import { openDocumentFolder } from './folder';

documentStoreContract('a folder', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'documents-'));
  const nameOf = (sha256: string) => `${sha256}.pdf`;
  const parentOf = (sha256: string) => path.join(folder, sha256.slice(0, 2));
  return {
    store: await openDocumentFolder({ folder }),
    damage: (sha256) => Promise.resolve(truncateSync(path.join(parentOf(sha256), nameOf(sha256)), 5)),
    // Also what a failed or repeated write left behind under another name.
    copies: (sha256) => Promise.resolve(readdirSync(parentOf(sha256)).filter((file) => file.includes(sha256)).length),
    dispose: () => Promise.resolve(rmSync(folder, { recursive: true })),
  };
});
