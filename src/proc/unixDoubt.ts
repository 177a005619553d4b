// Which rows of net/unix are not to be believed. The kernel writes a path as it is, and a path with a line break in it can
// imitate a row: then it says of somebody's socket what the path's maker likes. No signal is ever led by such a row.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Holder } from '../types.ts';
import type { UnixListing } from './unixSockets.ts';

/** /proc/PID/fdinfo/FD has such a line for unix sockets alone (net/unix/af_unix.c, unix_show_fdinfo; Linux 5.6). */
const UNIX_ONLY = /^scm_fds:/m;
/** So many sure ones are asked whether this kernel writes that line. */
const WITNESSES = 3;

/**
 * @param inodes of all rows of all namespaces: of a unix socket that is imitated there is a true row too
 * @returns whether a row that may be a path is no row, as far as can be told: another row has its inode, or its holder has
 *   something else there
 */
export function createDoubt(
  kernel: Kernel,
  inodes: readonly number[],
  listings: readonly UnixListing[],
  holders: ReadonlyMap<number, readonly Holder[]>,
): (listing: UnixListing) => boolean {
  const rows = new Map<number, number>();
  for (const inode of inodes) rows.set(inode, (rows.get(inode) ?? 0) + 1);

  /** undefined where nobody is seen to hold it, or can be asked. */
  function isUnix({ inode }: UnixListing): boolean | undefined {
    const [holder] = holders.get(inode) ?? [];
    const bytes = holder === undefined ? 'gone' : kernel.read(`${holder.pid}/fdinfo/${holder.fd}`);
    return isFailure(bytes) ? undefined : UNIX_ONLY.test(Buffer.from(bytes).toString('latin1'));
  }
  let isSaid: boolean | undefined;
  const kernelSays = (): boolean =>
    (isSaid ??= listings
      .filter(({ mayBePath, inode }) => !mayBePath && holders.has(inode))
      .slice(0, WITNESSES)
      .some((row) => isUnix(row) === true));

  return (listing) =>
    listing.mayBePath && ((rows.get(listing.inode) ?? 0) > 1 || (isUnix(listing) === false && kernelSays()));
}
