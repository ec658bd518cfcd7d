import { type EventToAppend, type RecordedEvent } from './port';
import { type KeyOwner, PERSONAL_PROPERTIES } from './schemas/personal-properties';
import { type BillingEvent } from './schemas/types';

/** The same text for the same owner gives the same result. */
export type Encrypt = (owner: KeyOwner, text: string) => string;
/** Undefined when the key was destroyed. */
export type Decrypt = (encrypted: string) => string | undefined;

/** What the event store needs of the keys of personal data, which are kept elsewhere. */
export interface PersonalDataKeys {
  /** For these owners, whose keys are made where they are missing. */
  encrypterFor(owners: readonly KeyOwner[]): Promise<Encrypt>;
  /** For these texts. */
  decrypterOf(encrypted: readonly string[]): Promise<Decrypt>;
}

/** Stands where personal data was whose key is destroyed. */
export const DISPOSED = '[disposed]';

/** The texts below some properties: of each property those below it, or the text itself. */
type Texts = ReadonlyMap<string, Texts | 'text'>;

const ENCRYPTED = /^(contract|year)\/[\w/-]+\/\d+\.[\w-]{38,}$/;

const textsByType = new Map(
  Object.entries(PERSONAL_PROPERTIES).map(([type, { paths }]) => [type, textsOf(paths.map((path) => path.split('.')))]),
);
const textsByRecordedType = new Map<string, Texts | undefined>();

/** Whose key an event's personal data is encrypted with; undefined when it has none. */
export function ownerOf(event: BillingEvent, stream: string): KeyOwner | 'of-first-event' | undefined {
  const declared = PERSONAL_PROPERTIES[event.type];
  if (declared === undefined) return undefined;
  const owner = declared.owner as ((data: unknown, at: object) => KeyOwner) | undefined;
  return owner === undefined ? 'of-first-event' : owner(event.data, { stream, occurredAt: event.occurredAt });
}

/** An event's data as it is recorded. */
export function encrypted({ type, data }: BillingEvent, encrypt: (text: string) => string): EventToAppend['data'] {
  const texts = textsByType.get(type);
  return texts === undefined ? data : changed(data, texts, encrypt);
}

/** The encrypted texts in recorded data. */
export function encryptedTexts({ type, data }: Pick<RecordedEvent, 'type' | 'data'>): string[] {
  const texts = textsOfRecorded(type);
  if (texts === undefined) return [];
  const found: string[] = [];
  changed(data, texts, (text) => {
    if (ENCRYPTED.test(text)) found.push(text);
    return text;
  });
  return found;
}

/** Recorded data in the clear, {@link DISPOSED} where the key was destroyed. @throws for what was never encrypted, or was changed since */
export function decrypted({ type, data }: Pick<RecordedEvent, 'type' | 'data'>, decrypt: Decrypt): unknown {
  const texts = textsOfRecorded(type);
  if (texts === undefined) return data;
  return changed(data, texts, (text) => {
    if (!ENCRYPTED.test(text)) throw new Error('personal data is not encrypted');
    return decrypt(text) ?? DISPOSED;
  });
}

function textsOfRecorded(recordedType: string): Texts | undefined {
  if (textsByRecordedType.has(recordedType)) return textsByRecordedType.get(recordedType);
  const texts = textsByType.get(recordedType.replace(/\.v\d+$/, ''));
  textsByRecordedType.set(recordedType, texts);
  return texts;
}

function textsOf(paths: readonly (readonly string[])[]): Texts {
  return new Map(
    paths.map(([first = '']) => {
      const inner = paths.filter(([other]) => other === first).map(([, ...rest]) => rest);
      return [first, inner.some(({ length }) => length === 0) ? 'text' : textsOf(inner)];
    }),
  );
}

/** A copy with some of its texts changed. Data that was tampered with may be of any shape. */
function changed(value: unknown, texts: Texts | 'text', change: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => changed(item, texts, change));
  if (texts === 'text') return typeof value === 'string' ? change(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = { ...value };
  for (const [property, inner] of texts) {
    if (Object.hasOwn(copy, property)) copy[property] = changed(copy[property], inner, change);
  }
  return copy;
}
