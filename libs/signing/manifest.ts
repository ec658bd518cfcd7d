import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

/** Lists every other file of a folder or archive with its SHA-256. */
export const MANIFEST = 'manifest.json';
/** A detached JWS over the manifest's bytes. */
export const MANIFEST_SIGNATURE = 'manifest.sig';

export interface ManifestFile {
  /** Path in the folder, with slashes. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface Manifest {
  readonly createdAt: string;
  readonly files: readonly ManifestFile[];
}

const Schema = Type.Object({
  createdAt: Type.String(),
  files: Type.Array(
    Type.Object({ file: Type.String(), sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }), bytes: Type.Integer() }),
  ),
});

export function manifestText(createdAt: number, files: readonly ManifestFile[]): string {
  const listed = files
    .map(({ file, sha256, bytes }) => ({ file, sha256, bytes }))
    .sort((one, other) => (one.file < other.file ? -1 : 1));
  return `${JSON.stringify({ createdAt: new Date(createdAt).toISOString(), files: listed }, null, 1)}\n`;
}

/** Undefined for what is no manifest. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return Value.Check(Schema, content) ? content : undefined;
  } catch {
    return undefined;
  }
}
