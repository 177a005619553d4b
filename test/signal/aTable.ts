// Made-up process tables for the laws of plans: with orphans, rings of parents, kernel threads, and slotop in it.
import fc from 'fast-check';
import type { Proc } from '../../src/types.ts';
import type { PlanRequest } from '../../src/signal/plan.ts';
import { aProc as anyProc } from '../derive/aProc.ts';

export const PF_KTHREAD = 0x0020_0000;

export function aProc(spec: Partial<Proc> & { readonly pid: number }): Proc {
  const { pid } = spec;
  return anyProc({ starttime: 1000 + pid, pgrp: pid, session: pid, comm: `proc${pid}`, ...spec });
}

export function sampleOf(procs: readonly Proc[], self: number): PlanRequest['sample'] {
  return {
    procs: new Map(procs.map((proc) => [proc.pid, proc])),
    self,
    userName: (uid) => (uid === undefined ? '-' : `user${uid}`),
    socketsOf: new Map(),
    ttyName: (ttyNr) => (ttyNr === 0 ? undefined : `pts/${ttyNr}`),
    devicesOf: () => [],
  };
}

export interface Table {
  readonly procs: readonly Proc[];
  readonly self: number;
}

/** Few pids, so that parents, rings, groups and sessions meet often. */
export const tables: fc.Arbitrary<Table> = fc
  .uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 25 })
  .chain((pids) =>
    fc.record({
      procs: fc.tuple(
        ...pids.map((pid) =>
          fc
            .record({
              ppid: fc.integer({ min: 0, max: 31 }),
              pgrp: fc.integer({ min: 0, max: 12 }),
              session: fc.integer({ min: 0, max: 12 }),
              flags: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.constant(PF_KTHREAD)),
              state: fc.constantFrom('S', 'R', 'T', 'Z', 'D'),
            })
            .map((rest) => aProc({ pid, ...rest })),
        ),
      ),
      self: fc.constantFrom(...pids),
    }),
  );
