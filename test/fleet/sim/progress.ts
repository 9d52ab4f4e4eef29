const EVERY_MS = 500;
const LINE_EVERY_MS = 10_000;

/** Says what is going on: in one line that changes on a terminal, else in a new line now and then. */
export class Progress {
  private readonly began = performance.now();
  private line = '';
  private saidAt = 0;
  private timer?: NodeJS.Timeout;

  constructor(private readonly out: NodeJS.WriteStream | undefined) {}

  /** @param now says how far it is; called now and then until `work` has settled */
  async during<T>(what: string, work: Promise<T>, now: () => string = () => ''): Promise<T> {
    this.say(`${what} …`);
    this.saidAt = performance.now();
    this.timer = setInterval(() => this.tick(`${what}: ${now()}`), EVERY_MS);
    try {
      return await work;
    } finally {
      clearInterval(this.timer);
      this.erase();
    }
  }

  /** A line that stays. */
  say(text: string): void {
    this.erase();
    this.out?.write(`${this.time()} ${text}\n`);
  }

  private tick(text: string): void {
    if (this.out?.isTTY) {
      this.erase();
      this.line = `${this.time()} ${text}`;
      this.out.write(this.line);
    } else if (performance.now() - this.saidAt > LINE_EVERY_MS) {
      this.saidAt = performance.now();
      this.say(text);
    }
  }

  private erase(): void {
    if (this.line !== '') this.out?.write(`\r${' '.repeat(this.line.length)}\r`);
    this.line = '';
  }

  private time(): string {
    return `${((performance.now() - this.began) / 1000).toFixed(1).padStart(6)} s`;
  }
}
