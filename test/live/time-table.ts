import type { EngineEvents } from './engine-events';

interface Row {
  what: string;
  ours: number;
  docker: number;
}

/** How long changes took, from the request to the Engine's last event of the app, beside Docker's own calls. */
export class TimeTable {
  private readonly rows: Row[] = [];

  constructor(
    private readonly events: EngineEvents,
    private readonly app: string,
  ) {}

  /** @param docker the calls that the change comes down to, made directly; returns the ms that they took */
  async measure<T>(what: string, change: () => Promise<T>, docker: () => Promise<number>): Promise<T> {
    const since = Date.now();
    const answer = await change();
    const last = Math.max(since, ...this.events.since(since, this.app).map(({ at }) => at));
    this.rows.push({ what, ours: last - since, docker: await docker() });
    return answer;
  }

  get total(): Omit<Row, 'what'> {
    const sum = (field: 'ours' | 'docker'): number => this.rows.reduce((all, row) => all + row[field], 0);
    return { ours: sum('ours'), docker: sum('docker') };
  }

  /** For a person: times depend on the machine, so no test asserts them. */
  print(): void {
    const line = (what: string, ours: number, docker: number): string =>
      `  ${what.padEnd(28)} ${ours.toFixed(0).padStart(6)} ${docker.toFixed(0).padStart(8)} ${(ours - docker).toFixed(0).padStart(6)}\n`;
    const head = `\n  ${'change, ms'.padEnd(28)} Nebula   Docker   more\n`;
    const { ours, docker } = this.total;
    const rows = [...this.rows, { what: 'all', ours, docker }];
    process.stdout.write(head + rows.map((row) => line(row.what, row.ours, row.docker)).join('') + '\n');
  }
}
