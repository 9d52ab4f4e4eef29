import { HttpException, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DomainError } from '@nebula/domain';
import { ApiOptions } from '../api-options';
import { Authenticator } from './authenticator';
import { parseAuthorization, type Credentials } from './credentials';
import { Failures } from './failures';
import { KnownHeaders } from './known-headers';

/** Lets requests in that say rightly who they are. */
@Injectable()
export class Gate implements OnModuleDestroy {
  private readonly failures = new Failures();
  private readonly right = new KnownHeaders();
  private readonly authenticator: Authenticator;

  constructor(options: ApiOptions) {
    this.authenticator = new Authenticator(options);
  }

  /** @returns who it is, where the same header was right before */
  known(header: string | undefined): string | undefined {
    return header === undefined ? undefined : this.right.actorOf(header);
  }

  /**
   * @param header the Authorization header
   * @param address where the request comes from
   * @returns who it is
   * @throws DomainError unauthorized; HttpException 429 when this user fails in many requests at once
   */
  async admit(header: string | undefined, address: string): Promise<string> {
    if (header === undefined) throw new DomainError('unauthorized', 'no-credentials', 'Say who you are: see /docs.');
    const credentials = parseAuthorization(header);
    const actor = this.authenticator.actorOf(credentials);
    if (actor !== undefined) {
      this.right.add(header, actor);
      return actor;
    }
    const answerable = await this.failures.held(userOf(credentials), address);
    if (!answerable) throw new HttpException('Too many wrong credentials at once.', 429);
    throw new DomainError('unauthorized', 'wrong-credentials', 'These credentials are not right.');
  }

  onModuleDestroy(): void {
    this.failures.end();
  }
}

const userOf = (credentials: Credentials | undefined): string =>
  credentials?.kind === 'basic' ? `basic ${credentials.user}` : (credentials?.kind ?? 'unreadable');
