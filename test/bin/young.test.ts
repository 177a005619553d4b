// bin/start.cjs: V8's young generation is kept from growing to what it would never give back.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempFolder } from '../support/liveProcess.ts';

const START = join(import.meta.dirname, '../../bin/start.cjs');
const MB = 1024 * 1024;

/** Looks at a large machine, one after another: what each makes lives until the next but one. Says the most that was taken. */
const PROGRAM = `
const { keepYoungSmall } = require(${JSON.stringify(START)});
const { getHeapSpaceStatistics } = require('node:v8');
const young = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size;
const looks = [];
let most = 0;
for (let look = 0; look < 60; look++) {
  looks[look % 2] = Array.from({ length: 50_000 }, (_, at) => ({ at, cell: { at } }));
  if (process.argv[2] === 'kept small') keepYoungSmall();
  most = Math.max(most, young());
}
process.stdout.write(String(most));
`;

function mostYoung(how: string): number {
  const file = join(tempFolder(), 'looks.cjs');
  writeFileSync(file, PROGRAM);
  return Number(execFileSync(process.execPath, [file, how], { encoding: 'utf8' }));
}

describe('with looks that make megabytes', () => {
  test('it is left at 4 or 8 MB a half', () => {
    const most = mostYoung('kept small');
    expect(most).toBeGreaterThanOrEqual(8 * MB);
    expect(most).toBeLessThanOrEqual(16 * MB);
  });

  test('V8 by itself takes twice as much', () => {
    expect(mostYoung('let be')).toBeGreaterThan(16 * MB);
  });
});
