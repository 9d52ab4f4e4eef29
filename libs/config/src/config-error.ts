import { DomainError, type Problem } from '@nebula/domain';

/** Stops the start: one message that names all that is wrong, without any value, for it may be a secret. */
export class ConfigError extends DomainError {
  constructor(problems: Problem[]) {
    const lines = problems.map(({ pointer, detail }) => `  ${pointer} ${detail}`);
    super('malformed', 'invalid-config', ['the configuration is not usable:', ...lines].join('\n'), problems);
    this.name = 'ConfigError';
  }
}
