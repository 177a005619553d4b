// SETTINGS: what F2 changes and the settings file keeps. One record a setting feeds the default, the check of what the
// file says, and the setup page.
import { columnOf } from './column.ts';
import { COLUMNS, DEFAULT_COLUMNS } from './columns.ts';
import { METERS } from './meters.ts';

export interface Settings {
  /** Columns of the Processes view by id, in their order; COMMAND is always the last. */
  readonly columns: readonly string[];
  /** Lines above the table by id; `slots` is always among them, and the first. */
  readonly meters: readonly string[];
  /** Seconds between looks. */
  readonly delay: number;
  /** Whether the Processes view begins as a tree. */
  readonly tree: boolean;
  readonly colour: boolean;
  readonly ascii: boolean;
}

export const SHORTEST_DELAY = 0.1;
export const LONGEST_DELAY = 60;

interface Setting<Value> {
  readonly usual: Value;
  /** What the file must hold, in words for who wrote something else. */
  readonly form: string;
  /** @returns undefined for what is none of these */
  readonly check: (value: unknown) => Value | undefined;
}

const flag = (usual: boolean): Setting<boolean> => ({
  usual,
  form: 'true or false',
  check: (value) => (typeof value === 'boolean' ? value : undefined),
});

/** @param normal puts in what must not be missing */
function namesOf(
  usual: readonly string[],
  idOf: (name: string) => string | undefined,
  normal: (ids: readonly string[]) => readonly string[],
): Setting<readonly string[]> {
  return {
    usual,
    form: 'a list of names that there are',
    check(value) {
      if (!Array.isArray(value)) return undefined;
      const ids = value.map((name: unknown) => (typeof name === 'string' ? idOf(name) : undefined));
      return ids.every((id) => id !== undefined) ? normal(ids) : undefined;
    },
  };
}

/** Each once, COMMAND last: it takes the rest of the line, and the tree is drawn in it. */
export function tidyColumns(ids: readonly string[]): readonly string[] {
  return [...new Set(ids.filter((id) => id !== 'COMMAND')), 'COMMAND'];
}

/** In the order of the screen, the first line always. */
export function tidyMeters(ids: readonly string[]): readonly string[] {
  return METERS.map(({ id }) => id).filter((id, i) => i === 0 || ids.includes(id));
}

export const SETTINGS: { readonly [Name in keyof Settings]: Setting<Settings[Name]> } = {
  columns: namesOf(DEFAULT_COLUMNS, (name) => columnOf(COLUMNS, name)?.id, tidyColumns),
  meters: namesOf(
    METERS.map(({ id }) => id),
    (name) => METERS.find(({ id }) => id === name)?.id,
    tidyMeters,
  ),
  delay: {
    usual: 1.5,
    form: `a number of seconds from ${SHORTEST_DELAY} to ${LONGEST_DELAY}`,
    check: (value) =>
      typeof value === 'number' && value >= SHORTEST_DELAY && value <= LONGEST_DELAY ? value : undefined,
  },
  tree: flag(true),
  colour: flag(true),
  ascii: flag(false),
};

const NAMES = Object.keys(SETTINGS) as (keyof Settings)[];

export const USUAL_SETTINGS: Settings = {
  columns: SETTINGS.columns.usual,
  meters: SETTINGS.meters.usual,
  delay: SETTINGS.delay.usual,
  tree: SETTINGS.tree.usual,
  colour: SETTINGS.colour.usual,
  ascii: SETTINGS.ascii.usual,
};

/** What a settings file says: the settings in it that are good, and one line on the first that is not. */
export interface KeptSettings {
  readonly settings: Partial<Settings>;
  readonly problem: string | undefined;
}

/** Names that this version does not know are let be: a newer one may have written them. */
export function parseSettings(text: string): KeptSettings {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { settings: {}, problem: 'not JSON' };
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return { settings: {}, problem: 'not a JSON object' };
  const said = document as Readonly<Record<string, unknown>>;
  const good: Record<string, unknown> = {};
  let problem: string | undefined;
  for (const name of NAMES) {
    if (!Object.hasOwn(said, name)) continue;
    const value = SETTINGS[name].check(said[name]);
    if (value === undefined) problem ??= `${name} is not ${SETTINGS[name].form}`;
    else good[name] = value;
  }
  return { settings: good, problem };
}

/** As the file keeps them: a line a setting. */
export function settingsText(settings: Partial<Settings>): string {
  const lines = NAMES.filter((name) => settings[name] !== undefined).map(
    (name) => `  ${JSON.stringify(name)}: ${JSON.stringify(settings[name])}`,
  );
  return `{\n${lines.join(',\n')}\n}\n`;
}
