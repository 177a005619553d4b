import { expect, test } from 'vitest';
import { createNamespaces } from '../../src/proc/namespaces.ts';
import { portModel } from './portModel.ts';

test('groups processes by namespace, and falls over to another member when one dies or moves', () => {
  const model = portModel();
  const [one, two, three] = [model.fork(undefined, 7), model.fork(undefined, 7), model.fork(undefined, 8)];
  const namespaces = createNamespaces(model.kernel);
  expect([one, two, three].map((pid) => namespaces.look(pid))).toEqual([7, 7, 8]);
  expect([...namespaces.all()]).toEqual([7, 8]);
  expect(namespaces.member(7)).toBe(one);

  model.exit(one);
  expect(namespaces.member(7)).toBe(two);
  model.of(two).netns = 9; // setns(2)
  expect(namespaces.member(7)).toBeUndefined();
  expect([...namespaces.all()]).toEqual([8, 9]);
  expect(namespaces.member(9)).toBe(two);
  expect(namespaces.look(one)).toBeUndefined();

  namespaces.forget(three);
  expect(namespaces.member(8)).toBeUndefined();
  expect([...namespaces.all()]).toEqual([9]);
});
