export type { Address } from './address.js';
export { findNetworkNamespaces, type NetworkNamespace } from './namespaces.js';
export { LOOPBACK_PATTERN } from './printed-address.js';
export { readTcpTable } from './read-tcp-table.js';
export { readSocketOwners, type SocketOwner, type SocketOwners } from './socket-owners.js';
export { type AddressFamily, netFolder, netPath, TABLE_OF_FAMILY } from './table-path.js';
export {
  readTcpSockets,
  type TcpSocket,
  type TcpSocketSelection,
  type TcpSockets,
} from './tcp-sockets.js';
export { TCP_STATES, type TcpState, type TcpStateCounts } from './tcp-states.js';
export { TcpTableError, type TcpTableErrorCode } from './tcp-table-error.js';
