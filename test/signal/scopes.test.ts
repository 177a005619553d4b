// The plans of the signal box for a port whose holder can't be seen: whose it is, and what to do, stand in the plan.
import { describe, expect, test } from 'vitest';
import { plansFor } from '../../src/signal/scopes.ts';
import type { Proc, Socket } from '../../src/types.ts';
import { aProc } from '../derive/aProc.ts';
import { aSample, aSocket } from '../derive/aSample.ts';

const SELF = 900;
const WORDS = ':443 is held for u0 (uid 0) by nobody who can be seen from here: ';

function portPlan(uid: number, sockets: readonly Socket[], others: readonly Proc[] = []) {
  const sample = aSample([aProc({ pid: SELF, starttime: 1, uid, ppid: 1 }), ...others], {
    self: SELF,
    sockets,
    userName: (of) => `u${of}`,
    devicesOf: () => [],
  });
  const row = { kind: 'port', key: 'port 443', socket: sockets[0] as Socket } as const;
  return plansFor({ sample, rows: [row], tags: new Set(), row }).plans;
}

const hidden = aSocket({ port: 443, uid: 0, inode: 1, holders: [], hidden: true });

describe('a port whose holder is hidden', () => {
  test('has a plan of nobody, that says whose it is and what to do', () => {
    const plans = portPlan(1000, [hidden]);
    expect(plans.port).toMatchObject({ targets: [], remarks: [`${WORDS}exec sudo slotop free 443`] });
    expect(plans.selection).toBeUndefined();
  });

  test('is none of permission for root', () => {
    expect(portPlan(0, [hidden]).port?.remarks?.[0]).toMatch(/the kernel's own \(NFS, WireGuard\)/);
  });

  test('is said beside the holders that are seen, and of no other port', () => {
    const web = aProc({ pid: 50, starttime: 5, uid: 1000, session: 50, pgrp: 50 });
    const seen = aSocket({ port: 443, inode: 2, uid: 1000, holders: [{ pid: 50, starttime: 5, fd: 3 }] });
    const { port } = portPlan(1000, [seen, hidden, aSocket({ port: 80, uid: 0, hidden: true })], [web]);
    expect(port?.targets.map(({ pid }) => pid)).toEqual([50]);
    expect(port?.remarks).toHaveLength(1);
    expect(portPlan(1000, [seen], [web]).port?.remarks).toBeUndefined();
  });
});
