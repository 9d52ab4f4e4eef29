import { cutLog, LIMITS } from '@nebula/domain';
import { ContainerRuntime, type ObservedContainer } from '../runtime';

interface Excerpt {
  /** What makes the output another one: it was started again. */
  of: string;
  text?: string;
}

/** The last lines of containers in trouble, read once for each time that they ended. */
export class LogExcerpts {
  private readonly excerpts = new Map<string, Excerpt>();

  constructor(
    private readonly runtime: ContainerRuntime,
    private readonly onRead: () => void,
  ) {}

  /** @returns what is known already; what is not is read, and told by `onRead` */
  of(container: ObservedContainer): string | undefined {
    const of = `${container.restartCount} ${container.state} ${container.finishedAt ?? ''}`;
    const known = this.excerpts.get(container.id);
    if (known?.of !== of) void this.read(container.id, of, known?.text);
    return this.excerpts.get(container.id)?.text;
  }

  /** Forgets all but those of these containers. */
  retain(ids: ReadonlySet<string>): void {
    for (const id of this.excerpts.keys()) if (!ids.has(id)) this.excerpts.delete(id);
  }

  private async read(id: string, of: string, before: string | undefined): Promise<void> {
    this.excerpts.set(id, { of, text: before });
    // One character (4 bytes) and line more than is shown, so that what was cut is told from what just fits.
    const limits = { lines: LIMITS.logLines + 1, bytes: LIMITS.logBytes + 4 };
    const text = await this.runtime.logs(id, limits).catch(() => '');
    if (this.excerpts.get(id)?.of !== of) return;
    this.excerpts.set(id, { of, text: text === '' ? undefined : cutLog(text) });
    if (text !== '') this.onRead();
  }
}
