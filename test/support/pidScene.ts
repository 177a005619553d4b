// A shell script that plays in a pid namespace of its own: for programs that leave daemons behind, or restart each other.
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runProgram } from '../commands/runCli.ts';
import { findProgram, isRoot, PEERS } from './liveProcess.ts';

/** Why a scene can't be played here: words for the test's name. */
export function whyNotHere(programs: readonly string[]): string | undefined {
  if (!isRoot || findProgram('unshare') === undefined) return 'needs root and unshare';
  const missing = programs.filter((program) => findProgram(program) === undefined);
  return missing.length === 0 ? undefined : `no ${missing.join(', ')} here`;
}

/**
 * Plays a shell script as the first process of a pid namespace: it reaps orphans, and everything ends with it.
 * HOME is the folder, so that no supervisor finds a daemon of the user's.
 */
export async function playScene(folder: string, lines: string): Promise<{ stdout: string; said: string }> {
  const file = join(folder, 'scene.sh');
  writeFileSync(file, lines);
  const unshare = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child', 'sh', file];
  const { stdout, stderr } = await runProgram('timeout', ['-s', 'KILL', '75', ...unshare], {
    env: {
      HOME: folder,
      PM2_HOME: join(folder, '.pm2'),
      PM2_DISABLE_VERSION_CHECK: 'true', // it would ask its makers
      PATH: `${PEERS}${delimiter}${process.env['PATH'] ?? ''}`,
      NO_COLOR: '1',
    },
  });
  return { stdout, said: `${stdout}${stderr}` };
}
