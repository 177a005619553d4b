import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inOrder, isDescending, type Ordering } from '../../src/derive/order.ts';

interface Item {
  readonly id: number;
  readonly value: number | undefined;
}

const items = fc
  .uniqueArray(
    fc.record({
      id: fc.nat(99),
      value: fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }),
    }),
    { selector: ({ id }) => id },
  )
  .map((all) => all as Item[]);

const ordering = (own: Partial<Ordering<Item>> = {}): Ordering<Item> => ({
  value: ({ value }) => value,
  descending: false,
  tie: (a, b) => a.id - b.id,
  held: undefined,
  key: ({ id }) => String(id),
  ...own,
});

test('the order is total: it does not matter in which order the items come', () => {
  fc.assert(
    fc.property(
      items.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      fc.boolean(),
      ([all, shuffled], descending) => {
        expect(inOrder(shuffled, ordering({ descending }))).toEqual(inOrder(all, ordering({ descending })));
      },
    ),
  );
});

test('known values in order, unknown last whichever way, equal ones by the tie', () => {
  fc.assert(
    fc.property(items, fc.boolean(), (all, descending) => {
      const sorted = inOrder(all, ordering({ descending }));
      expect(new Set(sorted)).toEqual(new Set(all));
      for (let i = 1; i < sorted.length; i++) {
        const [a, b] = [sorted[i - 1] as Item, sorted[i] as Item];
        if (a.value === undefined) expect(b.value).toBeUndefined();
        else if (b.value !== undefined)
          expect(descending ? a.value >= b.value : a.value <= b.value).toBe(true);
        if (a.value === b.value) expect(a.id).toBeLessThan(b.id);
      }
    }),
  );
});

test('a held order: known lines keep their places to each other, newcomers come after them in order', () => {
  fc.assert(
    fc.property(items, items, fc.boolean(), (before, now, descending) => {
      const held = new Map(before.map(({ id }, place) => [String(id), place]));
      const sorted = inOrder(now, ordering({ descending, held }));
      const known = sorted.filter(({ id }) => held.has(String(id)));
      const places = known.map(({ id }) => held.get(String(id)) as number);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      expect(sorted.slice(0, known.length)).toEqual(known);
      const newcomers = now.filter(({ id }) => !held.has(String(id)));
      expect(sorted.slice(known.length)).toEqual(inOrder(newcomers, ordering({ descending })));
    }),
  );
});

test('a column whose large values matter begins with them, reversed with the small ones', () => {
  const column = { id: 'X', help: '', width: 1, align: 'right', value: () => 1 } as const;
  const sort = (reverse: boolean) => ({ column: 'X', reverse });
  expect(isDescending({ ...column, descending: true }, sort(false))).toBe(true);
  expect(isDescending({ ...column, descending: true }, sort(true))).toBe(false);
  expect(isDescending(column, sort(false))).toBe(false);
  expect(isDescending(column, sort(true))).toBe(true);
});
