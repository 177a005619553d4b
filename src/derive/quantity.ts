// Numbers as people write them in a filter: `1.5G`, `10s`, `5%`, `-5`.

export interface Unit {
  /** How it is written, for the help. */
  readonly form: string;
  /** What one of each suffix is worth, by its lower case; "" is a number without one. */
  readonly suffixes: Readonly<Record<string, number>>;
  readonly problem: string;
}

const KIB = 1024;
const binary = { k: KIB, m: KIB ** 2, g: KIB ** 3, t: KIB ** 4, p: KIB ** 5 };

/** Powers of 1024, as the columns show them; K, KB and KiB are the same. */
export const BYTES: Unit = {
  form: 'SIZE',
  suffixes: {
    '': 1,
    b: 1,
    ...Object.fromEntries(
      Object.entries(binary).flatMap(([letter, worth]) =>
        [letter, `${letter}b`, `${letter}ib`].map((suffix) => [suffix, worth]),
      ),
    ),
  },
  problem: 'not a size (a number, with K M G or T behind it if need be)',
};
export const DURATION: Unit = {
  form: 'TIME',
  suffixes: { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 },
  problem: 'not a time (a number, with s m h or d behind it if need be)',
};
export const PERCENT: Unit = { form: 'N', suffixes: { '': 1, '%': 1 }, problem: 'not a number' };
export const COUNT: Unit = { form: 'N', suffixes: { '': 1 }, problem: 'not a number' };

/** The value in the unit's smallest measure: bytes, seconds, percent; undefined for what is no number. */
export function quantity(text: string, unit: Unit): number | undefined {
  const found = /^([+-]?(?:\d+\.?\d*|\.\d+))([a-z%]*)$/i.exec(text);
  const worth = found === null ? undefined : unit.suffixes[(found[2] as string).toLowerCase()];
  if (found === null || worth === undefined) return undefined;
  const value = Number(found[1]) * worth;
  return Number.isFinite(value) ? value : undefined;
}
