// A slotop that is open already, while nothing can be started any more: it goes on with all that it can do, and begins
// no process and no thread for it. That is counted from outside, not read in the source.
import { describe, expect, test } from 'vitest';
import { findProgram } from '../support/liveProcess.ts';
import { openFullMachine } from '../support/fullMachine.ts';
import { SCENES } from '../support/fullScenes.ts';
import { backToTable, openView, PATIENCE_MS, VIEW_HEADS, walkKeys, walkSizes } from '../support/walk.ts';

/** `npm run soak` uses it for so long in each scene, with every key in every view; otherwise each key once. */
const SOAK_MS = Number(process.env['SLOTOP_SOAK_SECONDS'] ?? 0) * 1000;
const isSoak = SOAK_MS > 0;
/** In the short run each key has its turn in one view of one scene. */
const STEP = VIEW_HEADS.length * SCENES.length;
const strace = findProgram('strace');

describe.each(SCENES.map((scene, turn) => ({ ...scene, turn })))('full by $name', ({ turn, ...scene }) => {
  const whyNot = scene.whyNot ?? (strace === undefined ? 'needs strace' : undefined);

  test.skipIf(whyNot !== undefined)(
    'every view and every key work, a sweep gives the slots back, and nothing is begun',
    async () => {
      const machine = await openFullMachine(scene);
      const { terminal } = machine;
      await machine.fill();
      await terminal.waitFor(/^SLOTS .*FULL.* worker .*press R/m, 'who filled it is named', PATIENCE_MS);
      terminal.press('R');
      await terminal.waitFor(/group "worker"[^]*Enter +SWEEP/, 'R goes to the named group', PATIENCE_MS);
      await backToTable(terminal);

      const until = performance.now() + SOAK_MS;
      do {
        for (const [at, head] of VIEW_HEADS.entries()) {
          await openView(terminal, head);
          await walkKeys(terminal, isSoak ? 0 : at + turn * VIEW_HEADS.length, isSoak ? 1 : STEP);
        }
        await walkSizes(terminal);
      } while (performance.now() < until);

      const [processes = /$/] = VIEW_HEADS;
      await openView(terminal, processes);
      terminal.press('U', 'F4'); // a walk leaves tags behind, and R would act on those
      terminal.type('=worker\r');
      await terminal.waitFor(/filter =worker/, 'the filter', PATIENCE_MS);
      expect(machine.refused()).toBeGreaterThan(0);
      const workers = machine.workers();
      expect(workers).toBeGreaterThan(30);
      terminal.press('R');
      await terminal.waitFor(/Enter +SWEEP/, 'the box', PATIENCE_MS);
      terminal.press('Enter');
      await terminal.waitFor(/Report: /, 'the report', PATIENCE_MS);
      expect(machine.workers()).toBe(0);
      await backToTable(terminal);
      await terminal.waitFor(/^SLOTS (?!.*FULL)/m, 'the slots are back', PATIENCE_MS);
      terminal.press('A');
      await terminal.waitFor(/sweep/, 'the action log', PATIENCE_MS);
      await backToTable(terminal);
      terminal.press('q');
      expect((await terminal.exit).exitCode).toBe(0);
      expect(await machine.begun()).toEqual([]);
    },
    240_000 + 2 * SOAK_MS,
  );
});
