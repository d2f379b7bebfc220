"""Runs inside a namespace: prints what psutil finds of a process's own TCP sockets, {"<type> <state>": count}.

Usage: psutil-connections.py PID
"""

import collections
import json
import socket
import sys

import psutil

TYPES = {socket.AF_INET: "ipv4", socket.AF_INET6: "ipv6"}
STATES = {
    psutil.CONN_ESTABLISHED: "established",
    psutil.CONN_SYN_SENT: "syn_sent",
    psutil.CONN_FIN_WAIT1: "fin_wait_1",
    psutil.CONN_FIN_WAIT2: "fin_wait_2",
    psutil.CONN_CLOSE_WAIT: "close_wait",
    psutil.CONN_LAST_ACK: "last_ack",
    psutil.CONN_LISTEN: "listen",
    psutil.CONN_CLOSING: "closing",
}

found = psutil.Process(int(sys.argv[1])).net_connections("tcp")
print(json.dumps(collections.Counter(f"{TYPES[one.family]} {STATES[one.status]}" for one in found)))
