/** The unit for systemd: its text, with the places filled in. */

export const UNIT = 'scout-agent.service';

/** Where an administrator's own units belong: systemd.unit(5). */
export const UNIT_PATH = `/etc/systemd/system/${UNIT}`;

/** Where packages put theirs, for which an administrator's own of the same name stands in. */
export const PACKAGED_UNIT_PATH = `/usr/lib/systemd/system/${UNIT}`;

/** The unit's StateDirectory=, and where it really is with DynamicUser=. */
export const STATE_PATH = '/var/lib/scout-agent';
export const PRIVATE_STATE_PATH = '/var/lib/private/scout-agent';

/** The unit's RuntimeDirectory=. */
export const RUNTIME_PATH = '/run/scout-agent';

/** Absolute paths on the host that the unit is for. */
export interface Places {
  readonly interpreter: string;
  readonly program: string;
  /** `undefined` where it is the default one, which the unit need not name. */
  readonly config: string | undefined;
}

/** The unit's text; `systemd-analyze security` gives it 1.3. */
export function unit({ interpreter, program, config }: Places): string {
  const command = [interpreter, program, 'run', ...(config === undefined ? [] : ['--config', config])];
  return `# Written by "scout-agent install" or its package, and written anew with the next version: changes of your own belong
# into "systemctl edit scout-agent".
[Unit]
Description=Counts this host's TCP connections for OpenTelemetry
# Not network-online.target: counting needs no network. The order lets the last export out at shutdown.
After=network.target

[Service]
Type=exec
ExecStart=${command.map(commandWord).join(' ')}
SyslogIdentifier=scout-agent
Restart=on-failure
RestartSec=5s
# A bad configuration is as bad after a restart.
RestartPreventExitStatus=78
# The agent ends within five seconds, whatever the Collector does.
TimeoutStopSec=10s

# A secret beside agent.env.yml that only root can read (mode 0600) is handed to the agent by
# "systemctl edit scout-agent" with these two lines; agent.env.yml names it \${file:otlp-token}.
# [Service]
# LoadCredential=otlp-token:/opt/scout-agent/otlp-token

MemoryMax=256M
TasksMax=64
# Two threads read the two tables at once.
CPUQuota=200%
# A core dump would hold the secrets.
LimitCORE=0

DynamicUser=yes
# The history, in /var/lib/scout-agent.
StateDirectory=scout-agent
StateDirectoryMode=0750
# The socket through which commands reach it, for root and the group that Group= may name.
RuntimeDirectory=scout-agent
RuntimeDirectoryMode=0750
UMask=0027
CapabilityBoundingSet=
NoNewPrivileges=yes
PrivateUsers=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateIPC=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
# Other users' processes are hidden. ProcSubset=pid would hide /proc/stat as well, which cpu_percent reads.
ProtectProc=invisible
# AF_UNIX is how the resolver asks systemd-resolved.
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
KeyringMode=private
LockPersonality=yes
# No MemoryDenyWriteExecute: V8 compiles to memory.
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
`;
}

/** Whether a text is the unit of some program of this version: nobody has edited anything but the command. */
export function isUnedited(text: string): boolean {
  const places: Places = { interpreter: '', program: '', config: undefined };
  return withoutCommand(text) === withoutCommand(unit(places));
}

/**
 * Whether a unit's text starts the agent on a file.
 * @param file its absolute path; `undefined` where there is none
 * @param isDefault whether the agent finds it without being told
 */
export function startsOn(text: string, file: string | undefined, isDefault: boolean): boolean {
  const [command = ''] = /^ExecStart=.*$/m.exec(text) ?? [];
  if (isDefault && command.endsWith(' run')) return true;
  return file !== undefined && command.endsWith(` run --config ${commandWord(file)}`);
}

function withoutCommand(text: string): string {
  return text.replace(/^ExecStart=.*/m, '');
}

/** A word of ExecStart=, as systemd.service(5), "Command lines", and systemd.unit(5), "Specifiers", read it. */
function commandWord(text: string): string {
  const literal = text.replaceAll('%', '%%').replaceAll('$', '$$$$');
  if (/^[\w./:@+%$-]+$/.test(literal)) return literal;
  return `"${literal.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
