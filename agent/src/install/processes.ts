/** The drop-in that lets the service see which processes hold the connections. */
import { UNIT_PATH } from './unit.js';

/** Beside the unit, so that it holds for a package's unit too: systemd.unit(5), "drop-in". */
export const PROCESSES_PATH = `${UNIT_PATH}.d/processes.conf`;

/**
 * The drop-in's text; `systemd-analyze security` gives the unit 2.1 with it.
 *
 * A process's descriptors are listed for its own user or CAP_DAC_READ_SEARCH, and followed with CAP_SYS_PTRACE:
 * proc_pid_fd(5). Neither counts in a user namespace (PrivateUsers=) other than that of the process.
 */
export const PROCESSES = `# Written by "scout-agent install --processes"; "scout-agent uninstall" removes it.
# With it the agent may read any file and look into any process. Without it, it can do neither.
[Service]
CapabilityBoundingSet=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH
AmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH
PrivateUsers=no
ProtectProc=default
`;
