export { type SignedBy, SignatureRefused, signDetached, verifyDetached } from './detached-jws';
export {
  type Manifest,
  type ManifestFile,
  MANIFEST,
  MANIFEST_SIGNATURE,
  manifestText,
  parseManifest,
} from './manifest';
export {
  BadSigningKey,
  newSigningKeyPem,
  parseSigningKey,
  type PublicJwk,
  SigningKey,
  thumbprintOf,
} from './signing-key';
export {
  openSigningKeys,
  type PublishedKey,
  parsePublishedKeys,
  PUBLISHED_KEYS_FILE,
  SIGNING_KEY_FILE,
  type SigningKeys,
} from './signing-keys';
