// Plans by hand over identities: what the ways of sending are given.
import { signalNamed } from '../../src/signal/signals.ts';
import type { Action, Plan, ProcId, Target } from '../../src/types.ts';

export function aTarget(own: ProcId & Partial<Target>): Target {
  return {
    ppid: 1,
    comm: 'x',
    name: 'x',
    uid: 0,
    user: 'root',
    state: 'S',
    nlwp: 1,
    ports: [],
    matched: 'pid',
    ...own,
  };
}

export function aPlan(action: Action, signal: string, targets: readonly (ProcId & Partial<Target>)[]): Plan {
  return {
    action,
    signal: signalNamed(signal),
    scope: 'selection',
    label: 'x',
    targets: targets.map(aTarget),
    refused: [],
  };
}
