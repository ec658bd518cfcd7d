import { Inject, Injectable } from '@nestjs/common';
import { type Configuration, configuration } from '@seatledger/configuration';

/** Where the service is reached, without a slash at its end: links begin with it. */
@Injectable()
export class PublicUrl {
  private port: number | undefined;

  constructor(@Inject(configuration.KEY) private readonly config: Configuration) {}

  get value(): string {
    const { publicUrl, isPublicUrlGiven } = this.config;
    return isPublicUrlGiven || this.port === undefined ? publicUrl : publicUrl.replace(/:\d+$/, `:${this.port}`);
  }

  /** Where PORT leaves it to the system, the port is known only now. */
  listensOn(port: number): void {
    this.port = port;
  }
}
