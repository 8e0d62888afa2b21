package io.portolan.mcp.everything;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The smallest image and sound, in base64. */
final class Samples {
  /** One red pixel. */
  static final String PNG =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

  /** Eight silent samples at 8 kHz. */
  static final String WAV = wav();

  private Samples() {}

  private static String wav() {
    var samples = 8;
    var sound = ByteBuffer.allocate(44 + samples).order(ByteOrder.LITTLE_ENDIAN);
    sound.put(ascii("RIFF")).putInt(36 + samples).put(ascii("WAVEfmt ")).putInt(16);
    sound.putShort((short) 1).putShort((short) 1).putInt(8_000).putInt(8_000);
    sound.putShort((short) 1).putShort((short) 8).put(ascii("data")).putInt(samples);
    while (sound.hasRemaining()) {
      sound.put((byte) 128);
    }
    return Base64.getEncoder().encodeToString(sound.array());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
