// Which unit makes systemd hold a port: a service that is ended is started again by the next client, so the socket unit is
// what has to be stopped.
import { isFailure, type Kernel } from '../kernel.ts';
import { readText } from '../proc/text.ts';

/** systemd.unit(5), "Unit File Load Path", the system's and the users' own. */
const FOLDERS = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/run/systemd/transient',
  '/run/systemd/generator',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
  '/etc/systemd/user',
  '/usr/lib/systemd/user',
];

/** systemd.socket(5): `8080`, `127.0.0.1:8080`, `[::1]:8080`. Drop-ins may clear a list: then one too many is named. */
export function listensOn(unit: string, port: number): boolean {
  return [...unit.matchAll(/^\s*Listen(?:Stream|Datagram)\s*=\s*(\S+)/gm)].some(
    ([, address = '']) => /(?:^|:)(\d+)$/.exec(address)?.[1] === String(port),
  );
}

/** The names of the socket units that listen on a port (`web.socket`), from their files. */
export function socketUnitsOf(kernel: Kernel, port: number): string[] {
  const names = new Set<string>();
  for (const folder of FOLDERS) {
    const files = kernel.list(folder);
    if (isFailure(files)) continue;
    for (const file of files) {
      if (file.endsWith('.socket') && listensOn(readText(kernel, `${folder}/${file}`) ?? '', port))
        names.add(file);
    }
  }
  return [...names];
}
