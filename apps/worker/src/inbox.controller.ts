import { accept, type Check, checkAppMessage, checkDigest, checkGroupMessage, INBOX, Refusal } from '@nebula/bus';
import { type DigestMessage, digestOfAll, digestOfApp, digestOfGroup, type Generation } from '@nebula/domain';
import type { DesiredState } from '@nebula/orchestration';
import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { HostWorker } from './host-worker';
import { WORKER_OPTIONS, type WorkerOptions } from './worker-options';

/** Desired state comes in here, whatever carries it. */
@Controller()
export class InboxController {
  constructor(
    private readonly worker: HostWorker,
    @Inject(WORKER_OPTIONS) private readonly options: WorkerOptions,
  ) {}

  @EventPattern(INBOX.app)
  app(@Payload() message: unknown): void {
    this.take(message, checkAppMessage, (store, { app }) => {
      this.hear({ app: app.name }, app, (desired) => desired.hearApp(store, app));
    });
  }

  @EventPattern(INBOX.group)
  group(@Payload() message: unknown): void {
    this.take(message, checkGroupMessage, (store, { group, apps }) => {
      this.hear({ group: group.name }, group, (desired) => desired.hearGroup(store, group, apps));
    });
  }

  @EventPattern(INBOX.digest)
  digest(@Payload() message: unknown): void {
    this.take(message, checkDigest, (store, digest) => {
      this.worker.compare(digest, (desired) => {
        const compares = desired.hearDigest(store, digest.scope) && concerns(desired, digest);
        return !compares || digest.digest === ownDigest(desired, digest);
      });
    });
  }

  private hear(
    scope: DigestMessage['scope'],
    { deleted }: Generation,
    change: (desired: DesiredState) => boolean,
  ): void {
    this.worker.hear((desired) => {
      const isNew = change(desired);
      if (isNew) this.worker.hearing.learnt(scope, deleted);
      return isNew;
    });
  }

  private take<T>(message: unknown, check: Check<T>, hear: (store: string, body: T) => void): void {
    const envelope = accept(message, this.options.installation, check);
    if (envelope instanceof Refusal) this.worker.refuse(envelope);
    // A store that took over tells all that it has by its snapshot; a part of it would only mislead.
    else if (!this.worker.isToAskAnew(envelope.store)) hear(envelope.store, envelope.body);
  }
}

/**
 * Whether it is about what this host runs by its own configuration. The digest of everything is heard by every host, for
 * whose word it is; only a host on everything has that to compare.
 */
function concerns({ selection }: DesiredState, { scope }: DigestMessage): boolean {
  if ('app' in scope) return selection.names.includes(scope.app);
  if ('group' in scope) return selection.group === scope.group;
  return selection.all;
}

/** The digest of what this host has of that. @returns undefined when it has nothing: that differs from any */
function ownDigest(desired: DesiredState, { scope }: DigestMessage): string | undefined {
  if ('app' in scope) {
    const app = desired.newest(scope.app);
    return app && digestOfApp(app);
  }
  if ('group' in scope) {
    const group = desired.currentGroup();
    return group && digestOfGroup(group, desired.listed());
  }
  return digestOfAll(desired.known());
}
