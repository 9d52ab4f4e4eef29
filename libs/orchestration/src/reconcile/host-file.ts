import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * A JSON file that is whole at every instant: written beside, fsynced, renamed. Readable by its owner only. Saves that
 * come while one is being written collapse into one more.
 */
export class HostFile<T> {
  private saving?: Promise<void>;
  private again = false;

  constructor(
    private readonly path: string,
    private readonly current: () => T,
    /** Told of each writing: why it failed, undefined when it did not. */
    private readonly onWritten: (error: unknown) => void,
  ) {}

  /** @returns undefined when there is none, or none that can be read: that one is put aside, for a person to look at */
  static async load<T>(path: string, check: (value: unknown) => T | undefined): Promise<T | undefined> {
    try {
      const checked = check(JSON.parse(await readFile(path, 'utf8')));
      if (checked !== undefined) return checked;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    }
    await rename(path, `${path}.unreadable`).catch(() => undefined);
    return undefined;
  }

  /** Resolves when what `current` gave, now or later, is on disk, or `onWritten` was told why it is not. */
  async save(): Promise<void> {
    this.again = true;
    this.saving ??= this.saveAll();
    await this.saving;
  }

  private async saveAll(): Promise<void> {
    while (this.again) {
      this.again = false;
      await this.write().then(
        () => this.onWritten(undefined),
        (error: unknown) => this.onWritten(error),
      );
    }
    // In the same turn as the last look at `again`: a save that comes now must begin anew.
    this.saving = undefined;
  }

  private async write(): Promise<void> {
    const text = JSON.stringify(this.current());
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const beside = `${this.path}.new`;
    const file = await open(beside, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(beside, 0o600);
    await rename(beside, this.path);
    await syncFolder(dirname(this.path));
  }
}

/** The rename itself must survive a power cut. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
