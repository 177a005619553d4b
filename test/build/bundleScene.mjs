// Bundles the scene with the product's options, with our replacements in Ink or without, and loads it.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from '../../build/bundle.mjs';

/**
 * @param {string} folder an empty one, for the bundle
 * @param {boolean} fast
 * @returns {Promise<typeof import('./inkScene.tsx')>}
 */
export async function loadScene(folder, fast) {
  const name = fast ? 'fast' : 'stock';
  await build({
    ...bundleOptions({ fast }),
    entryPoints: [fileURLToPath(new URL('inkScene.tsx', import.meta.url))],
    outfile: join(folder, `${name}.mjs`),
    splitting: false,
  });
  return import(/* @vite-ignore */ pathToFileURL(join(folder, `${name}.mjs`)).href);
}
