// The picture of the README: the built program in a pty, on a small server that runs in namespaces of its own, so that
// neither this machine nor its name is in it.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../support/liveProcess.ts';
import { openTerminal } from '../support/terminal.ts';
import { svgOf } from './svg.ts';

const SIZE = { cols: 110, rows: 30 };
/** All that a process can tell of the machine, and an end of the scene with its first process. */
const NAMESPACES = '--pid --fork --kill-child --mount-proc --uts --net --ipc --cgroup'.split(' ');

function isGrowing(lines: readonly string[]): boolean {
  return /\/s full in \d+ s/.test(lines[0] ?? '') && /^spawn ruby/m.test(lines.join('\n'));
}

/**
 * @param repo the folder of the sources, with dist/ built
 * @param file where the SVG goes
 */
export async function takePicture(repo: string, file: string): Promise<void> {
  const folder = tempFolder();
  const scene = [join(repo, 'test/scenes/webhost.py'), folder, join(repo, 'bin/slotop')];
  const terminal = openTerminal({
    ...SIZE,
    command: 'unshare',
    args: [...NAMESPACES, 'python3', ...scene],
    env: { TZ: 'UTC' },
  });
  try {
    await terminal.waitFor(/Passenger AppPreloader[^]*F1Help/, 'the first screen', 20_000);
    terminal.press('/', ...'Preloader', 'Enter');
    await terminal.waitFor(/^>.*Passenger AppPreloader/m, 'the cursor on the rogue one');

    // The preloader goes wild: growth is what line 1 and the line of spawners are about.
    const wild = setInterval(() => appendFileSync(join(folder, 'more'), 'x\n'), 600);
    try {
      await terminal.waitFor(isGrowing, 'growth on line 1', 20_000);
      terminal.press('k', 'g');
      await terminal.waitFor(/group "ruby"[^]*would free/, 'the plan');
      await terminal.waitFor(isGrowing, 'growth beside the plan', 20_000);
    } finally {
      clearInterval(wild);
    }
    writeFileSync(file, svgOf({ ...SIZE, cell: (x, y) => terminal.cell(x, y) }, 'slotop on web01'));
  } finally {
    await terminal.kill();
  }
}
