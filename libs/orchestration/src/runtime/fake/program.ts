/** What the process in a container does; the default runs on, obeys every signal at once and has no health check. */
export interface Program {
  /** Ends by itself so many milliseconds after each start. */
  exitAfterMs?: number;
  /** What it then exits with (default 0). */
  exitCode?: number;
  /** What so ends it is the kernel, for want of memory: with 137. */
  outOfMemory?: boolean;
  /** Milliseconds from the signal to its end (default 0). */
  stopAfterMs?: number;
  /** What it exits with when a signal ends it (default 0). */
  stopExitCode?: number;
  /** Signals that it does not hear. */
  ignores?: string[];
  /** The image's own stop signal (default SIGTERM). */
  stopSignal?: string;
  /** What the health check says from when on; absent: healthy at once where the app has a check, else no check. */
  health?: { result: 'healthy' | 'unhealthy'; afterMs?: number; output?: string };
  /** What it has written, stdout and stderr. */
  log?: string;
  /** Each start fails with this text. */
  startError?: string;
  /** Paths where the image declares a volume. */
  volumes?: string[];
}

export interface FakeImage {
  id: string;
  program: Program;
  /** Its containers have them too. */
  labels?: Record<string, string>;
}
