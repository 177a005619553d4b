// What people find and free ports with: one record a tool, with its command line.
import { spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { heldBySs, pidsIn } from '../support/portCases.mjs';

const slotop = fileURLToPath(new URL('../../bin/slotop', import.meta.url));
const peers = fileURLToPath(new URL('../peers/node_modules/.bin', import.meta.url));
export const env = {
  ...process.env,
  PATH: `${peers}${delimiter}${process.env.PATH}`,
  HOME: '/tmp',
  NO_COLOR: '1',
};

const upper = (proto) => proto.toUpperCase();

/** `pids`: who holds the port, by what it wrote. */
export const FINDERS = [
  {
    title: 'ss -lntup',
    program: 'ss',
    words: () => ['ss', '-Hlntup'],
    pids: (text, { port, proto }) => heldBySs(text).get(`${proto} ${port}`) ?? [],
  },
  {
    title: 'lsof -t -i:P',
    program: 'lsof',
    words: ({ port, proto }) => ['lsof', '-nP', '-t', `-i${upper(proto)}:${port}`],
    pids: pidsIn,
  },
  {
    title: 'fuser P/tcp',
    program: 'fuser',
    words: ({ port, proto }) => ['fuser', `${port}/${proto}`],
    pids: pidsIn,
  },
  {
    title: 'slotop ports P',
    program: slotop,
    words: ({ port }) => [slotop, 'ports', String(port), '--json'],
    pids: (text) => JSON.parse(text).flatMap(({ holders }) => holders.map(({ pid }) => pid)),
    /** Whose sockets it lists without a holder. */
    hiddenOf: (text) => JSON.parse(text).find(({ hidden }) => hidden)?.user,
  },
];

export const FREERS = [
  { title: 'fkill :P', program: 'fkill', words: ({ port }) => ['fkill', `:${port}`] },
  { title: 'fkill --force :P', program: 'fkill', words: ({ port }) => ['fkill', '--force', `:${port}`] },
  {
    title: 'kill-port P',
    program: 'kill-port',
    words: ({ port, proto }) => ['kill-port', String(port), '--method', proto],
  },
  {
    title: 'fuser -k P/tcp',
    program: 'fuser',
    words: ({ port, proto }) => ['fuser', '-k', `${port}/${proto}`],
  },
  {
    title: 'kill -9 $(lsof -t -i:P)',
    program: 'lsof',
    words: ({ port, proto }) => ['sh', '-c', `kill -9 $(lsof -nP -t -i${upper(proto)}:${port})`],
  },
  {
    title: 'slotop free P',
    program: slotop,
    words: ({ port }) => [slotop, 'free', String(port), '--yes'],
  },
];

/** Those that are installed here. */
export const present = (tools) =>
  tools.filter(({ program }) => spawnSync('which', [program], { env }).status === 0);

const VERSIONS = [
  ['iproute2', 'ss', '-V'],
  ['lsof', 'lsof', '-v'],
  ['psmisc', 'fuser', '-V'],
  ['fkill-cli', 'fkill', '--version'],
];

/** `lsof 4.95.0`; fuser and lsof say theirs on stderr. */
export function versions() {
  const npm = ['kill-port']; // says none
  const said = VERSIONS.map(([name, ...words]) => {
    const { stdout, stderr } = spawnSync(words[0], words.slice(1), { env, encoding: 'utf8' });
    return [name, /\d+\.\d+(\.\d+)?/.exec(`${stdout}${stderr}`)?.[0]];
  });
  const told = npm.map((name) => {
    const { stdout } = spawnSync('npm', ['ls', '--json', name], {
      cwd: fileURLToPath(new URL('../peers', import.meta.url)),
      encoding: 'utf8',
    });
    return [name, JSON.parse(stdout || '{}').dependencies?.[name]?.version];
  });
  return [...said, ...told].flatMap(([name, version]) =>
    version === undefined ? [] : [`${name} ${version}`],
  );
}
