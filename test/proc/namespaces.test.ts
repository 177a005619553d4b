import { expect, test } from 'vitest';
import { createNamespaces } from '../../src/proc/namespaces.ts';
import { portModel, type PortModel } from './portModel.ts';

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

test('of all that link to one namespace one is asked for its number; where links are denied every one is', () => {
  const model = portModel();
  const pids = Array.from({ length: 50 }, () => model.fork(undefined, 7));
  createAndLook(model, pids);
  expect(model.calls['stat']).toBe(1);
  const { link } = model.kernel;
  model.kernel.link = (path) => (path.endsWith('ns/net') ? 'denied' : link(path));
  createAndLook(model, pids);
  expect(model.calls['stat']).toBe(51);
});

test('a link whose namespace has died may mean another one', () => {
  const model = portModel();
  const namespaces = createNamespaces(model.kernel);
  const { link } = model.kernel;
  model.kernel.link = (path) => (path.endsWith('ns/net') ? { target: 'net:[1]' } : link(path));
  const one = model.fork(undefined, 7);
  namespaces.look(one);
  model.exit(one);
  namespaces.forget(one);
  expect(namespaces.look(model.fork(undefined, 8))).toBe(8);
});

function createAndLook(model: PortModel, pids: readonly number[]): void {
  const namespaces = createNamespaces(model.kernel);
  expect(new Set(pids.map((pid) => namespaces.look(pid)))).toEqual(new Set([7]));
}
