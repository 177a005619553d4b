// Kinds of rules of which there are several: a number of the stat line, a part of a text, a comparison.
import type { Need, Proc } from '../types.ts';
import { quantity, type Unit } from './quantity.ts';
import { listOf, part, wholeNumber, type MatchContext, type Rule } from './rule.ts';

/** The largest that the kernel gives (PID_MAX_LIMIT, linux/threads.h). */
export const PID_LIMIT = 4_194_304;

/** `key:4711`, `key:1,2,3` over a number of the stat line. */
export function numbered(key: string, help: string, least: number, of: (proc: Proc) => number): Rule {
  return {
    key,
    starts: [`${key}:`],
    form: `${key}:N`,
    help,
    example: `${key}:1234`,
    needs: [],
    parse: (value) => {
      const numbers = listOf(value, (text) => wholeNumber(text, least, PID_LIMIT));
      if (numbers === undefined) return { problem: `not a number (${least} to ${PID_LIMIT})` };
      return (proc) => (numbers.includes(of(proc)) ? key : false);
    },
  };
}

/** `key:text`: part of a text. */
export function partly(
  key: string,
  help: string,
  example: string,
  of: (proc: Proc, context: MatchContext) => string | false | undefined,
): Rule {
  return {
    key,
    starts: [`${key}:`],
    form: `${key}:TEXT`,
    help,
    example,
    needs: ['cgroup'],
    parse: (value) => {
      if (value === '') return { problem: 'nothing to look for' };
      const matches = part(value);
      return (proc, context) => {
        const text = of(proc, context);
        if (text === undefined) return undefined;
        return text !== false && matches(text) ? key : false;
      };
    },
  };
}

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '=': (a, b) => a === b,
};

/** `key>N` and its like over a number that may be unknown. */
export function compared(
  key: string,
  unit: Unit,
  help: string,
  example: string,
  of: (proc: Proc, context: MatchContext) => number | undefined,
  needs: readonly Need[] = [],
): Rule {
  return {
    key,
    starts: [...Object.keys(COMPARE).map((sign) => key + sign), `${key}:`],
    form: `${key}>${unit.form}`,
    help,
    example,
    needs,
    parse: (value, start) => {
      const compare = COMPARE[start.slice(key.length)];
      if (compare === undefined) return { problem: `compare it, as in ${example}` };
      const bound = quantity(value, unit);
      if (bound === undefined) return { problem: unit.problem };
      return (proc, context) => {
        const found = of(proc, context);
        return found === undefined ? undefined : compare(found, bound) ? key : false;
      };
    },
  };
}
