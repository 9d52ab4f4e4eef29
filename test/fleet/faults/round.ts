import { setTimeout as pause } from 'node:timers/promises';
import { checkAll, converge, lookAround, patienceMs, untilTold } from './checks';
import { mustHold } from './fault';
import { Mover, moveOnce } from './mover';
import { nameOf, type Step } from './order';
import type { Scene } from './scene';

/** How long changes are made at the most before a fault gets in between. */
const LEAD_MS = 2_000;

export interface Outcome {
  step: string;
  /** From the last repair, or from the last change that was accepted after it. */
  convergedMs: number;
  /** From there until the status said so. */
  toldMs: number;
}

/** One fault on a fleet that was right, and everything that must hold afterwards. Rejects with Broken when it does not. */
export async function takeStep(scene: Scene, step: Step): Promise<Outcome> {
  const { fault } = step;
  await scene.tap.open();
  scene.record.takeTouched();
  const before = await lookAround(scene);
  await fault.prepare?.(scene);
  const since = await strikeAndRepair(scene, step);
  const convergedMs = await converge(scene, since, fault.intervals);
  const most = patienceMs(fault.intervals);
  const late = [`${convergedMs.toFixed(0)} ms after the last repair, ${most.toFixed(0)} ms are the most`];
  mustHold('converged in time', convergedMs <= most ? [] : late);
  const toldMs = fault.oddStatus ? 0 : await untilTold(scene);
  await fault.check?.(scene);
  await checkAll(scene, before);
  await fault.tidy?.(scene);
  await converge(scene, performance.now());
  await untilTold(scene);
  scene.takeExcuses();
  return { step: nameOf(step), convergedMs, toldMs };
}

/** @returns when all was right again that the fault broke, by performance.now() */
async function strikeAndRepair(scene: Scene, { fault, moment }: Step): Promise<number> {
  const mover = moment === 'change' ? Mover.start(scene) : undefined;
  try {
    if (mover) await pause(scene.chance.whole(LEAD_MS));
    if (fault.ofStore) await mover?.breakOff();
    await fault.strike(scene);
    await fault.repair?.(scene);
    const repairedAt = performance.now();
    await mover?.end();
    // At rest nothing would have to be done: that the fleet still does what it is told is to be seen.
    if (!mover && !fault.ofStore) await moveOnce(scene);
    return Math.max(repairedAt, scene.record.lastAcceptedAt);
  } catch (error) {
    await mover?.breakOff().catch(() => undefined);
    throw error;
  }
}
