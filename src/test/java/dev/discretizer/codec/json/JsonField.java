package dev.discretizer.codec.json;

import dev.discretizer.codec.Field;

/**
 * A field of the tests.
 */
record JsonField(String name, String path, Kind kind) implements Field {
}
