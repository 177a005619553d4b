// $XDG_STATE_HOME for what a test starts: the action log of the machine's user is none of the tests' business.
import { chownSync } from 'node:fs';
import { tempFolder } from './liveProcess.ts';

/** A folder that belongs to that user, removed with the test. */
export function stateHome(uid?: number): string {
  const folder = tempFolder();
  if (uid !== undefined) chownSync(folder, uid, uid);
  return folder;
}
