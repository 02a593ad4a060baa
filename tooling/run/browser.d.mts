// Declarations for packages that are built without JavaScript sources.

/** Browser flags: no background network access, no sandbox, which allows running as root, and WebGPU on Linux. */
export declare const browserFlags: readonly string[];

/** Returns the path of the browser: `MANABI_CHROMIUM`, or the first command found on the PATH; undefined without one. */
export declare function browserPath(): string | undefined;
