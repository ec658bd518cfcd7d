/** What every adapter of the key store port must do, as one Jest suite. */
import { randomUUID } from 'node:crypto';

import { type KeyStore } from './key-store';
import { KeyDestroyed, PersonalData, WrongMasterKey } from './personal-data';

const MASTER = Buffer.alloc(32, 7);

export function keyStoreContract(name: string, open: () => Promise<KeyStore>): void {
  describe(`${name} as a key store`, () => {
    const opened: KeyStore[] = [];
    const openOne = async (): Promise<KeyStore> => {
      const store = await open();
      opened.push(store);
      return store;
    };
    let one: KeyStore;
    let other: KeyStore;
    beforeAll(async () => {
      one = await openOne();
      other = await openOne();
    });
    afterAll(() => Promise.all(opened.map((store) => store.close())));
    const unique = (): string => `member/${randomUUID()}/m/0`;

    it('shows the keys that are kept, to every process', async () => {
      const [a, b, never] = [unique(), unique(), unique()];
      await one.add(
        new Map([
          [a, 'A'],
          [b, 'B'],
        ]),
      );
      expect(await other.find([a, b, never])).toEqual(
        new Map([
          [a, 'A'],
          [b, 'B'],
        ]),
      );
      expect(await other.find([])).toEqual(new Map());
    });

    it('keeps the first of two keys, and the others that come with it', async () => {
      const [a, b] = [unique(), unique()];
      await one.add(new Map([[a, 'first']]));
      await other.add(
        new Map([
          [a, 'second'],
          [b, 'B'],
        ]),
      );
      expect(await one.find([a, b])).toEqual(
        new Map([
          [a, 'first'],
          [b, 'B'],
        ]),
      );
    });

    it('destroys a key for good, also one that it never had', async () => {
      const [a, never] = [unique(), unique()];
      await one.add(new Map([[a, 'A']]));
      for (const id of [a, a, never]) await other.destroy(id);
      await one.add(
        new Map([
          [a, 'again'],
          [never, 'again'],
        ]),
      );
      expect(await one.find([a, never])).toEqual(
        new Map([
          [a, null],
          [never, null],
        ]),
      );
    });

    it('keeps the first check of the master key, and how far erasures were followed', async () => {
      const host = await PersonalData.open({ store: await open(), masterKey: MASTER });
      expect(await other.masterCheck('another')).toBe(await one.masterCheck('and another'));
      await host.close();
      await one.noteFollowed({ position: 7, nextEventId: 'a' });
      await one.noteFollowed({ position: 9, nextEventId: 'b' });
      expect(await other.followedTo()).toEqual({ position: 9, nextEventId: 'b' });
    });
  });

  describe(`personal data with ${name}`, () => {
    const ADA = { memberId: 'ada', generation: 0 };
    const opened: PersonalData[] = [];
    const openHost = async (masterKey = MASTER): Promise<PersonalData> => {
      const host = await PersonalData.open({ store: await open(), masterKey });
      opened.push(host);
      return host;
    };
    afterAll(() => Promise.all(opened.map((host) => host.close())));

    it('is read by every host, refused to one whose master key does not fit, and gone from all once erased', async () => {
      const workspace = randomUUID();
      const [one, other] = [await openHost(), await openHost()];
      await expect(openHost(Buffer.alloc(32, 8))).rejects.toThrow(WrongMasterKey);
      await Promise.all([one.prepare(workspace, [ADA]), other.prepare(workspace, [ADA])]);
      const text = one.encrypt(workspace, ADA, 'Ada Lovelace');
      const decrypted = async (host: PersonalData) =>
        (await host.memberDecrypter(workspace, [{ memberId: 'ada', texts: [text] }]))('ada', text);
      expect(await decrypted(other)).toBe('Ada Lovelace');
      await one.destroy(workspace, ADA);
      await other.destroy(workspace, ADA);
      expect([await decrypted(one), await decrypted(other), await decrypted(await openHost())]).toEqual([
        null,
        null,
        null,
      ]);
      await other.prepare(workspace, [ADA]);
      expect(() => other.encrypt(workspace, ADA, 'Ada')).toThrow(KeyDestroyed);
    });

    it('has one key an owner on all hosts, and the next one after it was destroyed', async () => {
      const owner = `year/${randomUUID()}/2026`;
      const [one, other] = [await openHost(), await openHost()];
      const [first, same] = await Promise.all(
        [one, other].map(async (host) => (await host.encrypterFor([owner]))(owner, 'Ada')),
      );
      expect(same).toBe(first);
      await one.destroyOwner(owner);
      const next = (await (await openHost()).encrypterFor([owner]))(owner, 'Ada');
      expect(next).toMatch(new RegExp(`^${owner}/1\\.`));
      const decrypt = await (await openHost()).decrypterOf([first!, next]);
      expect([decrypt(first!), decrypt(next)]).toEqual([undefined, 'Ada']);
      expect([...(await one.keysOf([first!, next])).keys()]).toEqual([`${owner}/1`]);
    });
  });
}
