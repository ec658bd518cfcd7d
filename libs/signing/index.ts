export { SignatureRefused, signDetached, type SignedBy, verifyDetached } from './detached-jws';
export {
  MANIFEST,
  type Manifest,
  MANIFEST_SIGNATURE,
  type ManifestFile,
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
  parsePublishedKeys,
  PUBLISHED_KEYS_FILE,
  type PublishedKey,
  SIGNING_KEY_FILE,
  type SigningKeys,
} from './signing-keys';
