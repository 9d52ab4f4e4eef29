import { LABELS, markOf, originOf } from '@nebula/domain';
import type { ObservedContainer } from '../runtime';
import { type OwnedContainer, readLabels } from './owned-container';

/** The Engine may be slow to make what it was told to make, and its clock may have been set: ms after and before the mark. */
const LATE_MS = 60_000;
const EARLY_MS = 5_000;

/** The containers that this host knows for its own from before, in its file. */
export interface Remembered {
  isOwn(containerId: string): boolean;
  /** Whether it knows one of this origin: all others of it are copies, also when that one is gone. */
  knowsOrigin(origin: string): boolean;
}

export interface Ours {
  own: OwnedContainer[];
  /** With all our labels, and made by somebody else: left alone. */
  copies: OwnedContainer[];
}

/**
 * Sorts the containers that have the labels of this installation. Labels are copied by whoever copies a container, and
 * an image made of one gives them to its own containers. What no copy has is the id, which the host's file remembers, and
 * the time at which the Engine made it, which our mark names: that tells when the file is lost.
 */
export function oursOf(containers: Iterable<ObservedContainer>, installation: string, remembered: Remembered): Ours {
  const labelled = [...containers]
    .map(readLabels)
    .filter((container) => container?.owner.installation === installation) as OwnedContainer[];
  const firsts = firstsOf(labelled, remembered);
  const isOwn = (container: OwnedContainer): boolean => {
    if (remembered.isOwn(container.id)) return true;
    if (remembered.knowsOrigin(container.origin)) return false;
    return isMarked(container) ? firsts.get(container.origin) === container : !isLabelledByImage(container);
  };
  const { own = [], copies = [] } = Object.groupBy(labelled, (container) => (isOwn(container) ? 'own' : 'copies'));
  return { own, copies };
}

/** Why a container was taken for ours, for people. */
export function proofOf(container: ObservedContainer, remembered: Remembered): string {
  const mark = isMarked(container)
    ? isMadeThen(container) && `its mark (${container.labels[LABELS.made]})`
    : 'its labels, which have no mark yet';
  return [remembered.isOwn(container.id) && "the worker's file", mark].filter(Boolean).join(' and ');
}

/** By origin, the oldest of those that were made when their mark says: one that was copied at once is younger. */
function firstsOf(labelled: readonly OwnedContainer[], remembered: Remembered): Map<string, OwnedContainer> {
  const firsts = new Map<string, OwnedContainer>();
  for (const container of labelled) {
    if (remembered.isOwn(container.id) || !isMarked(container) || !isMadeThen(container)) continue;
    const other = firsts.get(container.origin);
    if (!other || isOlder(container, other)) firsts.set(container.origin, container);
  }
  return firsts;
}

const isMarked = ({ labels }: ObservedContainer): boolean => markOf(labels) !== undefined;

function isMadeThen({ labels, createdAt }: ObservedContainer): boolean {
  const late = Date.parse(createdAt) - Number(markOf(labels));
  return late >= -EARLY_MS && late <= LATE_MS;
}

function isOlder(a: ObservedContainer, b: ObservedContainer): boolean {
  const [of, than] = [instantOf(a), instantOf(b)];
  return of === than ? a.id < b.id : of < than;
}

/** As text: the Engine tells billionths of a second, without the zeros at their end. */
const instantOf = ({ createdAt }: ObservedContainer): string => createdAt.replace('Z', '');

/** Labels that the image itself has say nothing of who made the container. */
const isLabelledByImage = ({ imageLabels, origin }: OwnedContainer): boolean =>
  imageLabels !== undefined && originOf(imageLabels) === origin;
