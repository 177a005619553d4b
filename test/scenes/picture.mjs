// `npm run picture`: writes docs/screen.svg from the running program. Needs root (namespaces), python3 and `npm run build`.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const repo = fileURLToPath(new URL('../..', import.meta.url));
// Below node_modules, so that the bundle finds the packages that it leaves out.
const outfile = join(repo, 'node_modules/.cache/slotop/takePicture.mjs');
await build({
  entryPoints: [join(repo, 'test/scenes/takePicture.ts')],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  logLevel: 'warning',
});

const { takePicture } = await import(pathToFileURL(outfile).href);
mkdirSync(join(repo, 'docs'), { recursive: true });
await takePicture(repo, join(repo, 'docs/screen.svg'));
process.exit(0); // the watchman of the test support would keep us
