#!/bin/sh
# An MCP server on stdio with one tool, echo, that misbehaves in the way of its first argument whenever
# that is called. Whatever it writes has an end.
say() { printf '{"jsonrpc":"2.0","id":%s,%s}\n' "$id" "$1"; }

while IFS= read -r line; do
  id=${line#*\"id\":}
  [ "$id" != "$line" ] || continue
  id=${id%%[,\}]*}
  case $line in
    *'"initialize"'*)
      say '"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"ill","version":"1"}}'
      ;;
    *'"tools/list"'*) say '"result":{"tools":[{"name":"echo","inputSchema":{"type":"object"}}]}' ;;
    *'"ping"'*) say '"result":{}' ;;
    *'"tools/call"'*)
      case $1 in
        exits) exit 9 ;;
        spams-stderr) yes 'warning: this is the standard error of a child' | head -c 1G >&2 ;;
        writes-garbage) yes 'no message at all' | head -c 1G ;;
        endless-line) yes 'x' | tr -d '\n' | head -c 1G ;;
      esac
      say '"result":{"content":[]}'
      ;;
    *) say '"error":{"code":-32601,"message":"no"}' ;;
  esac
done
