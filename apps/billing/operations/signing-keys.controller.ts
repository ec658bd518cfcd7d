import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type SigningKeys } from '@seatledger/signing';

import { Route } from '../http/route.decorator';
import { SIGNING_KEYS } from '../infrastructure/authentication.module';
import { SigningKeySet } from './schemas';

/** The public halves of what this installation signs with; public, so that everyone may check a signature. */
@Controller('.well-known')
@ApiTags('Operations')
export class SigningKeysController {
  constructor(@Inject(SIGNING_KEYS) private readonly keys: SigningKeys) {}

  @Route({
    summary: 'The keys that backups and other proofs are signed with',
    more: 'A JWK Set (RFC 8037). `kid` is the thumbprint of RFC 7638; a key signs nothing after its `retiredAt`.',
    response: { 'application/jwk-set+json': SigningKeySet },
  })
  @Get('seatledger-signing-keys.json')
  @Header('content-type', 'application/jwk-set+json')
  signingKeys() {
    return { keys: this.keys.published };
  }
}
