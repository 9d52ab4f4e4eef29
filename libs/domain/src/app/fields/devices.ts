import { accepted, distinctListOf, refused, type Parsed } from '../../parse/parsed';
import type { Device } from '../app';
import { mountPoint } from './paths';

const FORM = 'must be "/dev/on-host", with optional ":/dev/in-container" and optional ":rwm" (some of the three)';
const PERMISSIONS = /^(?!.*(.).*\1)[rwm]+$/;

export const parseDevices = distinctListOf(parseDevice, ({ container }) => container, 'the same path in the container');

function parseDevice(input: unknown): Parsed<Device> {
  if (typeof input !== 'string') return refused(FORM);
  const parts = input.split(':');
  const last = parts.slice(-1).join();
  const permissions = PERMISSIONS.test(last) ? last : undefined;
  const [source, inside = source, ...surplus] = permissions === undefined ? parts : parts.slice(0, -1);
  const host = mountPoint(source);
  const container = mountPoint(inside);
  if (host === undefined || container === undefined || surplus.length > 0) return refused(FORM);
  return accepted({ host, container, permissions: inOrder(permissions ?? 'rwm') });
}

const inOrder = (permissions: string): string => [...'rwm'].filter((letter) => permissions.includes(letter)).join('');
