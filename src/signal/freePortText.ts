// What became of a port, as text for people and as JSON for programs.
import { plural } from '../derive/format.ts';
import { safe } from '../derive/safe.ts';
import type { FreeStatus, FreeResult, Leftovers, PortHolder } from './freePortResult.ts';
import { reportJson } from './report.ts';
import { reportLines } from './reportText.ts';

function who(holders: readonly PortHolder[]): string {
  const words = holders.slice(0, 3).map(({ name, pid, user }) => `${name} (${pid}, ${user})`);
  return `${words.join(', ')}${holders.length > 3 ? ` and ${holders.length - 3} more` : ''}`;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

const HEADS: Readonly<Record<FreeStatus, (result: FreeResult) => string>> = {
  free: ({ freedMs, elapsedMs }) =>
    freedMs === undefined
      ? 'is free: nobody holds it any more'
      : `is free after ${seconds(freedMs)}, and nobody took it again within ${seconds(elapsedMs - freedMs)}`,
  'already-free': () => 'was free: nobody listens there, in any network namespace that has a process',
  held: ({ holdersAfter }) => `is still held by ${who(holdersAfter)}`,
  respawned: ({ holdersAfter, respawnedBy }) =>
    `was freed, and is held again by ${who(holdersAfter)}${respawnedBy === undefined ? '' : `, started by ${respawnedBy.comm} (${respawnedBy.pid}, ${respawnedBy.kind})`}`,
  denied: ({ holdersAfter }) =>
    `is still held by ${who(holdersAfter)}, and that is not to be ended from here`,
  hidden: ({ hiddenOwners }) => `is held for ${hiddenOwners.join(', ')} by nobody who can be seen from here`,
};

/** One line: `:8080 is still held by nginx (1200, root)`. */
export function freeSummary(result: FreeResult, ascii = false): string {
  return safe(`:${result.port} ${HEADS[result.status](result)}`, ascii);
}

/** `2 tcp connections TIME-WAIT (no holder of the port): over; ...`, one line a kind. */
export function leftoverLines(leftovers: readonly Leftovers[]): string[] {
  return leftovers.map(({ proto, state, count, meaning, holders }) => {
    const whose = holders.length === 0 ? '' : ` of ${who(holders)}`;
    return `${plural(count, `${proto} connection`)} ${state}${whose} (no holder of the port): ${meaning}`;
  });
}

/** Free says that nobody listens: bind(2) asks for more, and here is what can refuse it all the same. */
function refusalLines({ status, leftoverConnections: left }: FreeResult): string[] {
  if (status !== 'free' && status !== 'already-free') return [];
  const has = (proto: string): boolean => left.some((one) => one.proto === proto);
  const refusals = [
    ...(has('tcp')
      ? [
          'while these last, a server without SO_REUSEADDR is refused the port; every one is if the last was without',
        ]
      : []),
    ...(has('udp') ? ['while that is open, a UDP server is refused the port'] : []),
  ];
  if (left.length > 0 || status === 'free') return refusals;
  return ['if it is refused all the same, somebody has it bound without listening: no table shows who'];
}

/** What became of the port, what is left of its connections, and what to do. */
export function freeNotes(result: FreeResult, ascii = false): string[] {
  const { advice } = result;
  const more = [
    ...leftoverLines(result.leftoverConnections),
    ...refusalLines(result),
    ...(advice === undefined ? [] : [`what to do: ${advice}`]),
  ];
  return [freeSummary(result, ascii), ...more.map((line) => `        ${safe(line, ascii)}`)];
}

/** Processes first, what became of the port last. */
export function freeLines(result: FreeResult, ascii = false): string[] {
  return [...reportLines(result.report, ascii), ...freeNotes(result, ascii)];
}

/** A holder as `ports --json` and `free --json` print it (DESIGN 1). */
export function holderJson({ pid, starttime, comm, name, cmdline, fd }: PortHolder): object {
  return { pid, starttime, comm, name, cmdline: cmdline ?? null, fd };
}

/** `free --json`, in the order of the contract (DESIGN 1). */
export function freeJson(result: FreeResult): object {
  const { port, status, respawnedBy, advice, elapsedMs } = result;
  return {
    port,
    status,
    holdersBefore: result.holdersBefore.map(holderJson),
    report: reportJson(result.report),
    holdersAfter: result.holdersAfter.map(holderJson),
    leftoverConnections: result.leftoverConnections.map(({ holders, ...kind }) => ({
      ...kind,
      holders: holders.map(holderJson),
    })),
    respawnedBy: respawnedBy ?? null,
    advice: advice ?? null,
    elapsedMs,
  };
}
