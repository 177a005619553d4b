// `slotop signal`: sends one signal once to each target, looks what became of it, and reports.
import { deliver } from '../signal/deliver.ts';
import { parseSignal, SIGNALS } from '../signal/signals.ts';
import { Complaint, type Command } from './command.ts';
import { orderOf, regrowthOf } from './order.ts';
import { sendOrder, SENDING_OPTIONS } from './sending.ts';

const USAGE = 'signal SIG TARGET...';

export const signal: Command = {
  name: 'signal',
  usage: USAGE,
  summary: 'send a signal once to each target, and look what became of it',
  options: SENDING_OPTIONS,
  choices: () => SIGNALS.map(({ name }) => name),
  more: () => [
    'Signals:',
    ...SIGNALS.map(({ name, number, help }) => `  ${String(number).padStart(2)} ${name.padEnd(9)} ${help}`),
  ],
  run(context, [name, ...words], given) {
    if (name === undefined) throw new Complaint('signal', `which signal, and to whom? slotop ${USAGE}`);
    const sig = parseSignal(name);
    if (sig === undefined)
      throw new Complaint(`signal: ${name}`, 'no such signal (TERM, SIGTERM, 15, KILL, HUP ...)');
    const order = orderOf({ action: 'signal', signal: sig, usage: USAGE }, words, given);
    return sendOrder(context, order, given, `send ${sig.name} to`, (job) => {
      const { kernel, plan, readOnly } = job;
      const mayKill = sig.name === 'KILL' || sig.name === 'TERM';
      return deliver(kernel, plan, { readOnly, ...(mayKill ? { regrowth: regrowthOf(job) } : {}) });
    });
  },
};
