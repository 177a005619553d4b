// The command line as the product bundles it, but without the UI: it is ready in a moment.
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from '../../build/bundle.mjs';

/** @param {string} outdir */
export async function bundleCli(outdir) {
  await build({
    ...bundleOptions(),
    entryPoints: [join(import.meta.dirname, '../../src/cli.ts')],
    outdir,
    external: ['./tui.tsx'],
  });
}
