package io.portolan.gateway.core.view;

import io.portolan.gateway.protocol.Slice;

/**
 * Tells what a content block is from its first bytes, without crossing what it holds. Stateless.
 */
final class BlockType {
  private static final byte[] TYPE = {'"', 't', 'y', 'p', 'e', '"'};
  private static final byte[] RESOURCE = {'"', 'r', 'e', 's', 'o', 'u', 'r', 'c', 'e'};

  private BlockType() {}

  /**
   * Whether a block may be a resource or a link to one. Nearly all blocks begin with their type; of
   * one that does not nothing is known.
   */
  static boolean mayNameResource(Slice block) {
    var bytes = block.array();
    var name = space(bytes, block.from() + 1, block.to());
    if (!startsWith(bytes, name, block.to(), TYPE)) {
      return true;
    }
    var colon = space(bytes, name + TYPE.length, block.to());
    var value = space(bytes, colon + 1, block.to());
    if (startsWith(bytes, value, block.to(), RESOURCE)) {
      return true;
    }
    for (int i = value + 1; i < block.to() && bytes[i] != '"'; i++) {
      if (bytes[i] == '\\') {
        return true; // an escape: who knows what it says
      }
    }
    return false;
  }

  private static int space(byte[] bytes, int from, int to) {
    var i = from;
    while (i < to && bytes[i] <= ' ' && bytes[i] >= 0) {
      i++;
    }
    return i;
  }

  private static boolean startsWith(byte[] bytes, int at, int to, byte[] word) {
    if (at + word.length > to) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      if (bytes[at + i] != word[i]) {
        return false;
      }
    }
    return true;
  }
}
