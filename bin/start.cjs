// Starts dist/cli.cjs. Its parts are classic scripts, read and run here at once: Node's own loaders read ES modules through
// libuv's thread pool (a free slot more, and an abort where there is none), and neither knows V8's code cache, which saves
// the compiling: half of the time to the first row.
require('./nodeVersion.cjs');
const { readFileSync } = require('node:fs');
const { basename, join } = require('node:path');
const vm = require('node:vm');
const { crc32 } = require('node:zlib');

const DIST = join(__dirname, '../dist');
const HEAD = '(function (exports, require, module, __filename, __dirname) { ';
const SUM_BYTES = 4;
/** Each part that was compiled, by name; build/codeCache.mjs makes the caches of them. */
const scripts = new Map();

/**
 * What V8 knows of a script from the build; undefined without, and where a byte of either is not as it was: V8 itself looks
 * at its version, its flags and the length of the script only, and dies of the rest. Node 22.0 and 22.1 have no crc32.
 */
function cacheOf(file, source) {
  try {
    const cache = readFileSync(`${file}.cache`);
    const data = cache.subarray(SUM_BYTES);
    return crc32(data, crc32(source)) === cache.readUInt32LE() ? data : undefined;
  } catch {
    return undefined;
  }
}

function scriptOf(dist, name) {
  const known = scripts.get(name);
  if (known !== undefined) return known;
  const filename = join(dist, name);
  const source = readFileSync(filename);
  const cachedData = cacheOf(filename, source);
  // All ASCII, so a character is a byte. A cache that another version of V8 made is not taken, and nothing else happens.
  const text = `${HEAD}${source.latin1Slice()}\n})`;
  const script = new vm.Script(text, { filename, cachedData, columnOffset: -HEAD.length });
  scripts.set(name, script);
  return script;
}

/** The last part that a screen loads (src/show.ts). */
const LAST = /^mount-/;

/**
 * Runs the program with the arguments of this process. The bundle requires its own parts, and Node's modules.
 * @param whenLoaded called when a screen has all of its parts
 */
function start(dist = DIST, whenLoaded = () => undefined) {
  const modules = new Map();
  function load(name) {
    let module = modules.get(name);
    if (module === undefined) {
      module = { exports: {} };
      modules.set(name, module);
      const wanted = (word) => (word.startsWith('./') ? load(basename(word)) : require(word));
      scriptOf(dist, name).runInThisContext()(module.exports, wanted, module, join(dist, name), dist);
      if (LAST.test(name)) whenLoaded();
    }
    return module.exports;
  }
  load('cli.cjs');
}

/** Where V8's young generation is left, in bytes: two halves of 4 MB, and a step more when it grows in a hurry. */
const YOUNG = 8 * 1024 * 1024;
/** Seldom enough not to be seen in the CPU of a quiet screen. */
const YOUNG_EVERY_MS = 3_000;

/**
 * V8's flags for a screen that stays open. They are set when all of it is loaded: a code cache is taken only with the
 * flags that it was made with, ours and the one in Node itself (8 ms of every start, were these on the command line).
 * - With 28,000 rows V8 lets a hundred megabytes of garbage lie before it looks: smaller steps.
 * - V8 compiles anew, on a thread of its own, each function that has run for a while, here after ten times that while. A
 *   screen that works for 10 ms every 1.5 s came to one or two more of them at each look, for minutes, and each costs more
 *   than it will ever save: 2 of 9 ms of CPU a look at 200 processes. What runs long (28,000 rows) still gets there.
 *   Node 22 does not know that flag, and would say so on the screen.
 */
function settle() {
  const { setFlagsFromString } = require('node:v8');
  setFlagsFromString('--heap-growing-percent=20');
  if (parseInt(process.versions.node, 10) < 22) setFlagsFromString('--interrupt-budget=1000000'); // bytes of bytecode
  setFlagsFromString('--semi-space-growth-factor=1');
  setInterval(keepYoungSmall, YOUNG_EVERY_MS).unref();
}

/**
 * Ends or begins the growing of V8's young generation, which goes on to 2 x 16 MB with 28,000 rows and stays there: 30 of
 * 158 MB. V8 reads this flag whenever it would grow (SemiSpaceNewSpace::Grow), and those that bound it only at its start.
 * Never growing would not do: in quiet times V8 shrinks it to 2 x 1 MB, and ordering 28,000 rows takes a third more CPU
 * then, with 4 to 8 MB a twentieth. But in the first seconds, when nearly all that is made stays, it does not grow at all:
 * a collection of 2 x 1 MB takes 17 ms at most instead of 50, and a key waits for it; all of them 0.17 s more.
 */
function keepYoungSmall() {
  const { getHeapSpaceStatistics, setFlagsFromString } = require('node:v8');
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  setFlagsFromString(`--semi-space-growth-factor=${young?.space_size < YOUNG ? 2 : 1}`);
}

if (require.main === module) {
  start(DIST, settle);
} else module.exports = { start, keepYoungSmall, scripts, SUM_BYTES };
