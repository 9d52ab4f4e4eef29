import { type Moment, noCounts, type Note, type Telling } from './orders';

const EVERY_MS = 50;

/** What happens on the hosts of this process, told to the process that started it. */
export class Notebook {
  readonly counts = noCounts();
  private notes: Note[] = [];
  private told = '';

  constructor(private readonly tell: (telling: Telling) => void) {
    setInterval(() => this.send(), EVERY_MS);
  }

  note(moment: Moment, host: string, generation = 0): void {
    this.notes.push({ moment, host, generation, at: performance.timeOrigin + performance.now() });
  }

  private send(): void {
    const counts = JSON.stringify(this.counts);
    if (this.notes.length === 0 && counts === this.told) return;
    this.tell({ notes: this.notes, counts: this.counts });
    this.notes = [];
    this.told = counts;
  }
}
