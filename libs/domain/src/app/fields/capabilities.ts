import { accepted, distinctListOf, refused, type Parsed } from '../../parse/parsed';

const KNOWN = new Set(
  (
    'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE ' +
    'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT ' +
    'SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP ' +
    'MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
  ).split(' '),
);

/** Written out as `CAP_NET_ADMIN`, or `ALL`. */
export const parseCapabilities = distinctListOf(parseCapability, (name) => name, 'the same capability');

function parseCapability(input: unknown): Parsed<string> {
  if (typeof input !== 'string') return refused('must be the name of a capability');
  const name = input.toUpperCase().replace(/^CAP_/, '');
  if (input.toUpperCase() === 'ALL') return accepted('ALL');
  return KNOWN.has(name) ? accepted(`CAP_${name}`) : refused('is not a capability that Docker knows');
}
