import type { ContainerSpec } from '../runtime';
import type { Action } from './plan';

/** The actions of one app's plan, in the making. */
export class ActionList {
  readonly actions: Action[] = [];
  private readonly stops = new Map<string, number>();
  private readonly removals = new Map<string, number>();

  /** @returns its index, for others to come after it */
  add(action: Action): number {
    const index = this.actions.push(action) - 1;
    if ((action.kind === 'stop' || action.kind === 'remove') && 'id' in action.target) {
      (action.kind === 'stop' ? this.stops : this.removals).set(action.target.id, index);
    }
    return index;
  }

  /** The action that stops this container; empty: none does. */
  stopOf(containerId: string): number[] {
    return listOf(this.stops.get(containerId));
  }

  /** The action after which nothing of this container runs: its stop or, where there is none, its removal. */
  endOf(containerId: string): number[] {
    return listOf(this.stops.get(containerId) ?? this.removals.get(containerId));
  }

  removalOf(containerId: string): number[] {
    return listOf(this.removals.get(containerId));
  }

  /** The containers that are made. */
  created(): ContainerSpec[] {
    return this.actions.flatMap((action) => (action.kind === 'create' ? action.spec : []));
  }
}

const listOf = (index: number | undefined): number[] => (index === undefined ? [] : [index]);
