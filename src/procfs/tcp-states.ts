/**
 * The states of a TCP socket by their codes in `/proc/net/tcp`, under the names that OpenTelemetry gives them.
 *
 * Codes: `include/net/tcp_states.h` of the Linux kernel. Names: `network.connection.state` of the semantic
 * conventions, https://opentelemetry.io/docs/specs/semconv/registry/attributes/network/.
 */
export const STATE_OF_CODE = [
  undefined,
  'established',
  'syn_sent',
  'syn_received',
  'fin_wait_1',
  'fin_wait_2',
  'time_wait',
  'closed',
  'close_wait',
  'last_ack',
  'listen',
  'closing',
  // TCP_NEW_SYN_RECV: a request that is not a full socket yet; the kernel prints most of them as 03 already.
  'syn_received',
] as const;

/** A state's name as the semantic conventions spell it. */
export type TcpState = NonNullable<(typeof STATE_OF_CODE)[number]>;

/** All eleven states, in the order of their codes. */
export const TCP_STATES: readonly TcpState[] = [
  ...new Set(STATE_OF_CODE.filter((state) => state !== undefined)),
];

/** How many sockets one table holds in each state. */
export type TcpStateCounts = Readonly<Record<TcpState, number>> & {
  /** Rows whose state code no kernel known to this version uses; absent where there are none. */
  readonly unknown?: number;
};

/** @param rowsByCode how many rows have each code, 256 places */
export function countsByState(rowsByCode: Uint32Array): TcpStateCounts {
  const counts = Object.fromEntries(TCP_STATES.map((state) => [state, 0])) as Record<TcpState, number>;
  let unknown = 0;
  rowsByCode.forEach((rows, code) => {
    const state = STATE_OF_CODE[code];
    if (state === undefined) unknown += rows;
    else counts[state] += rows;
  });
  return Object.freeze(unknown > 0 ? { ...counts, unknown } : counts);
}
