// With no free slot, against a fork bomb that takes every one that comes free: the script wins, and begins no process.
import { describe, expect, test } from 'vitest';
import { INSTALLED, onStage, SCRIPT, SHELLS, strace, whyNoStage, type Result } from './stages.ts';

const LIMIT_MS = 110_000;
const INNOCENT = Array<string>(10).fill('S');
/** Innocents may run for a moment. */
const calm = ({ innocent }: Result): string[] => innocent.map((state) => (state === 'R' ? 'S' : state));
const programs = (count: number): string[] => Array<string>(strace === undefined ? 0 : count).fill('execve');

describe.skipIf(whyNoStage !== undefined).each(SHELLS.map((shell) => ({ shell, name: shell.join(' ') })))(
  `rescue.sh in $name at zero free slots (${whyNoStage ?? 'real'})`,
  ({ shell, name }) => {
    test(
      'every verb works in the last shell, which goes on as it was',
      async () => {
        const result = await onStage(
          shell,
          [
            `. ${SCRIPT}`,
            'before="$-:$IFS:$*"',
            'rescue slots; rescue list; rescue freeze worker; rescue thaw worker; rescue kill worker',
            'echo "code $?"; [ "$before" = "$-:$IFS:$*" ] && echo "unchanged ${w-unset} ${LC_ALL-unset}"; trap',
          ].join('\n'),
        );
        expect(result.output).toMatch(/^\d+ tasks used; \d free \(pid_max 400\)$/m);
        expect(result.output).toMatch(/^ *\d\d\d +\d\d\d {2}worker +root$/m);
        expect(result.output).toMatch(/^\d\d\d stopped, 0 not permitted; /m);
        expect(result.output).toMatch(/^\d\d\d continued, /m);
        expect(result.output).toMatch(/^\d\d\d killed, /m);
        expect(result.output).toMatch(/^code 0\nunchanged unset unset$/m);
        expect(result).toMatchObject({ left: [], full: false, code: 0 });
        expect(result.before).toBeGreaterThan(200);
        expect(calm(result)).toEqual(INNOCENT);
        expect(result.calls).toEqual(programs(1)); // the shell itself
      },
      LIMIT_MS,
    );

    test(
      'in the place of the shell it makes room, and slotop finishes',
      async () => {
        const result = await onStage(shell, `exec ${name} ${INSTALLED} start worker`);
        expect(result.output).toMatch(/^\d\d\d stopped, some of them killed, 0 not permitted/m);
        expect(result.output).toMatch(/^sweep =worker: \d+ sent, \d+ gone, 0 denied$/m);
        expect(result).toMatchObject({ left: [], full: false, code: 0 });
        expect(calm(result)).toEqual(INNOCENT);
        // The shell, the script's shell, the launcher, Node; then Node's threads, and no process.
        const [first, ...others] = result.calls.filter((call) => call !== 'execve');
        expect(result.calls.slice(0, 4)).toEqual(programs(4));
        expect(new Set([first, ...others].filter((call) => call !== undefined && call !== 'clone3'))).toEqual(
          new Set(),
        );
      },
      LIMIT_MS,
    );
  },
);
