import { defineConfig } from 'vitest/config';
import { viteFastInk } from './build/fastInk.mjs';

export default defineConfig({
  plugins: [viteFastInk()],
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    env: { NODE_ENV: 'production' },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Tests run on the same Ink as the product: with our replacements, which Vite applies only to what it loads itself.
    server: { deps: { inline: [/\/node_modules\/(ink|ink-testing-library|widest-line)\//] } },
  },
});
