package dev.discretizer.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Compares secrets with the configured keys. A comparison always takes the same time: the
 * secret is hashed, and its hash is compared with every key's hash, each in constant
 * time. So the time tells neither how much of a secret is right nor which key it belongs
 * to. Thread-safe.
 */
final class ApiKeys {

	/** Most keys that may be configured: every request is compared with each. */
	static final int MOST = 1000;

	private static final int HASH_BYTES = 32;

	private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

	private static final Pattern HASH = Pattern.compile("[0-9A-Fa-f]{64}");

	private final Supplier<List<Key>> keys;

	/**
	 * Makes it.
	 * @param keys supplies the keys that are valid now; called for each request
	 */
	ApiKeys(Supplier<List<Key>> keys) {
		this.keys = keys;
	}

	/** The id of the key with this secret, or null if there is none. */
	@Nullable String idOf(String secret) {
		byte[] hash = hash(secret);
		String found = null;
		for (Key key : this.keys.get()) {
			found = MessageDigest.isEqual(key.hash, hash) ? key.id : found;
		}
		return found;
	}

	/** Hashes the bytes as they were sent: Tomcat reads headers as Latin-1. */
	private static byte[] hash(String secret) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.ISO_8859_1));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new AssertionError("every Java platform has SHA-256", ex);
		}
	}

	/**
	 * A key: a name that may be shown, and the hash of a secret.
	 */
	static final class Key {

		private final String id;

		private final byte[] hash;

		private Key(String id, byte[] hash) {
			this.id = id;
			this.hash = hash;
		}

		String id() {
			return this.id;
		}

		/**
		 * Reads a key.
		 * @param text {@code id:sha256}, the hash in hexadecimal
		 * @param where where the text stands, for the message, which does not repeat the
		 * text: it may be a secret
		 * @throws SettingsException if the text is not a key
		 */
		static Key parse(String text, String where) {
			int colon = text.indexOf(':');
			String id = text.substring(0, Math.max(0, colon)).trim();
			String hash = text.substring(colon + 1).trim();
			if (!ID.matcher(id).matches() || id.equals(Caller.NOBODY) || !HASH.matcher(hash).matches()) {
				throw new SettingsException("%s is no key.".formatted(where),
						"A key is id:hash, with an id of up to 64 letters, digits, dots, dashes and underscores "
								+ "(not \"%s\"), and the SHA-256 of the secret as %d hexadecimal digits: %s"
									.formatted(Caller.NOBODY, 2 * HASH_BYTES, "printf %s \"$secret\" | sha256sum"));
			}
			return new Key(id, HexFormat.of().parseHex(hash));
		}

		/** Without the hash. */
		@Override
		public String toString() {
			return this.id;
		}

	}

	/**
	 * Checks keys that are to be valid together.
	 * @return the same
	 * @throws SettingsException if there are too many, or two ids share a secret: then a
	 * request could not be attributed
	 */
	static List<Key> checked(List<Key> keys) {
		if (keys.size() > MOST) {
			throw new SettingsException("There are %d keys, at most %d are expected.".formatted(keys.size(), MOST),
					"Remove those that are no longer in use.");
		}
		Set<String> hashes = new HashSet<>();
		for (Key key : keys) {
			if (!hashes.add(HexFormat.of().formatHex(key.hash))) {
				throw new SettingsException("Key \"%s\" has the secret of another one.".formatted(key.id),
						"Make a secret for each: openssl rand -hex 32");
			}
		}
		return keys;
	}

	/** Keys listed one by one, as in a property; blank ones are left out. */
	static List<Key> parseAll(List<String> texts, String where) {
		List<Key> keys = new ArrayList<>();
		for (int i = 0; i < texts.size(); i++) {
			String text = texts.get(i).trim();
			if (!text.isEmpty() && !text.startsWith("#")) {
				keys.add(Key.parse(text, "%s %d".formatted(where, i + 1)));
			}
		}
		return keys;
	}

}
