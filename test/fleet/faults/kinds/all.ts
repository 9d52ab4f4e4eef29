import type { Fault } from '../fault';
import { clockFaults } from './clocks';
import { hostFaults } from './hosts';
import { identityFaults } from './identities';
import { lossFaults } from './losses';
import { messageFaults } from './messages';
import { programFaults } from './programs';
import { storeFaults } from './stores';

/** Everything that can go wrong here. */
export const FAULTS: readonly Fault[] = [
  ...programFaults,
  ...hostFaults,
  ...messageFaults,
  ...lossFaults,
  ...identityFaults,
  ...storeFaults,
  ...clockFaults,
];
