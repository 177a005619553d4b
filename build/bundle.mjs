// Builds the product: `node build/bundle.mjs` writes dist/cli.cjs, with the UI in a part of its own, so that `slotop list`
// doesn't load React, and lets build/codeCache.mjs add what V8 compiles of it. Not minified: a stack trace from a user's
// machine must be readable.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { esbuildFastInk } from './fastInk.mjs';
import { notAtStart } from './notAtStart.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const rescue = join(root, 'src/rescue.sh');
const dist = join(root, 'dist');

/** Bundled CommonJS (React) may ask for Node's own modules by require, which an ES module doesn't have. */
const REQUIRE = `import { createRequire as slotopRequire } from 'node:module';
const require = slotopRequire(import.meta.url);`;

/**
 * esbuild's options for the product, or for anything that must behave like it (bench, whole-frame tests).
 * @param {{ fast?: boolean }} [settings] `fast: false` keeps Ink as published, to compare with
 * @returns {import('esbuild').BuildOptions}
 */
export function bundleOptions({ fast = true } = {}) {
  return {
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    splitting: true,
    platform: 'node',
    target: 'node20.19',
    // Node 20 knows all of these; as calls of RegExp they would be compiled at start, as literals at their first use.
    supported: { 'regexp-unicode-property-escapes': true, 'regexp-set-notation': true },
    jsx: 'automatic',
    legalComments: 'none',
    logLevel: 'warning',
    banner: { js: REQUIRE },
    define: {
      // React's development build costs twice the time and records measures for ever.
      'process.env.NODE_ENV': '"production"',
      'process.env.DEV': '"false"',
      // yoga's loader would fetch a data: URL and with it load undici: 30 ms and 9 MB. Without fetch it decodes it itself.
      fetch: 'undefined',
      RESCUE_SCRIPT: JSON.stringify(readFileSync(rescue, 'utf8')),
    },
    plugins: [esbuildFastInk({ fast }), notAtStart],
  };
}

/** For `import fs from 'node:fs'`, and each time that React is imported, esbuild copies all that the module has. */
const COPY =
  /(?:\b__toESM|\(0, \w+\.__toESM\))\((require\("node:\w+"\)|(?:require_\w+|\(0, \w+\.require_\w+\))\(\)(?=, 1))(?:, 1)?\)/g;
const VIEW = '{ __proto__: $1, default: $1 }';

/** esbuild divides ES modules only, and V8 keeps a code cache for classic scripts only: so divided first, then translated. */
async function parts() {
  const { outputFiles } = await build({
    ...bundleOptions(),
    banner: {}, // a classic script has require
    entryPoints: [join(root, 'src/cli.ts')],
    outdir: dist,
    outExtension: { '.js': '.cjs' },
    chunkNames: '[name]-[hash]',
    write: false,
  });
  return Promise.all(
    outputFiles.map(async ({ path, text }) => {
      // bin/start.cjs takes a byte for a character. A dynamic import would ask for a loader that it doesn't have.
      const { code } = await transform(text, {
        format: 'cjs',
        platform: 'node',
        target: 'node20.19',
        charset: 'ascii',
        define: { 'import.meta.url': 'undefined' },
        supported: { ...bundleOptions().supported, 'dynamic-import': false },
      });
      return {
        name: basename(path),
        code: code.replace(COPY, VIEW),
      };
    }),
  );
}

/** V8 takes a code cache only with the flags that it was made with: those of the launcher. */
export function launcherFlags() {
  const launcher = readFileSync(join(root, 'bin/slotop'), 'utf8');
  return /^exec node (.*) "\$bin\/start\.cjs"/m.exec(launcher)[1].split(' ');
}

function addCodeCache(folder) {
  const { NODE_OPTIONS: _, ...env } = process.env; // the user's flags would spoil the cache for all others
  const args = [...launcherFlags(), join(root, 'build/codeCache.mjs'), folder];
  const { status, stderr } = spawnSync(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) console.error(`no code cache: slotop will start in twice the time\n${stderr}`);
}

/** Puts a folder in the place of dist/: whoever starts slotop meanwhile finds the old one or the new one whole. */
function replaceDist(fresh) {
  const old = `${fresh}.old`;
  try {
    renameSync(dist, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  renameSync(fresh, dist);
  rmSync(old, { recursive: true, force: true });
}

/** Bundles src/cli.ts and all it needs into a fresh dist/, with the rescue script beside it. */
export async function bundle() {
  const files = await parts();
  const fresh = join(root, `node_modules/.dist-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  copyFileSync(rescue, join(fresh, 'rescue.sh'));
  for (const { name, code } of files) writeFileSync(join(fresh, name), code);
  addCodeCache(fresh);
  replaceDist(fresh);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle();
