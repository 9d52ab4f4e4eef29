import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { repository } from '../../test/services/repository';
import type { Answer } from './answering';

const RUN = join(repository, 'bench', 'processes', 'run.mjs');

/** A part of a measurement in a process of its own, so that nothing else is done in its event loop. */
export class BenchProcess<Q = never, A = never> {
  private constructor(private readonly child: ChildProcess) {}

  /** @returns the process, and what it told when it was ready */
  static async start<R, Q = never, A = never>(
    name: string,
    given: object = {},
  ): Promise<{ process: BenchProcess<Q, A>; ready: R }> {
    const env = { ...process.env, NODE_ENV: 'production' };
    const started = new BenchProcess<Q, A>(fork(RUN, [name, JSON.stringify(given)], { env }));
    return { process: started, ready: (await started.answer()) as R };
  }

  /** One question at a time. */
  ask(question: Q): Promise<A> {
    const answer = this.answer();
    this.child.send(question as object);
    return answer as Promise<A>;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((done) => this.child.once('exit', done));
    this.child.kill('SIGKILL');
    await ended;
  }

  private answer(): Promise<unknown> {
    return new Promise((done, fail) => {
      const ended = (): void => fail(new Error(`a process of the benchmark ended: ${this.child.spawnargs.join(' ')}`));
      this.child.once('exit', ended);
      this.child.once('message', (message) => {
        this.child.off('exit', ended);
        const answer = message as Answer;
        if ('error' in answer) fail(new Error(answer.error));
        else done(answer.value);
      });
    });
  }
}
