import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Credentials } from './credentials';

const digestOf = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

/** Who changes made with the token are said to be made by. */
export const TOKEN_ACTOR = 'token';

/** Tells right credentials from wrong ones, in the same time: every secret is compared, whatever was given. */
export class Authenticator {
  private readonly user: Buffer;
  private readonly password: Buffer;
  /** Of no token, when none is configured. */
  private readonly token: Buffer;

  constructor(
    private readonly secrets: { basicAuthUser: string; basicAuthPassword: string; authToken?: string | undefined },
  ) {
    this.user = digestOf(secrets.basicAuthUser);
    this.password = digestOf(secrets.basicAuthPassword);
    this.token = secrets.authToken ? digestOf(secrets.authToken) : randomBytes(32);
  }

  /** @returns the name of who it is; undefined: these are not right */
  actorOf(given: Credentials | undefined): string | undefined {
    const basic = given?.kind === 'basic' ? given : { user: '', password: '' };
    const userFits = timingSafeEqual(digestOf(basic.user), this.user);
    const passwordFits = timingSafeEqual(digestOf(basic.password), this.password);
    const tokenFits = timingSafeEqual(digestOf(given?.kind === 'bearer' ? given.token : ''), this.token);
    if (given?.kind === 'basic' && userFits && passwordFits) return this.secrets.basicAuthUser;
    return given?.kind === 'bearer' && tokenFits ? TOKEN_ACTOR : undefined;
  }
}
