// `slotop list`: every process, or those that a filter lets through.
import type { Cell } from '../derive/cell.ts';
import { columnOf, type Column } from '../derive/column.ts';
import { COLUMNS, DEFAULT_COLUMNS } from '../derive/columns.ts';
import type { Filter } from '../derive/match.ts';
import { rowsOf } from '../derive/rows.ts';
import type { ProcessRow } from '../derive/row.ts';
import { ASCII, UNICODE } from '../derive/style.ts';
import { treeLead } from '../derive/treeLead.ts';
import type { Kernel } from '../kernel.ts';
import { createSampler, type Wants } from '../proc/sample.ts';
import { statTwice } from '../proc/statTwice.ts';
import { EXIT } from '../signal/report.ts';
import type { Need, Sample } from '../types.ts';
import { Complaint, countOf, isGiven, textOf, type Command, type Context, type Given } from './command.ts';
import { filterOf } from './filters.ts';
import { answerTo } from '../derive/echo.ts';
import { json } from './json.ts';
import { LIST_NEEDS, processesJson } from './listJson.ts';
import { tableText } from './table.ts';

/** CPU is measured between two looks this far apart, in milliseconds. */
const BETWEEN_LOOKS_MS = 100;

interface Wish {
  readonly filter: Filter | undefined;
  readonly columns: readonly Column<Cell>[];
  readonly sort: Column<Cell>;
  readonly reverse: boolean;
  readonly tree: boolean;
  readonly limit: number;
  readonly json: boolean;
}

function named(name: string, option: string): Column<Cell> {
  const column = columnOf(COLUMNS, name);
  if (column !== undefined) return column;
  const known = COLUMNS.map(({ id }) => id.toLowerCase()).join(' ');
  throw new Complaint(`--${option} ${name}`, `no such column; there are: ${known}`);
}

function wishOf(words: readonly string[], given: Given): Wish {
  const columns = textOf(given, 'columns');
  return {
    filter: filterOf(words.join(' ')),
    columns: (columns?.split(',') ?? DEFAULT_COLUMNS).map((name) => named(name.trim(), 'columns')),
    sort: named(textOf(given, 'sort') ?? 'pid', 'sort'),
    reverse: isGiven(given, 'reverse'),
    tree: isGiven(given, 'tree'),
    limit: countOf(given, 'limit') ?? Infinity,
    json: isGiven(given, 'json'),
  };
}

/** Reads what the wish shows and nothing more; CPU costs a second look. */
function look({ kernel }: Context, wish: Wish): Sample {
  const shown = wish.json ? [] : wish.columns;
  const uses = (id: string): boolean => wish.sort.id === id || shown.some((column) => column.id === id);
  const needs = new Set<Need>(wish.json ? LIST_NEEDS : ['cmdline']);
  for (const need of [...(wish.filter?.needs ?? []), ...(wish.sort.needs ?? [])]) needs.add(need);
  for (const column of shown) for (const need of column.needs ?? []) needs.add(need);

  const asksForPorts = wish.filter?.usesPorts === true || wish.sort.id === 'PORT';
  const usesPorts = asksForPorts || wish.json || uses('PORT');
  const wants: Wants = {
    all: [...needs],
    shown: [],
    visible: [],
    portBudgetMs: usesPorts ? Infinity : 0,
    onlyLikelyHolders: !asksForPorts,
  };
  const usesCpu = wish.json || uses('CPU%') || /cpu/i.test(wish.filter?.source ?? '');
  return usesCpu ? lookTwice(kernel(), wants) : createSampler(kernel()).look(wants);
}

function lookTwice(kernel: Kernel, wants: Wants): Sample {
  const twice = statTwice(kernel);
  const sampler = createSampler(twice.kernel);
  sampler.look({ ...wants, all: [], portBudgetMs: 0 });
  kernel.sleep(BETWEEN_LOOKS_MS);
  twice.lastLook();
  const sample = sampler.look(wants);
  twice.close();
  return sample;
}

function rows(sample: Sample, { filter, tree, sort, reverse, limit }: Wish): readonly ProcessRow[] {
  const answer = filter && answerTo(filter, sample);
  const order = { column: sort.id, reverse };
  const found = rowsOf(
    sample,
    {
      view: 'processes',
      tree,
      sort: { processes: order, groups: order, ports: order, slots: order },
      filter: filter && answer && { ...filter, match: answer },
      uid: undefined,
      kernelThreads: true,
      collapsed: new Set(),
    },
    undefined,
  );
  return found.flatMap((row) => (row.kind === 'process' ? [row] : [])).slice(0, limit);
}

function table(context: Context, wish: Wish, sample: Sample, lines: readonly ProcessRow[]): string {
  const glyphs = context.ascii ? ASCII : UNICODE;
  const lead = (at: number): string => {
    const node = lines[at]?.node;
    return node === undefined ? '' : treeLead(node, context.stdio.width ?? Infinity, glyphs).trimStart();
  };
  const items = lines.map(({ cell }) => cell);
  return tableText(wish.columns, items, sample, context, wish.tree ? lead : undefined);
}

const columnNames = (): readonly string[] => COLUMNS.map(({ id }) => id.toLowerCase());

export const list: Command = {
  name: 'list',
  usage: 'list [FILTER]',
  summary: 'list the processes, all or those that match',
  looksOnce: true,
  options: {
    tree: { type: 'boolean', help: 'children below their parents' },
    sort: {
      type: 'string',
      value: 'KEY',
      choices: columnNames,
      help: 'order by a column (pid); large values first where those matter',
    },
    reverse: { type: 'boolean', help: 'turn the order round' },
    columns: {
      type: 'string',
      value: 'a,b,c',
      choices: columnNames,
      commas: true,
      help: 'which columns, in which order',
    },
    limit: { type: 'string', value: 'N', help: 'the first N only' },
    json: { type: 'boolean', help: 'one JSON document' },
  },
  more: () => ['Columns:', ...COLUMNS.map(({ id, help }) => `  ${id.padEnd(9)} ${help}`)],
  run(context, words, given) {
    const wish = wishOf(words, given);
    const sample = look(context, wish);
    const found = rows(sample, wish);
    context.stdio.out(
      wish.json
        ? json(
            processesJson(
              found.map(({ proc }) => proc),
              sample,
            ),
          )
        : table(context, wish, sample, found),
    );
    return found.length === 0 && wish.filter !== undefined ? EXIT.nothing : EXIT.holds;
  },
};
