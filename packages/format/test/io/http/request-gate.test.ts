import { expect, test } from 'vitest';
import { RequestGate } from '../../../src/io/http/request-gate.ts';

test('lets so many in, and the others one by one in the order in which they came', async () => {
  const gate = new RequestGate(2);
  const entered: number[] = [];
  const enter = (number: number) => gate.enter().then(() => entered.push(number));
  const all = [0, 1, 2, 3].map(enter);
  await Promise.all(all.slice(0, 2));
  expect(entered).toEqual([0, 1]);
  gate.leave();
  await all[2];
  expect(entered).toEqual([0, 1, 2]);
  gate.leave();
  await all[3];
  gate.leave();
  gate.leave();
  await Promise.all([enter(4), enter(5)]);
  expect(entered).toEqual([0, 1, 2, 3, 4, 5]);
});

test('forgets who gives up, before its turn and before it came', async () => {
  const gate = new RequestGate(1);
  await gate.enter();
  const controller = new AbortController();
  const impatient = gate.enter(controller.signal);
  const patient = gate.enter(new AbortController().signal);
  controller.abort('enough');
  await expect(impatient).rejects.toBe('enough');
  await expect(gate.enter(AbortSignal.abort('never'))).rejects.toBe('never');
  gate.leave();
  await patient;
  gate.leave();
  await gate.enter();
});
