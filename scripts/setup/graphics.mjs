import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findChromium } from './chromium.mjs';

const DRIVER_FOLDERS = [
  '/usr/share/vulkan/icd.d',
  '/etc/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
];
/** Where Linux shows a GPU: one that any program may compute on, NVIDIA's own driver, Windows' GPU in WSL. */
const DEVICE_FOLDERS = ['/dev/dri', '/dev'];
const ICD_FILE = 'vk_swiftshader_icd.json';

/**
 * The environment in which Dawn finds a Vulkan driver. On Linux without a GPU that is the software
 * one (SwiftShader) that Chromium brings along; elsewhere nothing has to be set.
 */
export async function graphicsEnvironment() {
  if (process.platform !== 'linux') return {};
  if (process.env.VK_DRIVER_FILES || process.env.VK_ICD_FILENAMES) return {};
  const chromium = await findChromium();
  const folder = chromium ? driverFolder(chromium) : null;
  if (!folder) return {};
  const environment = {
    // The loader (libvulkan.so.1) comes with Chromium too, for systems that have none.
    LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, folder].filter(Boolean).join(':'),
  };
  return hasGpuDriver() ? environment : { ...environment, VK_DRIVER_FILES: join(folder, ICD_FILE) };
}

/**
 * Starts this same command again with a graphics driver in its environment, and exits as it does. The
 * dynamic linker reads LD_LIBRARY_PATH only when a process begins, so setting it here would be too late.
 */
export async function relaunchWithGraphicsDriver() {
  if (process.env.LOOPY_RELAUNCHED) return;
  const environment = await graphicsEnvironment();
  if (Object.keys(environment).length === 0) return;
  const result = spawnSync(process.execPath, process.argv.slice(1), {
    stdio: 'inherit',
    env: { ...process.env, ...environment, LOOPY_RELAUNCHED: '1' },
  });
  process.exit(result.status ?? 1);
}

/**
 * Whether there is a GPU, and a driver for it. Drivers alone say little: Mesa's package brings those of
 * every maker, on machines without any GPU too, and Dawn would then find no adapter at all.
 */
export function hasGpuDriver(drivers = DRIVER_FOLDERS, devices = DEVICE_FOLDERS) {
  const holds = (folder, name) =>
    existsSync(folder) && readdirSync(folder).some((file) => name.test(file));
  return (
    drivers.some((folder) => holds(folder, /nvidia|radeon|amd|intel|nouveau|asahi|dzn/i)) &&
    devices.some((folder) => holds(folder, /^(renderD\d+|nvidia\d+|dxg)$/))
  );
}

function driverFolder(chromium) {
  const beside = dirname(realpathSync(chromium));
  // Debian's /usr/bin/chromium is a script that starts the real program in its own folder.
  return (
    [beside, '/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'].find(
      (folder) => existsSync(join(folder, ICD_FILE)),
    ) ?? null
  );
}
