package dev.discretizer.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ApiKeysTests {

	/** SHA-256 of "abc", as FIPS 180-2 appendix B.1 gives it. */
	private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

	@Test
	void secretIsKnownByItsHash() {
		ApiKeys keys = keys("lab:" + ABC, "other:" + hash("other"));
		assertThat(keys.idOf("abc")).isEqualTo("lab");
		assertThat(keys.idOf("other")).isEqualTo("other");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "ab", "abcd", "ABC", "abc ", "lab", "lab:abc", ABC, "lab:" + ABC })
	void anythingElseIsNot(String secret) {
		assertThat(keys("lab:" + ABC).idOf(secret)).isNull();
	}

	@Test
	void oneIdMayHaveTwoSecretsForRotation() {
		ApiKeys keys = keys("lab:" + hash("old"), "lab:" + hash("new"));
		assertThat(keys.idOf("old")).isEqualTo("lab");
		assertThat(keys.idOf("new")).isEqualTo("lab");
	}

	@Test
	void hashMayBeInCapitals() {
		assertThat(keys("lab:" + ABC.toUpperCase(Locale.ROOT)).idOf("abc")).isEqualTo("lab");
	}

	@Test
	void blankLinesAndCommentsAreNoKeys() {
		assertThat(ApiKeys.parseAll(List.of("", "  ", "# lab:x", " lab : " + ABC), "line")).extracting(ApiKeys.Key::id)
			.containsExactly("lab");
	}

	@ParameterizedTest
	@ValueSource(strings = { "lab", "lab:", ":" + ABC, "lab:plain-secret", "lab " + ABC, "a b:" + ABC, "none:" + ABC,
			"lab:" + ABC + "00", "lab:x" + ABC, "lab:sha256:" + ABC, "\u00e4:" + ABC })
	void whatIsNoKeyIsRefusedWithoutRepeatingIt(String text) {
		assertThatExceptionOfType(SettingsException.class)
			.isThrownBy(() -> ApiKeys.parseAll(List.of("ok:" + hash("ok"), text), "entry"))
			.withMessage("entry 2 is no key.");
	}

	@Test
	void oneSecretOfTwoIdsIsRefused() {
		assertThatExceptionOfType(SettingsException.class).isThrownBy(() -> keys("a:" + ABC, "b:" + ABC))
			.withMessageContaining("\"b\"")
			.withMessageNotContaining(ABC);
	}

	@Test
	void moreThanAThousandAreRefused() {
		List<String> many = IntStream.rangeClosed(0, 1000).mapToObj((i) -> "k" + i + ":" + hash("s" + i)).toList();
		assertThatExceptionOfType(SettingsException.class)
			.isThrownBy(() -> ApiKeys.checked(ApiKeys.parseAll(many, "entry")))
			.withMessageContaining("1001")
			.withMessageContaining("1000");
	}

	@Test
	void nothingShowsAHash() {
		ApiKeys.Key key = ApiKeys.Key.parse("lab:" + ABC, "entry");
		assertThat(key).hasToString("lab");
		assertThat(new SecurityProperties.ApiKey(null, List.of("lab:" + ABC)).toString()).doesNotContain(ABC, "lab");
	}

	private static ApiKeys keys(String... texts) {
		List<ApiKeys.Key> keys = ApiKeys.checked(ApiKeys.parseAll(List.of(texts), "entry"));
		return new ApiKeys(() -> keys);
	}

	static String hash(String secret) {
		try {
			return HexFormat.of()
				.formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new AssertionError(ex);
		}
	}

}
