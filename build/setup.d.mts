type Packages = Readonly<Record<string, { readonly version?: string; readonly optional?: boolean }>>;
export function isInstalled(wanted: Packages | undefined, installed: Packages | undefined): boolean;
export function setup(folder?: string): boolean;
