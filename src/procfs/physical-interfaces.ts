import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * The names of the network interfaces that have a device behind them: all but those under `devices/virtual`, which is
 * where the kernel puts what has no parent (get_device_parent in drivers/base/core.c), and whose
 * `/sys/class/net/<name>/device` is therefore missing.
 *
 * Looks into the `sys` beside `proc`, because a host's are mounted side by side (`/host/proc`, `/host/sys`), and because
 * a container's own sysfs shows the container's interfaces.
 * @returns none where there is no sysfs to ask, nor in a container that has virtual ones only
 */
export async function readPhysicalInterfaces(proc: string): Promise<ReadonlySet<string>> {
  const sys = join(dirname(proc), 'sys');
  try {
    // In this order: what comes into being in between is missing once, and not taken for physical.
    const all = await readdir(join(sys, 'class/net'));
    const virtual = new Set(await readdir(join(sys, 'devices/virtual/net')));
    return new Set(all.filter((name) => !virtual.has(name)));
  } catch {
    return new Set();
  }
}
