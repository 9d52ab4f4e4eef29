import type { AppGeneration } from '@nebula/domain';
import { ActionList } from './action-list';
import type { AppPlanContext } from './app-planner';
import { takeAway } from './bring-up';
import type { OwnedContainer } from './owned-container';
import type { AppPlan, Subject } from './plan';
import { readApp } from './readable-app';
import { removeVolumes } from './remove-volumes';
import { VerdictBuilder } from './verdict';

/** Plans the end of an app on this host: its tombstone was heard, or it is not wanted here any more. */
export function planLeaving(
  generation: AppGeneration,
  containers: readonly OwnedContainer[],
  context: AppPlanContext,
): AppPlan {
  const list = new ActionList();
  const verdict = new VerdictBuilder();
  const backsOff = (subject: Subject): boolean => {
    const attempt = context.history.attempt(generation.name, subject);
    // What failed before was about bringing it up, and is no reason to let it stay.
    if (attempt?.generation !== generation.generation) return false;
    verdict.failedAttempt(attempt);
    return attempt.retryAt > context.now;
  };
  const leaving = containers.filter(({ owner }) => !backsOff(owner.ordinal));
  const readable = readApp(generation);
  // What they were made with, where nobody knows what is in force now.
  const stop = 'app' in readable ? readable.app.stop : { signal: null, graceSeconds: null };
  const cause = generation.deleted ? 'the app was deleted' : 'the app is not wanted here any more';
  takeAway(leaving, cause, list, stop);
  const { view } = context.clashes;
  removeVolumes(context.volumes.leavingOf(generation.name), list, { view, backsOff, why: () => cause });
  verdict.converges();
  return {
    app: generation.name,
    generation: generation.generation,
    actions: list.actions,
    verdict: { ...verdict.verdict(), leaving: true },
  };
}
