// SESSION_SERVICES: the few processes that a whole login hangs on, though they stand above none of its shells.
import type { Proc } from '../types.ts';

/** What it is in words, and the comms (proc_pid_comm(5)) that it runs under. */
const SESSION_SERVICES: readonly (readonly [what: string, comms: readonly string[]])[] = [
  ['service manager', ['(sd-pam)']], // `systemd --user` itself: below
  ['message bus', ['dbus-daemon', 'dbus-broker', 'dbus-broker-launch']],
  ['display server', ['Xorg', 'X', 'Xwayland', 'Xvnc', 'Xtigervnc', 'Xrdp']],
  [
    'display server', // a Wayland compositor
    [
      'gnome-shell',
      'mutter',
      'kwin_wayland',
      'sway',
      'Hyprland',
      'weston',
      'labwc',
      'wayfire',
      'river',
      'niri',
    ],
  ],
  [
    'desktop session',
    [
      'gnome-session-binary',
      'gnome-session-service',
      'gdm-x-session',
      'gdm-wayland-session',
      'startplasma-x11',
      'startplasma-wayland',
      'plasma_session',
      'ksmserver',
      'kwin_x11',
      'xfce4-session',
      'cinnamon-session',
      'cinnamon-session-binary',
      'mate-session',
      'lxsession',
      'lxqt-session',
      'x-session-manager',
    ],
  ],
];

/** The kernel keeps 15 bytes of a comm, and all of these are ASCII. */
const COMM_BYTES = 15;
const byComm = new Map(
  SESSION_SERVICES.flatMap(([what, comms]) =>
    comms.map((comm) => [comm.slice(0, COMM_BYTES), what] as const),
  ),
);

/** @returns what ends with that process, in words; undefined for nearly every process */
export function sessionServiceOf({ comm, cmdline }: Pick<Proc, 'comm' | 'cmdline'>): string | undefined {
  // The system's own instance is pid 1; one whose command line is not known may be the user's.
  if (comm === 'systemd') return cmdline?.includes('--user') === false ? undefined : 'service manager';
  return byComm.get(comm);
}
