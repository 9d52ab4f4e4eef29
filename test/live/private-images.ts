import type { Nebula } from './nebula';
import { makeImage, shell, STEADY } from './steady';
import { Docker } from './support/docker';
import { OwnRegistry } from './support/registry';

/** Ends when asked to; answers HTTP on port 80 meanwhile. */
export const WEB = shell('trap "exit 0" TERM; httpd -p 80 -h /bin; sleep 1d & wait');

/** A registry's login, as in the setting REGISTRIES. */
export const loginOf = ({ host, user, password }: Pick<OwnRegistry, 'host' | 'user' | 'password'>): string =>
  JSON.stringify([{ host, user, password }]);

/** The images of one installation in a private registry, made and pushed by Docker's own command line. */
export class PrivateImages {
  private readonly known: Docker;

  constructor(
    private readonly nebula: Nebula,
    private readonly registry: OwnRegistry,
  ) {
    this.known = nebula.docker.withLogins(registry.logins);
  }

  /** As in an app; `name` is such as `web:1`. */
  reference(name: string): string {
    return this.registry.image(this.nebula.named(name));
  }

  /** Makes an image and pushes it; the Engine keeps no image of that name. @returns its id */
  async push(name: string, command = STEADY): Promise<string> {
    const reference = this.reference(name);
    const made = await makeImage(this.nebula, reference, command);
    await this.known.run(['push', reference]);
    await this.forget(name);
    return made;
  }

  /** Takes the name from the Engine's image; containers keep what they are made of. */
  async forget(name: string): Promise<void> {
    await this.nebula.docker.run(['rmi', '--force', this.reference(name)]).catch(() => undefined);
  }

  /** Brings it onto the Engine by hand. */
  async pull(name: string): Promise<void> {
    await this.known.run(['pull', this.reference(name)]);
  }
}
