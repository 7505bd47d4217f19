export function graphicsEnvironment(): Promise<Record<string, string>>;
export function relaunchWithGraphicsDriver(): Promise<void>;
export function hasGpuDriver(drivers?: readonly string[], devices?: readonly string[]): boolean;
