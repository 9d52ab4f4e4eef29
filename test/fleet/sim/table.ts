import { markdownTable } from '../markdown-table';
import type { ChangeFigures, Figures, JoinFigures, ReplacementFigures, RestartFigures } from './figures';
import type { Cost } from './meter';
import type { Spread } from './quantiles';

/** The figures as Markdown, as `docs/scale.md` has them. */
export function tableOf(figures: Figures): string {
  const { smallChanges, join, changes, restart, replacement, store } = figures;
  return [
    `### ${changes.hosts} hosts, store: ${store}`,
    '',
    ...markdownTable(
      ['times in seconds', 'p50 of the hosts', 'p99', 'last', 'in the status'],
      [
        ...joinRows(`${join.hosts} join at once`, join),
        ...changeRows(smallChanges),
        ...changeRows(changes),
        ...(restart ? restartRows(restart) : []),
        ...(replacement ? joinRows(`${replacement.gone} others join`, replacement.join) : []),
      ],
    ),
    '',
    ...costTable(figures),
    '',
    ...markdownTable(
      ['a change', `${smallChanges.hosts} hosts`, `${changes.hosts} hosts`],
      [
        ['publishes', ...both(smallChanges, changes, (each) => String(each.publishesPerChange))],
        ['bytes of them', ...both(smallChanges, changes, (each) => String(each.publishedBytesPerChange))],
        ['heap of the api, MiB', ...both(smallChanges, changes, (each) => each.heap.toFixed(1))],
      ],
    ),
    ...(replacement ? ['', ...replacementLines(replacement)] : []),
    '',
  ].join('\n');
}

const both = (small: ChangeFigures, large: ChangeFigures, show: (each: ChangeFigures) => string) => [
  show(small),
  show(large),
];

const seconds = (ms: number): string => (ms / 1000).toFixed(2);
const spread = ({ p50, p99, last }: Spread): string[] => [p50, p99, last].map(seconds);

function joinRows(what: string, { connected, answered, converged, statusSays }: JoinFigures): string[][] {
  return [
    [`${what}: connected`, ...spread(connected), ''],
    ['… has its snapshot', ...spread(answered), ''],
    ['… converged', ...spread(converged), seconds(statusSays)],
  ];
}

function changeRows({ hosts, changes, replaced, converged, statusSays, lastConverged }: ChangeFigures): string[][] {
  return [
    [`${changes} changes on ${hosts}: container replaced`, ...spread(replaced), ''],
    ['… converged (a second of running is part of it)', ...spread(converged), seconds(statusSays.p50)],
    ['… the last host of each change', ...spread(lastConverged), ''],
  ];
}

function restartRows({ hosts, connected, answered, converged, statusSays }: RestartFigures): string[][] {
  return [
    [`broker killed and back, ${hosts} hosts: connected`, ...spread(connected), ''],
    ['… has its snapshot', ...spread(answered), ''],
    ['… converged on what changed meanwhile', ...spread(converged), seconds(statusSays)],
  ];
}

function costTable({ join, changes, rest, restart, smallChanges }: Figures): string[] {
  const costs: [string, Cost][] = [
    ['join', join.cost],
    [`changes, ${smallChanges.hosts} hosts`, smallChanges.cost],
    [`changes, ${changes.hosts} hosts`, changes.cost],
    ...(rest ? [['at rest', rest] as [string, Cost]] : []),
    ...(restart ? [['broker restart', restart.cost] as [string, Cost]] : []),
  ];
  const parts = Object.keys(join.cost.parts);
  const count = (of: (cost: Cost) => string) => costs.map(([, cost]) => of(cost));
  return markdownTable(
    ['', ...costs.map(([name]) => name)],
    [
      ['took, s', ...count(({ seconds: all }) => all.toFixed(1))],
      ...parts.map((part) => [
        `${part}: processor s / MiB at most`,
        ...count(({ parts: each }) => `${each[part]!.cpu.toFixed(1)} / ${Math.round(each[part]!.peak)}`),
      ]),
      ['the machine: processors busy, %', ...count(({ machine }) => busyShare(machine))],
      ['… with what is none of this, s', ...count(({ machine }) => machine.others.toFixed(0))],
      [
        'messages to / from the broker',
        ...count(({ broker }) => (broker ? `${broker.received} / ${broker.delivered}` : '')),
      ],
      [
        'MiB to / from the broker',
        ...count(({ broker }) => (broker ? `${mib(broker.bytesIn)} / ${mib(broker.bytesOut)}` : '')),
      ],
      ['reports of hosts', ...count(({ hosts }) => String(hosts.reports))],
      ['questions for snapshots / not answered', ...count(({ hosts }) => `${hosts.questions} / ${hosts.unanswered}`)],
      ['… reads of the store for apps / groups', ...count(({ commands }) => reads(commands))],
      ['messages to all: apps, digests, statuses', ...count(({ published }) => told(published))],
    ],
  );
}

const told = ({ app, digest, status }: Cost['published']) => `${app.messages}, ${digest.messages}, ${status.messages}`;
const mib = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);
const reads = (commands: Record<string, number>) =>
  `${commands['find apps'] ?? 0} / ${commands['find device_groups'] ?? 0}`;
const busyShare = ({ busy, idle }: Cost['machine']): string => Math.round((100 * busy) / (busy + idle)).toString();

function replacementLines(figures: ReplacementFigures): string[] {
  const { gone, beforeForgetting, afterForgetting, forgetting, storeBefore, storeAfter } = figures;
  const counts = ({ hosts, converged, silent }: ReplacementFigures['afterForgetting']) =>
    `${hosts} hosts, ${converged} converged, ${silent} silent`;
  const documents = ({ hosts = 0, host_apps: apps = 0 }: Record<string, number>) =>
    `${hosts} hosts, ${apps} of their apps`;
  return markdownTable(
    [`${gone} hosts replaced`, 'the status', 'documents in the store'],
    [
      ['before', '', documents(storeBefore)],
      ['the old ones silent', counts(beforeForgetting), ''],
      [`forgotten, in ${seconds(forgetting)} s`, counts(afterForgetting), documents(storeAfter)],
    ],
  );
}
