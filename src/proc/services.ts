// What a port is usually for, as /etc/services has it (services(5)).
import type { Kernel } from '../kernel.ts';
import { readText } from './text.ts';

/** `http 80/tcp www # World Wide Web`: the first name of each port and protocol, under `80/tcp`. */
export function parseServices(text: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [name, port] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (name === undefined || port === undefined || !/^\d+\/(tcp|udp)$/.test(port)) continue;
    if (!names.has(port)) names.set(port, name);
  }
  return names;
}

/** The file is opened at the first question. */
export function createServiceNames(kernel: Kernel): (proto: string, port: number) => string | undefined {
  let names: Map<string, string> | undefined;
  return (proto, port) => {
    names ??= parseServices(readText(kernel, '/etc/services') ?? '');
    return names.get(`${port}/${proto}`);
  };
}
