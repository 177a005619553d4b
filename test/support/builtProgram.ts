// A program of a test's own around the real UI, bundled as the product is.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from '../../build/bundle.mjs';
import { tempFolder } from './liveProcess.ts';

/** @param source TypeScript. @returns the file to run */
export async function builtProgram(source: string): Promise<string> {
  const folder = tempFolder();
  writeFileSync(join(folder, 'main.ts'), source);
  await build({
    ...bundleOptions(),
    entryPoints: [join(folder, 'main.ts')],
    outdir: folder,
    splitting: false,
    outExtension: { '.js': '.mjs' },
  });
  return join(folder, 'main.mjs');
}
