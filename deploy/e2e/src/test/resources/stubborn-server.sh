#!/usr/bin/env bash
# A tool server that does all it can to outlive its parent: it ignores the polite signals, goes on
# after its input has ended and has a child of its own.
trap '' TERM HUP INT PIPE
sleep 300 &
answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\n' "$1" "$2"; }
while IFS= read -r line; do
  [[ $line =~ \"id\"[[:space:]]*:[[:space:]]*([0-9]+|\"[^\"]*\") ]] || continue
  id=${BASH_REMATCH[1]}
  case $line in
    *'"initialize"'*) answer "$id" '"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"stubborn","version":"1"}}' ;;
    *'"tools/list"'*) answer "$id" '"result":{"tools":[{"name":"stay","inputSchema":{"type":"object"}}]}' ;;
    *'"tools/call"'*) answer "$id" '"result":{"content":[{"type":"text","text":"staying"}]}' ;;
    *'"ping"'*) answer "$id" '"result":{}' ;;
    *) answer "$id" '"error":{"code":-32601,"message":"no such method"}' ;;
  esac
done
while :; do sleep 1; done
