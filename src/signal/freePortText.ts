// What became of a port, as text for people and as JSON for programs.
import { plural } from '../derive/format.ts';
import { safe } from '../derive/safe.ts';
import type { FreeStatus, FreeResult, PortHolder } from './freePortResult.ts';
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
  'already-free': () => 'was free: nobody listens there, in any network namespace',
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

/** What is left of the port's connections, one line a kind. */
export function leftoverLines({ leftoverConnections }: Pick<FreeResult, 'leftoverConnections'>): string[] {
  return leftoverConnections.map(
    ({ proto, state, count, meaning }) =>
      `        ${plural(count, `${proto} connection`)} ${state} (no holder of the port): ${meaning}`,
  );
}

/** What became of the port, what is left of its connections, and what to do. */
export function freeNotes(result: FreeResult, ascii = false): string[] {
  const { advice } = result;
  const lines = [freeSummary(result, ascii), ...leftoverLines(result)];
  return advice === undefined ? lines : [...lines, safe(`        what to do: ${advice}`, ascii)];
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
    leftoverConnections: result.leftoverConnections,
    respawnedBy: respawnedBy ?? null,
    advice: advice ?? null,
    elapsedMs,
  };
}
