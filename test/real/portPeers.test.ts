// Every kind of holder at the same time, and one look of ss, lsof, fuser and slotop each: slotop finds everybody who is
// there, and so all that the others find. What of it they free is measured by `npm run bench -- --ports`.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildsCli, runProgram, slotopJson } from '../commands/runCli.ts';
import { findProgram, isRoot, NOBODY, startProcess, tempFolder } from '../support/liveProcess.ts';
import { heldBySs, pidsIn, PORT_CASES, type PortCase } from '../support/portCases.mjs';
import { python } from '../support/procs.ts';

buildsCli();

interface Row {
  readonly proto: string;
  readonly port: number;
  readonly uid: number;
  readonly hidden: boolean;
  readonly holders: readonly { readonly pid: number }[];
}

interface Held extends PortCase {
  readonly port: number;
  /** In order. */
  readonly pids: readonly number[];
}

const inOrder = (pids: readonly number[]): number[] => [...new Set(pids)].sort((a, b) => a - b);

// Below the range from which the kernel chooses: what it chooses may be another's as well, of another test too, at another
// address or in another network namespace.
let ourNextPort = 10_000 + Math.floor(Math.random() * 20_000);

/** Starts one of the scripts. @returns its pid, and what it says */
async function start({ words: all, via }: Pick<PortCase, 'words' | 'via'>) {
  const folder = tempFolder();
  const [script = '', ...args] = all;
  copyFileSync(join(import.meta.dirname, '../support', script), join(folder, script));
  const port = String(ourNextPort++);
  const file = join(folder, script);
  const [command = '', ...words] = [...(via ?? []), python ?? '', '-S', '-E', file, ...args, port];
  const started = await startProcess(command, words);
  const said = JSON.parse(await started.line()) as { port: number; pids: number[] };
  return { pid: started.pid, ...said };
}

async function held(one: PortCase): Promise<Held> {
  const { pid, port, pids } = await start(one);
  return { ...one, port, pids: inOrder([pid, ...pids]) };
}

interface Listed {
  readonly pid: number;
  readonly ports: readonly { readonly proto: string; readonly port: number }[];
}

/** Who holds it by `list`, which looks where holders are likely and no further. */
const listedWith = (listed: readonly Listed[], proto: string, port: number): number[] =>
  inOrder(
    listed
      .filter(({ ports }) => ports.some((held) => held.proto === proto && held.port === port))
      .map(({ pid }) => pid),
  );

const asUser = ({ asNobody }: PortCase): { readonly uid?: number } =>
  asNobody === true ? { uid: NOBODY } : {};

/** What each peer finds of one port. @param ss what it says of all ports */
async function peers(one: Held, ss: string): Promise<Readonly<Record<string, number[]>>> {
  const { proto = 'tcp', port } = one;
  const as = asUser(one);
  // Without -sTCP:LISTEN lsof counts the clients of a port as its holders.
  const listening = proto === 'tcp' ? ['-sTCP:LISTEN'] : [];
  const [lsof, fuser] = await Promise.all([
    runProgram('lsof', ['-nP', '-t', `-i${proto.toUpperCase()}:${port}`, ...listening], as),
    runProgram('fuser', [`${port}/${proto}`], as),
  ]);
  return {
    ss: inOrder(heldBySs(ss).get(`${proto} ${port}`) ?? []),
    lsof: inOrder(pidsIn(lsof.stdout)),
    fuser: inOrder(pidsIn(fuser.stdout)),
  };
}

const missing = ['ss', 'lsof', 'fuser', 'unshare', 'python3'].filter(
  (name) => findProgram(name) === undefined,
);
const whyNot = isRoot ? missing.map((name) => `no ${name} here`).join(', ') : 'needs root';

test.skipIf(whyNot !== '')(
  `slotop finds every holder, and at least what ss, lsof and fuser find${whyNot === '' ? '' : ` (${whyNot})`}`,
  async () => {
    // For these `list` looks into everybody, and so they come when it had to find the others without.
    const needsAll = ({ isHidden, words: given }: PortCase): boolean =>
      isHidden === true || given.includes('thread');
    const most = await Promise.all(PORT_CASES.filter((one) => !needsAll(one)).map(held));
    const listedBefore = await slotopJson<Listed[]>(['list']);
    const all = [...most, ...(await Promise.all(PORT_CASES.filter(needsAll).map(held)))];
    const words = (cases: readonly Held[]): string[] => ['ports', ...cases.map(({ port }) => String(port))];
    const [ssOfRoot, ssOfNobody] = await Promise.all([
      runProgram('ss', ['-Hlntup']),
      runProgram('ss', ['-Hlntup'], { uid: NOBODY }),
    ]);
    const [listed, listedAsNobody] = await Promise.all([
      slotopJson<Listed[]>(['list']),
      slotopJson<Listed[]>(['list'], { uid: NOBODY }),
    ]);
    const [ours, asNobody, ...theirs] = await Promise.all([
      slotopJson<Row[]>(words(all.filter((one) => one.asNobody !== true))),
      slotopJson<Row[]>(words(all.filter((one) => one.asNobody === true)), { uid: NOBODY }),
      ...all.map((one) => peers(one, one.asNobody === true ? ssOfNobody.stdout : ssOfRoot.stdout)),
    ]);
    for (const [i, one] of all.entries()) {
      const { what, port, proto = 'tcp', isHidden = false, isHard = false } = one;
      const rows = [...ours, ...asNobody].filter((row) => row.port === port && row.proto === proto);
      const found = inOrder(rows.flatMap(({ holders }) => holders.map(({ pid }) => pid)));
      // Of a message, and of another user, there is the row and its owner.
      expect([what, found]).toEqual([what, isHidden ? [] : one.pids]);
      const lists = [
        one.asNobody === true ? listedAsNobody : listed,
        ...(most.includes(one) ? [listedBefore] : []),
      ];
      for (const list of lists)
        expect([what, 'list', listedWith(list, proto, port)]).toEqual([what, 'list', found]);
      expect([what, rows.map(({ hidden }) => hidden)]).toEqual([what, rows.map(() => isHidden)]);
      expect([what, new Set(rows.map(({ uid }) => uid))]).toEqual([what, new Set([0])]);
      for (const [name, pids] of Object.entries(theirs[i] ?? {})) {
        expect([what, name, pids.filter((pid) => !found.includes(pid))]).toEqual([what, name, []]);
        // Else the comparison would be one with nothing.
        if (!isHard) expect([what, name, pids]).toEqual([what, name, one.pids]);
      }
    }
  },
  // lsof and fuser look at every descriptor of the machine, once a case.
  120_000,
);

test.skipIf(python === undefined)('list finds the workers of a master that has died', async () => {
  const { pid, port, pids } = await start({ words: ['holders.py', 'orphans'] });
  expect(pids).toHaveLength(3);
  expect(pids).not.toContain(pid);
  expect(listedWith(await slotopJson<Listed[]>(['list']), 'tcp', port)).toEqual(inOrder(pids));
});
