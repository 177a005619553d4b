export function loadScene(folder: string, fast: boolean): Promise<typeof import('./inkScene.tsx')>;
