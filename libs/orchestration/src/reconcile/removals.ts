import { proofOf, type Remembered } from '../plan/ours';
import type { Action, AppPlan } from '../plan/plan';
import type { ObservedContainer } from '../runtime';

const SHORT_ID = 12;

interface RemovalParts {
  observer: { get(id: string): ObservedContainer | undefined };
  memory: Remembered;
  /** One line. */
  onRemoved(told: string): void;
}

/** Tells of the containers that go by a plan. Whose they are is put together before, while they can be looked at. */
export class Removals {
  private readonly whose = new Map<string, string>();

  constructor(
    actions: readonly Action[],
    private readonly plan: Pick<AppPlan, 'app' | 'generation'>,
    private readonly parts: RemovalParts,
  ) {
    const ids = actions.flatMap((action) => ('target' in action && 'id' in action.target ? [action.target.id] : []));
    for (const container of ids.map((id) => parts.observer.get(id))) {
      if (container)
        this.whose.set(container.id, `image ${container.image}, ours by ${proofOf(container, parts.memory)}`);
    }
  }

  removed({ target, cause }: Extract<Action, { kind: 'remove' }>): void {
    if ('id' in target) this.tell(target.name, target.id, this.whose.get(target.id), cause);
  }

  private tell(name: string, id: string, whose: string | undefined, why: string): void {
    const { app, generation } = this.plan;
    const which = `Removed container "${name}" (${id.slice(0, SHORT_ID)}) of app "${app}", generation ${generation}`;
    this.parts.onRemoved(`${which}${whose === undefined ? '' : `, ${whose}`}: ${why}`);
  }
}
