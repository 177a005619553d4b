// `codeCache.mjs FOLDER` leaves a code cache beside each part of the bundle there (bin/start.cjs reads it): what V8 has
// compiled by the time that the first frames stood, a few keys were pressed and the commands were answered. It suits this
// version of V8 only; any other compiles as ever. Run in a process of its own, with the flags of bin/slotop.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PassThrough } from 'node:stream';
import { crc32 } from 'node:zlib';

const require = createRequire(import.meta.url);
const [tty, v8] = [require('node:tty'), require('node:v8')]; // the objects that the program sees
const { SUM_BYTES, scripts, start } = require('../bin/start.cjs');
const folder = process.argv[2];
const COMMANDS = [['list'], ['list', '--json'], ['ports'], ['slots'], ['help']];
const KEYS = ['\x1b[B', '\x1b[A', 't', 't', 'q'];
/** Between two keys, long enough for a look at a delay of 0.1 s; nothing depends on it but how much is compiled. */
const KEY_MS = 150;
const LIMIT_MS = 10_000;

/** Runs the program once in this process, up to its process.exit. */
function run(args) {
  process.argv.splice(2, Infinity, ...args);
  return new Promise((resolve) => {
    process.exit = resolve;
    start(folder);
  });
}

/** A terminal for the screen, and its keys: what is drawn goes to the descriptor itself (src/output.ts), nobody looks at it. */
async function runScreen() {
  const screen = Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 35 });
  const keys = Object.assign(new PassThrough(), { isTTY: true });
  let pressing;
  const left = [...KEYS];
  keys.setRawMode = () => {
    pressing ??= setInterval(() => keys.write(left.shift() ?? 'q'), KEY_MS);
    return keys;
  };
  for (const name of ['ref', 'unref']) keys[name] = () => keys;
  Object.defineProperty(process, 'stdout', { value: screen });
  Object.defineProperty(process, 'stdin', { value: keys });
  tty.isatty = () => true;
  await run(['--read-only', '--delay', '0.1']);
  clearInterval(pressing);
}

/** With a sum of both, which start.cjs checks. */
function write(name, script) {
  const data = script.createCachedData();
  const source = readFileSync(`${folder}/${name}`);
  const sum = Buffer.alloc(SUM_BYTES);
  sum.writeUInt32LE(crc32(data, crc32(source)));
  writeFileSync(`${folder}/${name}.cache`, Buffer.concat([sum, data]));
}

/** Ends with what is compiled by then: on a machine of 30,000 processes each command takes seconds. */
function finish() {
  setFlagsFromString('--flush-bytecode'); // the cache is for the flags of this moment
  for (const [name, script] of scripts) write(name, script);
  exit(0);
}

const { exit } = process;
setTimeout(finish, LIMIT_MS);
const { setFlagsFromString } = v8;
v8.setFlagsFromString = () => undefined; // those of compileSeldom.ts are set when the cache has been taken
setFlagsFromString('--no-flush-bytecode'); // else what ran a while ago is forgotten
await runScreen();
for (const args of COMMANDS) await run(args);
finish();
