import type { Fleet } from '../fleet';

/** The processes of a fleet's programs, by name. */
export type Processes = ReadonlyMap<string, number | undefined>;

export const processesOf = ({ apis, monitor, broker, database, balancer }: Fleet): Processes =>
  new Map([
    ...[...apis, monitor].map(({ name, pid }) => [name, pid] as const),
    ['broker', broker.pid],
    ['balancer', balancer.pid],
    ['database', database?.pid],
  ]);

/** Programs that ended though nobody killed them. */
export function endedByThemselves(before: Processes, after: Processes, killed: ReadonlySet<string>): string[] {
  return [...before].flatMap(([name, pid]) => {
    const now = after.get(name);
    if (now === undefined) return [`${name} has ended`];
    return killed.has(name) || now === pid ? [] : [`${name} is another process`];
  });
}
