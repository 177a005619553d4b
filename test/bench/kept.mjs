// What was measured, kept part by part outside of the sources: a run that is cut off has lost one part and no more.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const FOLDER = new URL('../../node_modules/.cache/', import.meta.url);
const FILE = new URL('slotop-bench.json', FOLDER);

/** @returns {Record<string, {result: unknown, at: string, load: number, seconds: number}>} by the names of the parts */
export function keptResults() {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'));
  } catch {
    return {}; // not measured yet, or half written: it is measured again
  }
}

/** @param measured undefined where it could not be measured: what was known before is no answer any more */
export function keep(name, measured) {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(FILE, JSON.stringify({ ...keptResults(), [name]: measured }));
}
