import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { BadSigningKey, newSigningKeyPem, parseSigningKey, SignatureRefused, signDetached, thumbprintOf } from '.';
import { openSigningKeys, verifyDetached } from '.';

const NOW = Date.UTC(2026, 3, 1);

describe('a signing key', () => {
  it('is named by its thumbprint', () => {
    // RFC 8037, appendix A.3.
    const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
    expect(thumbprintOf({ kty: 'OKP', crv: 'Ed25519', x })).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it('may be written in one line', () => {
    const pem = newSigningKeyPem();
    expect(parseSigningKey(pem.replaceAll('\n', '\\n')).kid).toBe(parseSigningKey(pem).kid);
  });

  it.each([
    'secret',
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  ])('of another kind is refused, and not repeated', (text) => {
    expect(() => parseSigningKey(text)).toThrow(BadSigningKey);
    expect(() => parseSigningKey(text)).toThrow(/^must be an Ed25519 private key in PKCS#8 PEM/);
  });
});

describe('the signing keys of an installation', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'seatledger-signing-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are made once, for their owner alone, and kept when another follows', async () => {
    const first = await openSigningKeys(folder, undefined, NOW);
    const file = path.join(folder, 'signing-key.pem');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await openSigningKeys(folder, undefined, NOW + 1000)).toEqual(first);
    const configured = parseSigningKey(newSigningKeyPem());
    const later = await openSigningKeys(folder, configured, NOW + 5000);
    expect(later.published).toEqual([
      { ...first.published[0], retiredAt: '2026-04-01T00:00:05.000Z' },
      expect.objectContaining({ kid: configured.kid, validFrom: '2026-04-01T00:00:05.000Z' }),
    ]);
    expect(readFileSync(path.join(folder, 'signing-keys.json'), 'utf8')).not.toContain('"d"');
    await expect(openSigningKeys(folder, undefined, NOW + 9000)).rejects.toThrow('was retired');
  });

  it('that cannot be read stop the start', async () => {
    writeFileSync(path.join(folder, 'signing-keys.json'), '{}');
    await expect(openSigningKeys(folder, undefined, NOW)).rejects.toThrow(/signing-keys\.json: is not a set/);
  });
});

describe('a detached signature', () => {
  const key = parseSigningKey(newSigningKeyPem());
  const other = parseSigningKey(newSigningKeyPem());
  const published = ({ publicJwk, kid }: typeof key, retiredAt?: string) => ({
    ...publicJwk,
    kid,
    alg: 'EdDSA' as const,
    use: 'sig' as const,
    validFrom: '2026-01-01T00:00:00.000Z',
    ...(retiredAt === undefined ? {} : { retiredAt }),
  });
  const content = Buffer.from('the content');
  const jws = signDetached(key, content, NOW);

  it('proves who signed, and when', () => {
    expect(verifyDetached(`${jws}\n`, content, [published(other), published(key)])).toEqual({
      kid: key.kid,
      signedAt: NOW,
    });
    const retiredLater = published(key, new Date(NOW + 1000).toISOString());
    expect(verifyDetached(jws, content, [retiredLater]).kid).toBe(key.kid);
  });

  it.each([
    ['other content', jws, Buffer.from('the Content'), [published(key)], 'not of this content'],
    ['a key that is not trusted', jws, content, [published(other)], 'not a key that is trusted'],
    ['a key that was retired', jws, content, [published(key, '2026-03-31T00:00:00Z')], 'when its key was retired'],
    ['no signature', 'nothing', content, [published(key)], 'no detached JWS'],
    [
      'another header',
      `${Buffer.from(JSON.stringify({ alg: 'none', kid: key.kid, iat: 1 })).toString('base64url')}..AA`,
      content,
      [published(key)],
      "not one of Seatledger's",
    ],
    [
      'a key of its own',
      `${Buffer.from(JSON.stringify({ alg: 'EdDSA', kid: key.kid, iat: 1, jwk: other.publicJwk })).toString('base64url')}..AA`,
      content,
      [published(key)],
      "not one of Seatledger's",
    ],
  ])('of %s is refused', (_what, signature, of, trusted, reason) => {
    expect(() => verifyDetached(signature, of, trusted)).toThrow(SignatureRefused);
    expect(() => verifyDetached(signature, of, trusted)).toThrow(reason);
  });
});
