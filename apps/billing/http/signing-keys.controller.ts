import { type SigningKeys } from '@seatledger/signing';
import { Controller, Get, Header, Inject } from '@nestjs/common';

import { SIGNING_KEYS } from '../infrastructure/authentication.module';

/** The public halves of what this installation signs with; public, so that anybody may check a signature. */
@Controller('.well-known')
export class SigningKeysController {
  constructor(@Inject(SIGNING_KEYS) private readonly keys: SigningKeys) {}

  @Get('seatledger-signing-keys.json')
  @Header('content-type', 'application/jwk-set+json')
  signingKeys() {
    return { keys: this.keys.published };
  }
}
