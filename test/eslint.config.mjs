// ESLint 10 reads no .eslintrc any more, and .eslintrc.json is where the rules stand: this hands them over, nothing else.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FlatCompat } from '@eslint/eslintrc';
import { builtinRules } from 'eslint/use-at-your-own-risk';

const root = fileURLToPath(new URL('..', import.meta.url));
const { root: _root, ignorePatterns, ...rules } = JSON.parse(readFileSync(`${root}/.eslintrc.json`, 'utf8'));
// What `eslint:recommended` means, from ESLint's own rules: the package with the list is no part of ESLint any more.
const recommended = [...builtinRules].filter(([, rule]) => rule.meta?.docs?.recommended === true);
const recommendedConfig = { rules: Object.fromEntries(recommended.map(([name]) => [name, 'error'])) };
const compat = new FlatCompat({ baseDirectory: root, recommendedConfig });

// Two keys have no counterpart that FlatCompat could translate to: `root` (a flat file is one), and the ignores, which
// are global only when they stand alone.
export default [{ ignores: ignorePatterns }, ...compat.config(rules)];
