// What panes say: the box before, the report after.
import { describe, expect, test } from 'vitest';
import { askPane } from '../../src/derive/panes/ask.ts';
import { boxPane } from '../../src/derive/panes/box.ts';
import type { PaneLines } from '../../src/derive/panes/inSight.ts';
import { drawMenu } from '../../src/derive/panes/menu.ts';
import { drawPane } from '../../src/derive/panes/pane.ts';
import { logPane, reportPane } from '../../src/derive/panes/report.ts';
import { themeOf } from '../../src/derive/style.ts';
import type { Plan, Report, Target } from '../../src/types.ts';

const theme = themeOf(false, false);
const signal = { name: 'KILL', number: 9 };

function aTarget(own: Partial<Target> = {}): Target {
  return {
    pid: 4711,
    starttime: 9,
    ppid: 1,
    comm: 'node',
    name: 'node',
    uid: 33,
    user: 'www',
    state: 'S',
    nlwp: 11,
    ports: [8080],
    matched: 'name',
    ...own,
  };
}

const plan: Plan = {
  action: 'signal',
  signal,
  scope: 'group',
  label: 'group "node"',
  targets: [aTarget(), aTarget({ pid: 4712, user: 'root', state: 'T', ports: [] })],
  refused: [{ ...aTarget({ pid: 50, name: 'sh\x1b[2J' }), reason: 'ancestor of slotop: sh' }],
};
const report: Report = {
  action: 'signal',
  signal,
  label: 'group "node"',
  targets: [
    { ...aTarget(), outcome: 'killed', detail: null },
    { ...aTarget({ pid: 4712 }), outcome: 'denied', detail: 'not permitted; owner root' },
  ],
  counts: {
    matched: 2,
    killed: 1,
    stopped: 0,
    signalled: 0,
    gone: 0,
    recycled: 0,
    denied: 1,
    refused: 0,
    survived: 0,
  },
  passes: 1,
  elapsedMs: 12.4,
  slots: { before: 100, after: 89 },
  respawned: [
    {
      pid: 5000,
      comm: 'node',
      ppid: 7,
      unit: null,
      by: { pid: 7, starttime: 1, comm: 'runsv', kind: 'runit', advice: 'sv down /etc/service/app' },
    },
  ],
  at: 0,
};

const plain = (lines: PaneLines): string =>
  lines
    .slice()
    .join('\n')
    .replace(/\x1b\[[\d;]*m/g, '');

describe('the signal box', () => {
  const look = {
    plans: { selection: undefined, tree: undefined, group: plan, port: undefined },
    forced: undefined,
    scope: 'group',
    careful: false,
    withRespawner: false,
  } as const;

  test('says how many, whose, in which states, what they hold and free, who is spared and why', () => {
    const text = plain(
      boxPane(look, { label: '9 SIGKILL', help: 'ends it' }, () => undefined, theme, 80).lines,
    );
    expect(text).toContain('2 processes: root 1, www 1   spared 1');
    expect(text).toContain('S 1, T 1   holds :8080   would free 22 slots');
    expect(text).toContain('50 sh␛[2J is spared: ancestor of slotop: sh');
    expect(text).toContain('>[g]roup<');
    expect(text).toContain('(no port)');
    expect(text).toContain('9 SIGKILL: ends it');
  });

  test('tells targets of one name apart by their commands', () => {
    const commandOf = ({ pid }: Target): string | undefined => (pid === 4711 ? 'node server.js' : undefined);
    const text = plain(boxPane(look, { label: '', help: '' }, commandOf, theme, 80).lines);
    expect(text).toContain('4711 www      S :8080 node server.js');
    expect(text).toContain('4712 root     T node');
  });
});

test('what Enter does, and whether the respawner is taken in, is in the box of every width', () => {
  const plans = { selection: plan, tree: plan, group: plan, port: plan };
  const look = { plans, forced: undefined, scope: 'port' as const, careful: false, withRespawner: true };
  const free = { label: 'FREE PORT', help: 'SIGTERM, 5 s, SIGKILL to who still holds it, proof, a watch' };
  for (const cols of [40, 60, 80, 120]) {
    const lines = plain(boxPane(look, free, () => undefined, theme, cols).lines).split('\n');
    const text = lines.map((line) => line.trim()).join(' ');
    expect(text).toContain('[r]espawner too: YES');
    expect(text).toContain(`FREE PORT: ${free.help}`);
  }
  const [scope = ''] = boxPane(look, free, () => undefined, theme, 60).lines.slice();
  expect(plain([scope]).length).toBeLessThanOrEqual(60);
  expect(scope).toContain('[F]ree');
});

describe('the signal box on a port whose holder is hidden', () => {
  const remarks = [
    ':443 is held for root (uid 0) by nobody who can be seen from here: exec sudo slotop free 443',
  ];
  const port: Plan = { ...plan, scope: 'port', label: 'holders of :443', targets: [], refused: [], remarks };
  const look = {
    plans: { selection: undefined, tree: undefined, group: undefined, port },
    ...{ forced: undefined, scope: 'port' as const, careful: false, withRespawner: false },
  };

  test('says whose it is and what to do, in full at every width, and offers nothing', () => {
    for (const cols of [40, 60, 80, 120]) {
      const lines = plain(
        boxPane(look, { label: 'FREE', help: '' }, () => undefined, theme, cols).lines,
      ).split('\n');
      expect(lines.map((line) => line.trim()).join(' ')).toContain(remarks[0]);
      expect(lines.slice(2).every((line) => line.length <= cols)).toBe(true);
      expect(lines.join()).not.toMatch(/ERM|ree the port|FREE/);
    }
  });
});

describe('the report', () => {
  test('shows what went wrong first, and who is back', () => {
    const text = plain(reportPane(report, theme, 80).lines);
    expect(text).toContain('2 processes matched: denied 1, killed 1');
    expect(text).toContain('100 before, 89 after (-11)');
    expect(text).toContain('back: 5000 node, by runit 7 runsv: sv down /etc/service/app');
    expect(text.indexOf('denied   ')).toBeLessThan(text.indexOf('killed   '));
  });

  test('what became of the port, and what to do, is said in full at every width', () => {
    const notes = [
      ':8080 was freed, and is held again by node (5000, root), started by runsv (7, runit)',
      '        what to do: sv down /etc/service/app',
    ];
    for (const cols of [40, 60, 80, 120]) {
      const lines = plain(reportPane({ ...report, notes }, theme, cols).lines).split('\n');
      const text = lines.map((line) => line.trim()).join(' ');
      for (const note of notes) expect(text).toContain(note.trim());
      expect(text).toContain('back: 5000 node, by runit 7 runsv: sv down /etc/service/app');
      expect(lines.filter((line) => line.length > cols)).toEqual([]);
    }
  });

  test('the log has the newest first', () => {
    const text = plain(
      logPane(
        [
          { ...report, label: 'one' },
          { ...report, label: 'two' },
        ],
        theme,
        80,
      ).lines,
    );
    expect(text.indexOf('two')).toBeLessThan(text.indexOf('one'));
    expect(plain(logPane([], theme, 80).lines)).toContain('nothing was sent yet');
  });
});

test('a pane is exactly as high as its room, and shows its end when scrolled beyond it', () => {
  const pane = { title: 'T', lines: Array.from({ length: 20 }, (_, i) => `line ${i}`) };
  for (const height of [1, 2, 5, 21, 40]) expect(drawPane(pane, 40, height, 0, theme)).toHaveLength(height);
  expect(drawPane(pane, 40, 0, 0, theme)).toEqual([]);
  expect(drawPane(pane, 40, 5, 999, theme).at(-1)).toBe('line 19');
});

test('a menu keeps the chosen item in sight', () => {
  const items = Array.from({ length: 30 }, (_, i) => ({ label: `item ${i}` }));
  for (const index of [0, 7, 29]) {
    expect(plain(drawMenu({ menu: 'sort', items, index }, 40, 6, theme))).toContain(` > item ${index}`);
  }
});

test('the question on leaving names them', () => {
  const { title, lines } = askPane([aTarget()], theme);
  expect(title).toBe('1 process that slotop stopped is still stopped');
  expect(plain(lines)).toContain('4711 www node');
});
