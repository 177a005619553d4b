// A filter's text as words: blanks part them, quotes keep blanks. Each letter remembers where it stood, so that an
// error can point at it, and whether it was quoted: a quoted letter never has a meaning of its own.

export interface Letter {
  readonly char: string;
  readonly quoted: boolean;
}

export interface Word {
  readonly letters: readonly Letter[];
  /** Where it begins in the text. */
  readonly at: number;
}

/** One line for the user: what is wrong, and the place in the text that it is about. */
export interface FilterError {
  readonly error: string;
  readonly at: number;
}

export function isFilterError(answer: object): answer is FilterError {
  return 'error' in answer;
}

/** Words as typed. In quotes `\"` is a quote and `\\` a backslash; elsewhere a backslash is just that (regex). */
export function splitWords(text: string): Word[] | FilterError {
  const words: Word[] = [];
  let letters: Letter[] | undefined;
  let openedAt = -1;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (openedAt < 0 && /\s/.test(char)) {
      letters = undefined;
      continue;
    }
    if (letters === undefined) {
      letters = [];
      words.push({ letters, at: i });
    }
    if (char === '"') openedAt = openedAt < 0 ? i : -1;
    else if (openedAt >= 0 && char === '\\' && (text[i + 1] === '"' || text[i + 1] === '\\')) {
      letters.push({ char: text[++i] as string, quoted: true });
    } else letters.push({ char, quoted: openedAt >= 0 });
  }
  return openedAt < 0 ? words : { error: 'a quote is opened and not closed', at: openedAt };
}

/** One side of `a|b`. */
export interface Term {
  readonly negated: boolean;
  readonly text: string;
  /** How many letters at the beginning of `text` are unquoted, and may be a prefix like `user:`. */
  readonly plain: number;
}

/** The sides of `a|b`. A regular expression takes all that is left of the word: its `|` is its own. */
export function termsOf(word: Word): Term[] {
  const { letters } = word;
  const isPlain = (i: number, char: string): boolean =>
    letters[i]?.quoted === false && letters[i]?.char === char;
  const terms: Term[] = [];
  let i = 0;
  for (;;) {
    let negated = false;
    for (; isPlain(i, '!'); i++) negated = !negated;
    const from = i;
    if (isPlain(i, '~')) i = letters.length;
    else while (i < letters.length && !isPlain(i, '|')) i++;
    const own = letters.slice(from, i);
    const quotedFrom = own.findIndex(({ quoted }) => quoted);
    terms.push({
      negated,
      text: own.map(({ char }) => char).join(''),
      plain: quotedFrom < 0 ? own.length : quotedFrom,
    });
    if (i >= letters.length) return terms;
    i++; // the bar
  }
}

/** Text that reads back as one word with no meaning but itself: for a filter that a program writes. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
