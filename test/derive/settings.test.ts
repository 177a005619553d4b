// The settings file as people write it, and the setup page's changes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_COLUMNS, COLUMNS } from '../../src/derive/columns.ts';
import { METERS } from '../../src/derive/meters.ts';
import { drawSetup } from '../../src/derive/panes/setup.ts';
import { parseSettings, settingsText, USUAL_SETTINGS, type Settings } from '../../src/derive/settings.ts';
import { setupItems } from '../../src/derive/setupItems.ts';
import { themeOf } from '../../src/derive/style.ts';
import { cellsOf } from './aSample.ts';

describe('the file', () => {
  test('what is written is what is read', () => {
    expect(parseSettings(settingsText(USUAL_SETTINGS))).toEqual({
      settings: USUAL_SETTINGS,
      problem: undefined,
    });
    expect(parseSettings(settingsText({}))).toEqual({ settings: {}, problem: undefined });
  });

  test.each([
    ['no JSON', '{', 'not JSON'],
    ['a list', '[]', 'not a JSON object'],
    ['null', 'null', 'not a JSON object'],
    ['a delay of 0', '{"delay":0}', 'delay is not a number of seconds from 0.1 to 60'],
    ['a delay in quotes', '{"delay":"2"}', 'delay is not a number of seconds from 0.1 to 60'],
    ['an unknown column', '{"columns":["PID","WHAT"]}', 'columns is not a list of names that there are'],
    ['a column that is no word', '{"columns":[7]}', 'columns is not a list of names that there are'],
    ['a tree of 1', '{"tree":1}', 'tree is not true or false'],
  ])('%s is one line', (_, text, problem) => expect(parseSettings(text).problem).toBe(problem));

  test('what is good beside what is not still holds, and what a newer version wrote is let be', () => {
    const { settings } = parseSettings('{"delay":0,"tree":false,"later":[1],"columns":["cpu","pid"]}');
    expect(settings).toEqual({ tree: false, columns: ['CPU%', 'PID', 'COMMAND'] });
  });

  const anySettings = fc
    .dictionary(fc.constantFrom(...Object.keys(USUAL_SETTINGS)), fc.jsonValue())
    .map((said) => JSON.stringify(said));

  test('any text gives settings that hold, and a problem of one line', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), anySettings), (text) => {
        const { settings, problem } = parseSettings(text);
        expect(settings.columns ?? ['COMMAND']).toContain('COMMAND');
        expect(problem ?? '').not.toContain('\n');
      }),
    );
  });
});

describe('the setup page', () => {
  const item = (key: string, settings = USUAL_SETTINGS): ReturnType<typeof setupItems>[number] => {
    const found = setupItems(settings).find((one) => one.key === key);
    if (found === undefined) throw new Error(`no item ${key}`);
    return found;
  };

  test('offers every column and every meter once', () => {
    const keys = setupItems(USUAL_SETTINGS).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { id } of COLUMNS) expect(keys).toContain(`column ${id}`);
    for (const { id } of METERS) expect(keys).toContain(`meter ${id}`);
  });

  test('a column comes before COMMAND, moves, and leaves', () => {
    const on = item('column UNIT').toggle(USUAL_SETTINGS);
    expect(on?.columns).toEqual([...DEFAULT_COLUMNS.slice(0, -1), 'UNIT', 'COMMAND']);
    const settings = { ...USUAL_SETTINGS, ...on };
    expect(item('column UNIT').shift(settings, -1)?.columns?.indexOf('UNIT')).toBe(8);
    expect(item('column UNIT').toggle(settings)?.columns).toEqual(DEFAULT_COLUMNS);
    expect(item('column PID').shift(settings, -1)).toBe(undefined);
  });

  test('the delay goes in steps between its bounds', () => {
    const delay = item('delay');
    expect(delay.shift(USUAL_SETTINGS, 1)).toEqual({ delay: 2 });
    expect(delay.shift({ ...USUAL_SETTINGS, delay: 1.7 }, -1)).toEqual({ delay: 1.5 });
    expect(delay.shift({ ...USUAL_SETTINGS, delay: 60 }, 1)).toEqual({ delay: 60 });
    expect(delay.shift({ ...USUAL_SETTINGS, delay: 0.1 }, -1)).toEqual({ delay: 0.1 });
  });

  test('whatever is pressed: COMMAND is last, SLOTS is the first line, and the file takes it', () => {
    const press = fc.record({ at: fc.nat(60), what: fc.constantFrom('toggle', 'less', 'more') });
    fc.assert(
      fc.property(fc.array(press, { maxLength: 30 }), (presses) => {
        let settings: Settings = USUAL_SETTINGS;
        for (const { at, what } of presses) {
          const items = setupItems(settings);
          const one = items[at % items.length];
          const patch =
            what === 'toggle' ? one?.toggle(settings) : one?.shift(settings, what === 'less' ? -1 : 1);
          settings = { ...settings, ...patch };
        }
        expect(settings.columns.at(-1)).toBe('COMMAND');
        expect(new Set(settings.columns).size).toBe(settings.columns.length);
        expect(settings.meters[0]).toBe('slots');
        expect(parseSettings(settingsText(settings))).toEqual({ settings, problem: undefined });
      }),
    );
  });

  test('is exactly as high and at most as wide as its room, and shows the item under the cursor', () => {
    for (const { key, label } of setupItems(USUAL_SETTINGS)) {
      const lines = drawSetup(USUAL_SETTINGS, key, 40, 6, themeOf(false, true));
      expect(lines).toHaveLength(6);
      for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(40);
      expect(lines.some((line) => line.includes(' > ') && line.includes(label))).toBe(true);
    }
  });
});
