// Threads as rows below their process (H).
import type { Proc } from '../types.ts';
import { keyOf, type ProcessRow, type Row, type ThreadRow } from './row.ts';

/** Puts the threads that are known below their processes; a collapsed branch keeps its own to itself. */
export function withThreads(
  rows: readonly Row[],
  threads: ReadonlyMap<Proc, readonly Proc[]> | undefined,
): readonly Row[] {
  if (threads === undefined || threads.size === 0) return rows;
  return rows.flatMap((row) => {
    const mine = row.kind === 'process' && row.node?.branch === undefined ? threads.get(row.proc) : undefined;
    return mine === undefined ? [row] : [row, ...threadRows(row as ProcessRow, mine)];
  });
}

/** They stand before the children of their process, so the last of them ends its branch only where there are none. */
function threadRows({ proc, key, node }: ProcessRow, threads: readonly Proc[]): ThreadRow[] {
  return threads.map((thread, i) => ({
    kind: 'thread',
    key: `${key} thread ${keyOf(thread)}`,
    proc,
    thread,
    cell: { proc: thread, sockets: [] },
    node: node && {
      proc: thread,
      isLast: i === threads.length - 1 && !node.hasChildren,
      parent: node,
      depth: node.depth + 1,
      hasChildren: false,
      branch: undefined,
    },
  }));
}
