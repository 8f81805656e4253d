package dev.discretizer.codec.multipart;

import java.io.InputStream;

import org.jspecify.annotations.Nullable;

/**
 * One part of a multipart body.
 *
 * @param name its field's name
 * @param fileName the name of the file it was read from, or null
 * @param contentType as sent, or null
 * @param content its bytes; valid until the next part is asked for
 */
public record Part(String name, @Nullable String fileName, @Nullable String contentType, InputStream content) {
}
