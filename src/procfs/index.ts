export { LOOPBACK_PATTERN } from './loopback.js';
export { findNetworkNamespaces, type NetworkNamespace } from './namespaces.js';
export { type AddressFamily, netPath, TABLE_OF_FAMILY } from './table-path.js';
export { TCP_STATES, type TcpState, type TcpStateCounts } from './tcp-states.js';
export { readTcpTable } from './tcp-table.js';
export { TcpTableError, type TcpTableErrorCode } from './tcp-table-error.js';
