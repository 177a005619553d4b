// Filters and targets: text into a question that each process answers with a field, no, or unknown.
import type { Need, Proc } from '../types.ts';
import type { MatchContext, Rule, Test } from './rule.ts';
import { PID_LIMIT } from './ruleKinds.ts';
import { EXACT_RULE, RULES, WORD_RULE } from './rules.ts';
import { safe } from './safe.ts';
import { isFilterError, splitWords, termsOf, type FilterError, type Term } from './words.ts';

export { RULES, isFilterError, type FilterError, type MatchContext };

export interface Filter {
  readonly source: string;
  /** Files to read of every process before asking. */
  readonly needs: readonly Need[];
  /** True when the port search must be complete before asking. */
  readonly usesPorts: boolean;
  /** The field that matched ("comm", "cmdline", "port 8080" ...); undefined when it does not match, or is not known to. */
  match(proc: Proc, context: MatchContext): string | undefined;
  /**
   * Known not to match. An unknown value neither matches nor misses, and `!` does not change that: neither `cpu>5` nor
   * `!cpu>5` finds a process whose cpu is unknown. To leave out what a filter names (`--exclude`), keep what it misses:
   * then nothing is hit for want of knowledge.
   */
  misses(proc: Proc, context: MatchContext): boolean;
}

interface Asked {
  readonly rules: readonly Rule[];
  readonly test: Test;
}

/**
 * A filter: words, all of which must match; `a|b`; `!a`; see RULES for the kinds of term. No words match everything.
 * @returns a FilterError for a text that is none; never throws
 */
export function parseFilter(text: string): Filter | FilterError {
  const words = splitWords(text);
  if (isFilterError(words)) return words;
  const asked: Asked[] = [];
  for (const word of words) {
    const sides: Asked[] = [];
    for (const term of termsOf(word)) {
      const side = askTerm(term, ruleOf(term));
      if ('error' in side) return { error: side.error, at: word.at };
      sides.push(side);
    }
    asked.push(sides.length === 1 ? (sides[0] as Asked) : eitherOf(sides));
  }
  return filterOf(text, allOf(asked));
}

/**
 * A target of a command: a pid, `:port`, a term with its prefix, or else exactly that name. It is one term whatever
 * blanks, quotes or bars it holds, since the shell has already parted the words.
 * @returns a FilterError for what would be dangerous or senseless to take for a name; never throws
 */
export function parseTarget(text: string): Filter | FilterError {
  const problem = problemOfTarget(text);
  if (problem !== undefined) return { error: problem, at: 0 };
  const literal = quotedWhole(text);
  const meant = /^\d+$/.test(text) ? `pid:${text}` : (literal ?? text);
  const term: Term = { negated: false, text: meant, plain: meant.length };
  const prefixed = literal === undefined ? ruleOf(term) : WORD_RULE;
  const asked =
    prefixed === WORD_RULE
      ? askTerm({ ...term, text: `=${term.text}` }, EXACT_RULE)
      : askTerm(term, prefixed);
  return 'error' in asked ? asked : filterOf(text, asked);
}

/** A slip of the pen that a shell or a script makes of a pid must never be taken for something else. */
function problemOfTarget(text: string): string | undefined {
  if (text.trim() === '') return 'target: empty';
  const shown = safe(text);
  if (text.startsWith('!')) {
    return `${shown}: a target says who is hit; to spare some use --exclude ${shown.replace(/^!+/, '')}`;
  }
  if (!/^\s*[+-]?\.?\d/.test(text) || Number.isNaN(Number(text))) return undefined;
  const pid = Number(text);
  if (/^[1-9]\d*$/.test(text) && pid <= PID_LIMIT) return undefined;
  return `${shown}: not a pid (1 to ${PID_LIMIT}); a process of that name is =${shown.trim()}`;
}

/** What stands in quotes, where the whole text does. */
function quotedWhole(text: string): string | undefined {
  const words = splitWords(text);
  if (isFilterError(words) || words.length !== 1) return undefined;
  const letters = words[0]?.letters ?? [];
  if (letters.length === 0 || !letters.every(({ quoted }) => quoted)) return undefined;
  return letters.map(({ char }) => char).join('');
}

function ruleOf({ text, plain }: Term): Rule {
  return RULES.find((rule) => startOf(rule, text, plain) !== undefined) ?? WORD_RULE;
}

function startOf(rule: Rule, text: string, plain: number): string | undefined {
  return rule.starts.find((start) => start.length <= plain && text.startsWith(start));
}

function askTerm(term: Term, rule: Rule): Asked | FilterError {
  const start = startOf(rule, term.text, term.plain) ?? '';
  const test = rule.parse(term.text.slice(start.length), start);
  if (typeof test !== 'function') {
    const shown = `${term.negated ? '!' : ''}${safe(term.text)}`;
    return { error: `${shown === '' ? 'an empty word' : shown}: ${test.problem}`, at: 0 };
  }
  if (!term.negated) return { rules: [rule], test };
  return {
    rules: [rule],
    test: (proc, context) => {
      const verdict = test(proc, context);
      return verdict === undefined ? undefined : verdict === false ? `not ${rule.key}` : false;
    },
  };
}

/** `a|b`: known to match if one is. */
function eitherOf(sides: readonly Asked[]): Asked {
  return {
    rules: sides.flatMap(({ rules }) => rules),
    test: (proc, context) => {
      let isUnknown = false;
      for (const { test } of sides) {
        const verdict = test(proc, context);
        if (typeof verdict === 'string') return verdict;
        if (verdict === undefined) isUnknown = true;
      }
      return isUnknown ? undefined : false;
    },
  };
}

/** `a b`: known not to match if one is not. */
function allOf(words: readonly Asked[]): Asked {
  if (words.length === 1) return words[0] as Asked;
  return {
    rules: words.flatMap(({ rules }) => rules),
    test: (proc, context) => {
      let isUnknown = false;
      const fields: string[] = [];
      for (const { test } of words) {
        const verdict = test(proc, context);
        if (verdict === false) return false;
        if (verdict === undefined) isUnknown = true;
        else if (!fields.includes(verdict)) fields.push(verdict);
      }
      return isUnknown ? undefined : fields.join(', ') || 'any';
    },
  };
}

function filterOf(source: string, { rules, test }: Asked): Filter {
  return {
    source,
    needs: [...new Set(rules.flatMap(({ needs }) => needs))],
    usesPorts: rules.some(({ usesPorts }) => usesPorts === true),
    match: (proc, context) => test(proc, context) || undefined,
    misses: (proc, context) => test(proc, context) === false,
  };
}
