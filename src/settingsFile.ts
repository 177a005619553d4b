// The file that keeps what F2 changed. It is a comfort: a file that can't be read or written is one line of warning.
import { dirname, resolve } from 'node:path';
import { parseSettings, settingsText, type KeptSettings, type Settings } from './derive/settings.ts';
import { isFailure, type Kernel } from './kernel.ts';
import type { Failure } from './types.ts';

/** $XDG_CONFIG_HOME/slotop/config.json (XDG Base Directory Specification); undefined without a home. */
export function settingsPath({ XDG_CONFIG_HOME, HOME }: NodeJS.ProcessEnv): string | undefined {
  // "If an implementation encounters a relative path it should consider the path invalid and ignore it."
  if (XDG_CONFIG_HOME?.startsWith('/') === true) return `${XDG_CONFIG_HOME}/slotop/config.json`;
  return HOME?.startsWith('/') === true ? `${HOME}/.config/slotop/config.json` : undefined;
}

const WHY: Readonly<Record<Failure, string>> = {
  gone: 'no such place',
  denied: 'not permitted',
  limit: 'no room',
};

/** A larger file is none of ours. */
const LARGEST = 64 * 1024;

/** No file is no problem. */
export function readSettings(kernel: Kernel, path: string | undefined): KeptSettings {
  const nothing = (problem?: string): KeptSettings => ({
    settings: {},
    problem: problem === undefined ? undefined : `${path}: ${problem}; the usual settings hold`,
  });
  if (path === undefined) return nothing();
  const stat = kernel.stat(path);
  if (stat === 'gone') return nothing();
  if (isFailure(stat)) return nothing(WHY[stat]);
  if (stat.size > LARGEST) return nothing('not a settings file');
  const bytes = kernel.read(path);
  if (isFailure(bytes)) return nothing(WHY[bytes]);
  const { settings, problem } = parseSettings(new TextDecoder().decode(bytes));
  return {
    settings,
    problem: problem === undefined ? undefined : `${path}: ${problem}; what is usual holds`,
  };
}

/**
 * Written beside its place and renamed into it, so that no reader ever finds half a file. Where the place is a link
 * (dotfiles kept elsewhere), what it points to is replaced, not the link.
 * @returns in words what went wrong
 */
export function writeSettings(
  kernel: Kernel,
  path: string | undefined,
  settings: Partial<Settings>,
): string | undefined {
  if (path === undefined) return 'neither XDG_CONFIG_HOME nor HOME is set';
  const folder = kernel.makeFolder(dirname(path));
  if (isFailure(folder)) return `${dirname(path)}: ${WHY[folder]}`;
  const link = kernel.link(path);
  const place = isFailure(link) ? path : resolve(dirname(path), link.target);
  const written = kernel.write(`${place}.new`, settingsText(settings));
  if (isFailure(written)) return `${place}.new: ${WHY[written]}`;
  const renamed = kernel.rename(`${place}.new`, place);
  return isFailure(renamed) ? `${place}: ${WHY[renamed]}` : undefined;
}
