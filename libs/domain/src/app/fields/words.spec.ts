import type { Parser } from '../../parse/parsed';
import { parseArguments } from './arguments';
import { parseCapabilities } from './capabilities';
import { parseEnv } from './env';
import { parseExtraHosts } from './extra-hosts';
import { parseLabels } from './labels';
import { parseName } from './name';
import { parseNetworks } from './networks';
import { parseSignal } from './signal';

/** Each grammar by what it takes (and what that is written out) and what it does not. */
const GRAMMARS: { about: string; parse: Parser<unknown>; takes: [unknown, unknown][]; refuses: unknown[] }[] = [
  {
    about: 'a name',
    parse: parseName,
    takes: ['a', '0', 'web', 'Web_1.b-c', 'constructor', 'a'.repeat(58)].map((name) => [name, name]),
    refuses: ['', '.', '..', '-a', '_a', 'a b', 'a/b', 'a%', 'ä', 'a\n', 'a'.repeat(59), '*', 5, null, ['a']],
  },
  {
    about: 'networks',
    parse: parseNetworks,
    takes: [['nebula'], ['a', 'b'], ['bridge'], ['bridge', 'a'], ['host'], ['none'], ['a'.repeat(128)]].map((names) => [
      names,
      names,
    ]),
    refuses: [
      [],
      'nebula',
      [5],
      [''],
      ['a b'],
      ['.a'],
      ['default'],
      ['container:x'],
      ['a', 'b', 'a'],
      ['host', 'a'],
      ['a', 'none'],
      ['host', 'none'],
      ['a'.repeat(129)],
    ],
  },
  {
    about: 'a signal',
    parse: parseSignal,
    takes: ['SIGTERM', 'TERM', 'term', '15', '1', '64', 'SIGRTMIN', 'RTMIN+15', 'RTMAX', 'SIGRTMAX-14', 'CLD'].map(
      (name) => [name, name],
    ),
    refuses: ['', '0', '65', '-1', '1.5', 'FOO', 'SIGSIGTERM', 'RTMIN+16', 'RTMAX-15', 'RTMIN-1', 'EMT', 15, null],
  },
  {
    about: 'capabilities',
    parse: parseCapabilities,
    takes: [
      [
        ['NET_ADMIN', 'cap_chown', 'CAP_SYS_TIME'],
        ['CAP_NET_ADMIN', 'CAP_CHOWN', 'CAP_SYS_TIME'],
      ],
      [['all'], ['ALL']],
      [[], []],
    ],
    refuses: [[''], ['FOO'], ['CAP_ALL'], ['CAP_CAP_CHOWN'], [5], 'ALL', ['CHOWN', 'cap_chown']],
  },
  {
    about: 'extra hosts',
    parse: parseExtraHosts,
    takes: [['db:10.0.0.5'], ['db:::1', 'db:10.0.0.5'], ['gw:host-gateway'], ['a.b-c_d:2001:db8::1']].map((hosts) => [
      hosts,
      hosts,
    ]),
    refuses: [
      ['db'],
      [':10.0.0.5'],
      ['db:'],
      ['db:name'],
      ['a b:10.0.0.5'],
      ['db:[::1]'],
      ['db:fe80::1%eth0'],
      ['db:10.0.0.05'],
      ['db:10.0.0.5\n'],
      [`${'a'.repeat(254)}:10.0.0.5`],
      [5],
      'db:10.0.0.5',
    ],
  },
  {
    about: 'env',
    parse: parseEnv,
    takes: [{}, { A: '' }, { 'a b': 'x=y\n' }, { constructor: 'x', toString: 'y' }].map((env) => [env, env]),
    refuses: [{ '': 'x' }, { 'A=B': 'x' }, { A: 5 }, { A: null }, { A: ['x'] }, ['A=x'], 'A=x', 5],
  },
  {
    about: 'labels',
    parse: parseLabels,
    takes: [{}, { 'traefik.enable': 'true' }, { nebula: '', nebulae: 'x', 'a=b': 'c' }].map((env) => [env, env]),
    refuses: [
      { '': '' },
      { 'nebula.app': 'x' },
      { 'nebula.x': 'y' },
      { app_name: 'x' },
      { orchestrator: 'x' },
      { a: 5 },
    ],
  },
  {
    about: 'arguments',
    parse: parseArguments,
    takes: [[], [''], ['sh', '-c', 'a  b']].map((words) => [words, words]),
    refuses: ['sh', [5], [null], [['sh']], {}],
  },
];

describe.each(GRAMMARS)('$about', ({ parse, takes, refuses }) => {
  it.each(takes)('take %j', (input, value) => expect(parse(input)).toEqual({ ok: true, value }));
  it.each(refuses.map((input) => ({ input })))('refuse $input', ({ input }) => expect(parse(input).ok).toBe(false));
});
