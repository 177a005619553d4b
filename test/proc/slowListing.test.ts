// A listing in slices, on a machine whose clock moves with every name: nobody is lost, and nobody who lives is dropped.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRounds } from '../../src/proc/rounds.ts';
import { createSlowListing, type SlowListing } from '../../src/proc/slowListing.ts';
import { createProcTable, type ProcTable } from '../../src/proc/table.ts';
import { bigMachine, type BigMachine } from './bigMachine.ts';

interface Scene {
  readonly machine: BigMachine;
  readonly table: ProcTable;
  readonly listing: SlowListing;
  readonly ends: () => number;
}

/** Everybody is known; each call of the door takes a millisecond. */
function scene(size: number): Scene {
  const machine = bigMachine(size);
  const { names, read } = machine;
  Object.assign(machine, {
    read: (path: string) => (machine.pass(1), read(path)),
    names(path: string) {
      const all = names(path);
      return typeof all === 'string' ? all : { next: () => (machine.pass(1), all.next()) };
    },
  });
  const table = createProcTable(machine, 100, 4096);
  let ended = 0;
  const listing = createSlowListing(machine, table, () => void ended++);
  table.beginLook();
  for (const pid of machine.beings.keys()) table.readStat(pid);
  table.endLook();
  return { machine, table, listing, ends: () => ended };
}

/** Slices of so many milliseconds to the end. @returns how many there were */
function toTheEnd({ machine, listing }: Scene, ms: number, between: () => void = () => undefined): number {
  let slices = 1;
  while (listing.goOn(machine.now() + ms)) {
    slices++;
    between();
  }
  return slices;
}

const known = ({ table }: Scene): number[] => [...table.procs.keys()].sort((a, b) => a - b);
const alive = ({ machine }: Scene): number[] => [...machine.beings.keys()].sort((a, b) => a - b);

describe('a listing in slices', () => {
  test('goes on where it was left, and ends once', () => {
    const it = scene(5_000);
    it.listing.begin();
    it.listing.begin(); // while it goes on that is nothing
    expect(toTheEnd(it, 5)).toBe(5); // 20 calls for names, at a millisecond each
    expect(it.machine.calls.list).toBe(1);
    expect(it.ends()).toBe(1);
    expect(it.listing.goOn(Infinity)).toBe(false);
  });

  test('whoever came, left or got the number of another is known at its end, and told as new once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ kind: fc.constantFrom('fork', 'exit', 'again'), at: fc.nat(1_999) }), {
          maxLength: 40,
        }),
        (changes) => {
          const it = scene(2_000);
          const born = new Set<number>();
          for (const { kind, at } of changes) {
            const pid = at + 1;
            if (kind === 'fork') born.add(it.machine.fork().pid);
            else if (pid > 2 && it.machine.beings.has(pid)) it.machine.exit(pid);
            else if (kind === 'again' && !it.machine.beings.has(pid)) it.machine.restore(pid);
          }
          it.listing.begin();
          toTheEnd(it, 2);
          // Who has the number of one that was known is read in its turn, as ever.
          expect(known(it)).toEqual(alive(it));
          expect(new Set(it.listing.births().map(({ pid }) => pid))).toEqual(born);
          expect(it.listing.births()).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('who is born and read by others while it goes on is not dropped, though it was not listed', () => {
    const it = scene(3_000);
    it.listing.begin();
    const born: number[] = [];
    toTheEnd(it, 1, () => {
      const { pid } = it.machine.fork();
      it.table.readStat(pid);
      born.push(pid);
    });
    expect(born.length).toBeGreaterThan(5);
    expect(known(it)).toEqual(alive(it));
  });

  test('who is not listed though alive is asked, and stays', () => {
    const it = scene(1_000);
    it.machine.names = () => {
      const names = [...it.machine.beings.keys()].filter((pid) => pid % 10 !== 0).map(String);
      return { next: () => names.splice(0, 256) };
    };
    it.listing.begin();
    toTheEnd(it, 5);
    expect(known(it)).toEqual(alive(it));
  });

  test('where it breaks off nobody is taken for gone, and the next one can begin', () => {
    const it = scene(1_000);
    const { names } = it.machine;
    it.machine.names = () => ({ next: () => 'limit' });
    it.listing.begin();
    expect(toTheEnd(it, 5)).toBe(1);
    expect(known(it)).toHaveLength(1_000);
    it.machine.names = names;
    it.machine.exit(500);
    it.listing.begin();
    toTheEnd(it, 5);
    expect(known(it)).toEqual(alive(it));
  });
});

test('of a large proc root whose counter tells nothing no look lists everybody: who came is shown a look later', () => {
  const machine = Object.assign(bigMachine(31_000), { canSignal: false });
  const table = createProcTable(machine, 100, 4096);
  const rounds = createRounds(machine, table);
  const tick = (): readonly number[] => {
    machine.pass(1_500);
    table.beginLook();
    const turns = { visible: [], intervalMs: 1_500, coreTicks: 150 };
    return rounds.lookInTurns(turns, { busy: 0, forks: 0 }).map(({ pid }) => pid);
  };
  machine.list = () => {
    throw new Error('a look listed everybody');
  };
  tick();
  while (rounds.readOn(Infinity));
  tick();
  while (rounds.readOn(Infinity));
  const { pid } = machine.fork();
  machine.exit(7);
  expect(tick()).toEqual([]);
  while (rounds.readOn(Infinity));
  expect(tick()).toEqual([pid]);
  expect(table.procs.has(7)).toBe(false);
});
