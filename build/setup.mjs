// Installs the dependencies where they are missing or not those of package-lock.json. Does nothing otherwise, so that
// every `npm start` and `npm test` may begin with it. `setup.mjs FOLDER`: those of another package.json.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * npm writes node_modules/.package-lock.json at the end of every install, so one that was broken off or that left out
 * the development packages is seen, and file times, which copies and checkouts change, say nothing.
 */
export function isInstalled(wanted, installed) {
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    const there = installed[path]?.version;
    return there === version || (there === undefined && optional === true); // another platform's binary
  });
}

/** @returns whether the dependencies are there now */
export function setup(folder = root) {
  const installed = join(folder, 'node_modules/.package-lock.json');
  if (isInstalled(packagesOf(join(folder, 'package-lock.json')), packagesOf(installed))) return true;
  console.error('installing dependencies (npm ci)');
  // --include=dev because NODE_ENV=production in the environment would leave out all of them: the bundle needs none.
  const { status } = spawnSync(
    'npm',
    ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: folder,
      stdio: ['ignore', 2, 2],
    },
  );
  return status === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exitCode = setup(process.argv[2]) ? 0 : 1;
