// Builds the product: `node build/bundle.mjs` writes dist/cli.js, with the UI in a chunk of its own, so that
// `slotop list` doesn't load React. Not minified: a stack trace from a user's machine must be readable.
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { esbuildFastInk } from './fastInk.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const rescue = join(root, 'src/rescue.sh');

/** Ink loads its devtools, and with them react-devtools-core, under DEV=true only: code that the define below removes. */
const noDevtools = {
  name: 'no-devtools',
  setup(build) {
    build.onResolve({ filter: /^(\.\/devtools\.js|react-devtools-core)$/ }, ({ path }) => ({
      path,
      external: true,
    }));
  },
};

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
    plugins: [esbuildFastInk({ fast }), noDevtools],
  };
}

/** Bundles src/cli.ts and all it needs into a fresh folder, with the rescue script beside it. */
export async function bundle(outdir = join(root, 'dist')) {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  copyFileSync(rescue, join(outdir, 'rescue.sh'));
  await build({
    ...bundleOptions(),
    entryPoints: [join(root, 'src/cli.ts')],
    outdir,
    chunkNames: '[name]-[hash]',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle();
